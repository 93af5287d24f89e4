/** The market streams, on a clock that the test moves: nothing here waits for time to pass. */
import { describe, expect, it } from 'vitest';
import { readBook } from '#contract/wire/book.ts';
import { readKline } from '#contract/wire/kline.ts';
import { readTickerPack, readTickerPush } from '#contract/wire/ticker.ts';
import { readTrades } from '#contract/wire/trades.ts';
import {
  ALICE,
  type Client,
  connect,
  drain,
  get,
  type Message,
  place,
  SYMBOL,
  startStill,
  widen,
} from './harness.ts';

type Levels = Map<string, string>;
interface Book {
  readonly bids: Levels;
  readonly asks: Levels;
}

/** Applies a message as the docs say; fails where a size of 0 names a level that is not there. */
function apply(book: Book | undefined, message: Message): Book {
  const next: Book =
    message.type === 'snapshot' || book === undefined ? { bids: new Map(), asks: new Map() } : book;
  for (const side of ['bids', 'asks'] as const) {
    for (const [price, qty] of message.orderbook_p[side]) {
      if (qty !== '0') next[side].set(price, qty);
      else expect(next[side].delete(price), `${side} ${price} was known`).toBe(true);
    }
  }
  return next;
}

const sorted = (levels: Levels, sign: 1 | -1) =>
  [...levels].sort((a, b) => sign * (Number(a[0]) - Number(b[0])));
const isBook = (message: Message) => message.orderbook_p !== undefined;
const booksOf = (client: Client): Message[] => client.messages.filter(isBook);

describe('orderbook_p', () => {
  it('starts with a snapshot in the exchange’s own text, right behind the answer', async () => {
    const server = await startStill();
    const client = await connect(server);
    await client.call('orderbook_p.subscribe', [SYMBOL]);
    await client.next(isBook);
    expect(client.texts[0]).toBe('{"error":null,"id":1,"result":{"status":"success"}}');
    expect(client.texts[1]).toMatch(
      /^\{"depth":30,"dts":\d{19},"mts":\d{19},"orderbook_p":\{"asks":\[\["[\d.]+","[\d.]+"\],.*\],"bids":\[.*\]\},"sequence":\d+,"symbol":"BTCUSDT","timestamp":\d{19},"type":"snapshot"\}$/,
    );
    expect(readBook(client.messages[1])).toMatchObject({ ok: true });
  });

  it('gives whoever applies every message the very book of that sequence, at every depth and pace', async () => {
    const server = await startStill();
    const direct = await connect(server);
    const shallow = await connect(server);
    const slow = await connect(server);
    await direct.call('orderbook_p.subscribe', [SYMBOL]);
    await shallow.call('orderbook_p.subscribe', [SYMBOL, false, 5]);
    await slow.call('orderbook_p.subscribe', [SYMBOL, true, 30]);
    const truths = new Map<number, Message>();
    for (let step = 0; step < 150; step += 1) {
      server.clock.advance(20);
      if (step % 3 === 0) {
        const { result } = (await get(server, `/md/v2/orderbook?symbol=${SYMBOL}`)).json;
        truths.set(result.sequence, result.orderbook_p);
      }
    }
    for (const [client, depth] of [
      [direct, 30],
      [shallow, 5],
      [slow, 30],
    ] as const) {
      await drain(client);
      let book: Book | undefined;
      let sequence = 0;
      let compared = 0;
      for (const message of booksOf(client)) {
        expect(message.sequence).toBeGreaterThan(sequence);
        sequence = message.sequence;
        book = apply(book, message);
        expect(Math.max(book.bids.size, book.asks.size)).toBeLessThanOrEqual(depth);
        expect(Number(sorted(book.bids, -1)[0]?.[0])).toBeLessThan(Number(sorted(book.asks, 1)[0]?.[0]));
        const truth = truths.get(sequence);
        if (truth === undefined) continue;
        compared += 1;
        expect(sorted(book.bids, -1)).toEqual(truth.bids.slice(0, depth));
        expect(sorted(book.asks, 1)).toEqual(truth.asks.slice(0, depth));
      }
      expect(compared, `comparisons at depth ${depth}`).toBeGreaterThan(3);
    }
    expect(booksOf(slow).length).toBeLessThan(booksOf(direct).length);
  });

  it('sends nothing when nothing changed, one message for all that did, and a level that fell out as gone', async () => {
    const server = await startStill();
    const client = await connect(server);
    const { bid } = await widen(server);
    await client.call('orderbook_p.subscribe', [SYMBOL, false, 1]);
    const better = String(Number((bid + 0.1).toFixed(1)));
    await place(server, ALICE, { priceRp: better, timeInForce: 'PostOnly' });
    server.market.stop();
    server.clock.advance(20);
    server.clock.advance(200);
    await drain(client);
    const increments = booksOf(client).filter(({ type }) => type === 'incremental');
    expect(increments).toHaveLength(1);
    expect(increments[0].orderbook_p.bids).toEqual([
      [better, '0.01'],
      [String(bid), '0'],
    ]);
  });

  it('repeats the snapshot every minute', async () => {
    const server = await startStill();
    server.market.stop();
    const client = await connect(server);
    await client.call('orderbook_p.subscribe', [SYMBOL]);
    for (let second = 0; second < 60; second += 1) {
      server.clock.advance(1000);
      await drain(client);
    }
    expect(booksOf(client).map(({ type }) => type)).toEqual(['snapshot', 'snapshot']);
  });

  it('gives a late subscriber the same book as everybody’s, and the same bytes from then on', async () => {
    const server = await startStill();
    const early = await connect(server);
    await early.call('orderbook_p.subscribe', [SYMBOL]);
    server.clock.advance(500);
    const late = await connect(server);
    await late.call('orderbook_p.subscribe', [SYMBOL]);
    for (let step = 0; step < 50; step += 1) server.clock.advance(20);
    await drain(early);
    await drain(late);
    const snapshot = booksOf(late)[0];
    let book: Book | undefined;
    for (const message of booksOf(early).filter(({ sequence }) => sequence <= snapshot.sequence)) {
      book = apply(book, message);
    }
    expect(sorted(book?.bids ?? new Map(), -1)).toEqual(snapshot.orderbook_p.bids);
    expect(sorted(book?.asks ?? new Map(), 1)).toEqual(snapshot.orderbook_p.asks);
    const newest = (client: Client) =>
      client.texts.filter((text) => text.includes('"type":"incremental"')).slice(-5);
    expect(newest(late)).toHaveLength(5);
    expect(newest(late)).toEqual(newest(early));
  });

  it('has the whole book at depth 0 and when aggregated without a depth', async () => {
    const server = await startStill();
    for (const params of [
      [SYMBOL, false, 0],
      [SYMBOL, true],
    ]) {
      const client = await connect(server);
      await client.call('orderbook_p.subscribe', params);
      const { depth, orderbook_p: book } = await client.next(isBook);
      expect(depth).toBe(0);
      expect(book.bids.length).toBeGreaterThanOrEqual(30);
    }
  });

  it('ends with unsubscribe, all symbols at once', async () => {
    const server = await startStill();
    const client = await connect(server);
    await client.call('orderbook_p.subscribe', ['BTCUSDT']);
    await client.call('orderbook_p.subscribe', ['ETHUSDT']);
    expect(await client.call('orderbook_p.unsubscribe')).toMatchObject({
      error: null,
      result: { status: 'success' },
    });
    const count = booksOf(client).length;
    server.clock.advance(1000);
    await drain(client);
    expect(booksOf(client)).toHaveLength(count);
  });
});

describe('trade_p', () => {
  it('starts with up to 200 trades newest first and goes on with each new one, once', async () => {
    const server = await startStill();
    const client = await connect(server);
    await client.call('trade_p.subscribe', [SYMBOL]);
    for (let second = 0; second < 20; second += 1) {
      server.clock.advance(1000);
      await drain(client);
    }
    const messages = client.messages.filter((message) => message.trades_p !== undefined);
    for (const message of messages) expect(readTrades(message)).toMatchObject({ ok: true });
    expect(messages[0].type).toBe('snapshot');
    expect(client.texts.find((text) => text.includes('trades_p'))).toMatch(
      /^\{"dts":\d{19},"mts":\d{19},"sequence":\d+,"symbol":"BTCUSDT","trades_p":\[\[\d{19},"/,
    );
    const times = client.texts
      .filter((text) => text.includes('trades_p'))
      .flatMap((text) =>
        [...text.matchAll(/\[(\d{19}),"(?:Buy|Sell)"/g)].map((match) => BigInt(match[1] ?? 0)).reverse(),
      );
    expect(messages.length).toBeGreaterThan(3);
    expect(messages[0].trades_p.length).toBeLessThanOrEqual(200);
    for (let index = 1; index < times.length; index += 1)
      expect(times[index]).toBeGreaterThan(times[index - 1] ?? 0n);
  });
});

describe('kline_p', () => {
  it('starts with 1,000 candles newest first and follows the current one over the minute', async () => {
    const server = await startStill();
    const client = await connect(server);
    await client.call('kline_p.subscribe', [SYMBOL, 60]);
    for (let second = 0; second < 65; second += 1) {
      server.clock.advance(1000);
      await drain(client);
    }
    // What trades in the very millisecond of the last look is told in the next.
    server.market.stop();
    server.clock.advance(20);
    await drain(client);
    const messages = client.messages.filter((message) => message.kline_p !== undefined);
    for (const message of messages) expect(readKline(message)).toMatchObject({ ok: true });
    expect(messages[0]).toMatchObject({ type: 'snapshot', symbol: SYMBOL });
    expect(messages[0].kline_p).toHaveLength(1000);
    const [open, interval, ...prices] = messages[0].kline_p[0];
    expect([typeof open, interval, ...prices.map((value: unknown) => typeof value)]).toEqual([
      'number',
      60,
      'string',
      'string',
      'string',
      'string',
      'string',
      'string',
      'string',
    ]);
    const rolls = messages.filter(({ type, kline_p: rows }) => type === 'incremental' && rows.length === 2);
    expect(rolls).toHaveLength(1);
    expect(rolls[0].kline_p[0][0] - rolls[0].kline_p[1][0]).toBe(60);
    const truth = (
      await get(server, `/exchange/public/md/v2/kline/last?symbol=${SYMBOL}&resolution=60&limit=1`)
    ).json;
    expect(messages.at(-1).kline_p[0]).toEqual(truth.data.rows[0]);
  });
});

describe('tickers', () => {
  it('come in one pack, a snapshot of all and then each second what changed', async () => {
    const server = await startStill();
    const client = await connect(server);
    await client.call('perp_market24h_pack_p.subscribe');
    server.clock.advance(3000);
    await drain(client);
    const packs = client.messages.filter(({ method }) => method === 'perp_market24h_pack_p.update');
    expect(packs).toHaveLength(4);
    expect(packs[0].fields).toEqual([
      'symbol',
      'openRp',
      'highRp',
      'lowRp',
      'lastRp',
      'volumeRq',
      'turnoverRv',
      'openInterestRv',
      'indexRp',
      'markRp',
      'fundingRateRr',
      'predFundingRateRr',
      'bidRp',
      'askRp',
    ]);
    expect(packs.map(({ type }) => type)).toEqual(['snapshot', 'incremental', 'incremental', 'incremental']);
    for (const pack of packs)
      expect(readTickerPack(pack)).toMatchObject({ ok: true, value: { skipped: [] } });
    expect(packs[0].data.length).toBeGreaterThanOrEqual(12);
  });

  it('come one by one in market24h_p', async () => {
    const server = await startStill();
    const client = await connect(server);
    await client.call('market24h_p.subscribe');
    await drain(client);
    const rows = client.messages.filter(({ market24h_p: row }) => row !== undefined);
    expect(rows.length).toBeGreaterThanOrEqual(12);
    for (const row of rows) expect(readTickerPush(row)).toMatchObject({ ok: true });
  });

  it('of an index, a mark and a funding rate come by tick_p', async () => {
    const server = await startStill();
    const client = await connect(server);
    const ticker = (await get(server, `/md/v3/ticker/24hr?symbol=${SYMBOL}`)).json.result;
    for (const [source, value] of [
      ['.BTCUSDT', ticker.indexRp],
      ['.MBTCUSDT', ticker.markRp],
      ['.BTCUSDTFR8H', ticker.fundingRateRr],
      ['.BTCUSDTFR', ticker.predFundingRateRr],
    ]) {
      await client.call('tick_p.subscribe', [source]);
      const { tick_p: tick } = await client.next((message) => message.tick_p?.symbol === source);
      expect(tick.last).toBe(value);
    }
    expect(client.texts[1]).toMatch(
      /^\{"tick_p":\{"last":"[\d.]+","symbol":"\.BTCUSDT","timestamp":\d{19}\}\}$/,
    );
    server.clock.advance(5000);
    await client.next((message) => message.tick_p?.symbol === '.MBTCUSDT');
  });
});
