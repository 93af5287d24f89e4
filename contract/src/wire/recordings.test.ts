/**
 * Messages recorded from the real exchange, kept outside the repository: every one of them on our channels is read.
 * Where the folder is absent these tests say so and are skipped; the samples in the other tests cover the same shapes.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '../brand.ts';
import { compare, isMultipleOf } from '../decimal.ts';
import { createOrderBook, type OrderBook } from '../order-book.ts';
import { PRODUCT_NAME, readProductNames } from '../product-name.ts';
import type { Result } from '../result.ts';
import { parseAccountPositions } from './account-positions.ts';
import { parseClosedPositions } from './closed-positions.ts';
import { parseOrderList } from './order-list.ts';
import { parseOrderAck } from './order-row.ts';
import { parseProducts } from './products.ts';
import { parseStreamMessage, readStreamMessage } from './stream-message.ts';
import { parseStreamRequest } from './stream-requests.ts';
import { parseTicker } from './ticker.ts';
import { parseTradingList } from './trading-list.ts';
import { isRecord } from './validation.ts';

const folder = fileURLToPath(new URL('../../../../shared/real-wire', import.meta.url));
const isThere = existsSync(folder);
if (!isThere)
  console.warn('recorded messages: ../shared/real-wire is absent, so they are not read in this run');

const text = (name: string): string => {
  const bytes = readFileSync(join(folder, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
};
const json = (name: string): unknown => JSON.parse(text(name));
const reply = (data: unknown) => ({ code: 0, msg: '', data });

/** The value, or a failure that shows where the message was wrong. */
function valueIn<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

function readableStream(message: unknown) {
  const read = readStreamMessage(message);
  if (read.kind === 'malformed') throw new Error(JSON.stringify(read.problem));
  if (read.kind === 'account' || read.kind === 'tickers') {
    const skipped = read.kind === 'account' ? read.skipped : read.update.skipped;
    expect(skipped).toEqual([]);
  }
  return read;
}

describe.skipIf(!isThere)('recorded products', () => {
  it.each([
    ['products-full.json.gz', 602],
    ['products-trimmed.json', 5],
  ])('are all read from %s', (name, count) => {
    const { products, skipped } = valueIn(parseProducts(json(name)));
    expect(skipped).toEqual([]);
    expect(products).toHaveLength(count);
    for (const product of products) {
      expect(product.tiers.length).toBeGreaterThan(0);
      const limits = product.tiers.map((tier) => Number(tier.notionalMax));
      expect(limits).toEqual([...limits].sort((a, b) => a - b));
      expect(isMultipleOf(product.qtyMax, product.qtyStep)).toBe(true);
    }
  });

  it('are of names that an order may name, and that are found however they are typed', () => {
    const { products } = valueIn(parseProducts(json('products-full.json.gz')));
    const names = products.map(({ symbol }) => symbol);
    expect(names.filter((name) => !PRODUCT_NAME.test(name))).toEqual([]);
    expect(readProductNames(names.join(' ').toLowerCase())).toEqual(names);
  });

  it('say of BTCUSDT what its page says', () => {
    const { products } = valueIn(parseProducts(json('products-full.json.gz')));
    expect(products.find((product) => product.symbol === 'BTCUSDT')).toMatchObject({
      base: 'BTC',
      quote: 'USDT',
      tickSize: '0.1',
      qtyStep: '0.0001',
      priceMin: '1000',
      leverageMax: 100,
      fundingIntervalSec: 28800,
      isListed: true,
      markSymbol: '.MBTCUSDT',
    });
    const tiers = products.find((product) => product.symbol === 'BTCUSDT')?.tiers ?? [];
    expect(tiers.slice(0, 2)).toEqual([
      { notionalMax: '2000000', leverageMax: 100, maintenanceMarginRate: '0.005', maintenanceAmount: '0' },
      { notionalMax: '4000000', leverageMax: 67, maintenanceMarginRate: '0.0075', maintenanceAmount: '5000' },
    ]);
  });
});

describe.skipIf(!isThere)('recorded replies', () => {
  const fixture = isThere ? (json('ccxt-response-fixture.json') as Record<string, unknown>) : {};

  it('of placing orders are read', () => {
    const exchanges = fixture['createOrder_POST_g-orders'] as {
      request: Record<string, unknown>;
      response: unknown;
    }[];
    const orders = exchanges.map(({ response }) => valueIn(parseOrderAck(response)));
    expect(orders.map((order) => order.clOrdID)).toEqual(exchanges.map(({ request }) => request.clOrdID));
    expect(orders.map((order) => [order.ordType, order.ordStatus, order.price, order.leavesQty])).toEqual([
      ['MarketIfTouched', 'Untriggered', '0', '0'],
      ['MarketIfTouched', 'Untriggered', '0', '0'],
      ['Limit', 'Created', '192', '0.01'],
    ]);
    expect(orders[0]?.trigger).toEqual({ price: '400', source: 'ByMarkPrice', direction: 'Rising' });
    expect(orders[2]?.trigger).toBeUndefined();
    expect(orders[2]?.actionAtMs).toBe(1731694522513);
  });

  it('of closed positions are read', () => {
    const samples = json('ccxt-comment-samples.json') as { in: string; sample: unknown }[];
    const sample = samples.find((each) => each.in === 'fetchPositionHistory')?.sample;
    expect(valueIn(parseClosedPositions(sample))).toEqual([
      {
        symbol: 'ETHUSDT',
        currency: 'USDT',
        side: 'Buy',
        qty: '0.09',
        openPrice: '2372.88888889',
        closePrice: '2371.35',
        closedPnl: '-0.1385',
        fee: '0.2561889',
        fundingFee: '0',
        realisedPnl: '-0.3946889',
        roi: '-0.09702738',
        marginMode: 'cross',
        leverage: '52.5',
        openedAtMs: 1777998771316,
        closedAtMs: 1777998802592,
      },
    ]);
  });

  it('of account positions are read: one-way and hedged, cross and isolated, open and flat', () => {
    const account = valueIn(
      parseAccountPositions(fixture['accountPositions_GET_g-accounts_accountPositions']),
    );
    expect(account.wallets).toEqual([{ currency: 'USDT', balance: '224.929205196403', used: '65.29339271' }]);
    expect(
      account.positions.map(({ symbol, posSide, position }) => [
        symbol,
        posSide,
        position?.size,
        position?.marginMode,
      ]),
    ).toEqual([
      ['LTCUSDT', 'Merged', '0.2', 'cross'],
      ['BTCUSDT', 'Long', '0.01', 'isolated'],
      ['BTCUSDT', 'Short', undefined, undefined],
      ['XRPUSDT', 'Long', undefined, undefined],
    ]);
    expect(account.settings.map(({ symbol, posMode, legs }) => [symbol, posMode, legs.length])).toEqual([
      ['LTCUSDT', 'OneWay', 1],
      ['BTCUSDT', 'Hedged', 2],
      ['XRPUSDT', 'Hedged', 1],
    ]);
  });

  it('of the two histories are read', () => {
    const fills = valueIn(parseTradingList(fixture.tradingList_GET_exchange_order_v2_tradingList));
    expect(fills).toMatchObject([
      { execID: 'd789fa5', side: 'Buy', posSide: 'Merged', price: '69.82', qty: '0.1', isMaker: false },
    ]);
    const lists = fixture.orderList_GET_exchange_order_v2_orderList as unknown[];
    const orders = lists.flatMap((list) => valueIn(parseOrderList(list)));
    expect(orders.map((order) => [order.ordType, order.ordStatus, order.price, order.leavesQty])).toEqual([
      ['Limit', 'New', '50', '0.2'],
      ['Limit', 'New', '56', '0.5'],
    ]);
  });
});

/** What a pasted sample is, by its fields, and how it is read; undefined for COIN-M, spot and other endpoints. */
function readSample(sample: unknown): string | undefined {
  if (Array.isArray(sample)) {
    const [first]: unknown[] = sample;
    if (!isRecord(first)) return undefined;
    if (first.type === 'PerpetualV2') {
      const { products, skipped } = valueIn(parseProducts(reply({ perpProductsV2: sample })));
      expect([products.length, skipped]).toEqual([sample.length, []]);
      return 'products';
    }
    if ('accountBalanceRv' in first) return readAccountRows('accounts_p', sample);
    return 'execQty' in first && 'priceRp' in first ? readAccountRows('orders_p', sample) : undefined;
  }
  if (!isRecord(sample)) return undefined;
  const inner = isRecord(sample.result) ? sample.result : sample;
  if ('closeRp' in inner) {
    valueIn(parseTicker(inner === sample ? { error: null, id: 0, result: sample } : sample));
    return 'ticker';
  }
  if (isRecord(sample.account) && 'accountBalanceRv' in sample.account) {
    valueIn(parseAccountPositions(reply(sample)));
    return 'account';
  }
  if (isRecord(sample.data) && isRecord(sample.data.account) && 'accountBalanceRv' in sample.data.account) {
    valueIn(parseAccountPositions(sample));
    return 'account';
  }
  if ('execId' in sample) return readFills(reply([sample]));
  if (isRecord(sample.data) && JSON.stringify(sample.data).includes('"execPriceRp"'))
    return readFills(sample);
  if ('leverageRr' in sample) return readAccountRows('positions_p', [sample]);
  if ('execQty' in sample && 'priceRp' in sample) return readAccountRows('orders_p', [sample]);
  if ('orderType' in sample && 'priceRp' in sample) {
    valueIn(parseOrderAck(reply(sample)));
    return 'order';
  }
  if ('orderId' in sample && 'priceRp' in sample) {
    expect(valueIn(parseOrderList(reply([sample])))).toHaveLength(1);
    return 'order history';
  }
  const read = readableStream(sample);
  // REST replies under /md look like acks; those left here are of COIN-M and spot.
  return read.kind === 'unknown' || read.kind === 'ack' ? undefined : read.kind;
}

function readFills(body: unknown): string {
  expect(valueIn(parseTradingList(body))).toHaveLength(1);
  return 'fill history';
}

function readAccountRows(field: 'accounts_p' | 'orders_p' | 'positions_p', rows: unknown[]): string {
  const read = readableStream({ [field]: rows, sequence: 1, timestamp: 1, type: 'incremental' });
  expect(read.kind).toBe('account');
  return field;
}

describe.skipIf(!isThere)('recorded samples', () => {
  it('are read wherever they fall under our channels', () => {
    const samples = isThere ? (json('ccxt-comment-samples.json') as { sample: unknown }[]) : [];
    const counts: Record<string, number> = {};
    for (const { sample } of samples) {
      const kind = readSample(sample);
      if (kind !== undefined) counts[kind] = (counts[kind] ?? 0) + 1;
    }
    expect(counts).toEqual({
      products: 1,
      ticker: 4,
      account: 3,
      accounts_p: 1,
      orders_p: 4,
      positions_p: 1,
      order: 1,
      'order history': 1,
      'fill history': 2,
      book: 1,
      trades: 1,
      candles: 1,
      tickers: 1,
    });
  });
});

/** A line of a capture: what the client sent ("<-") or what the exchange answered. */
const captured = (name: string) =>
  text(name)
    .split('\n')
    .flatMap((line) => {
      const match = /^(?:\S+ <- )?[\d.]+: (\{.*)$/.exec(line);
      return match?.[1] === undefined ? [] : [{ isSent: line.includes(' <- '), body: match[1] }];
    });

const levelText = (levels: unknown) =>
  (levels as [number, number][]).map(([price, qty]): [string, string] => [String(price), String(qty)]);

/** The books of 2021 were scaled integers under another name; all else about them is as today. */
function asToday(message: Record<string, unknown>): Record<string, unknown> {
  const book = message.book as { asks: unknown; bids: unknown };
  return { ...message, orderbook_p: { asks: levelText(book.asks), bids: levelText(book.bids) } };
}

function checkBook(book: OrderBook): void {
  const bids = book.bids();
  const asks = book.asks();
  expect(Math.max(bids.length, asks.length)).toBeLessThanOrEqual(30);
  for (let index = 1; index < bids.length; index++) {
    expect(Number(bids[index - 1]?.[0])).toBeGreaterThan(Number(bids[index]?.[0]));
  }
  for (let index = 1; index < asks.length; index++) {
    expect(Number(asks[index - 1]?.[0])).toBeLessThan(Number(asks[index]?.[0]));
  }
  const [bid] = bids;
  const [ask] = asks;
  if (bid !== undefined && ask !== undefined) expect(compare(bid[0], ask[0])).toBe(-1);
}

describe.skipIf(!isThere)('a recorded connection', () => {
  it('keeps every book within its window, in order and never crossed', () => {
    const books = new Map<string, OrderBook>();
    let repeated = 0;
    const counts = { sent: 0, ack: 0, snapshot: 0, incremental: 0, trades: 0 };
    for (const { isSent, body } of captured('capture-2021-book-trade.ws.gz')) {
      if (isSent) {
        valueIn(parseStreamRequest(body));
        counts.sent++;
        continue;
      }
      const message: unknown = JSON.parse(body);
      if (!isRecord(message)) throw new Error(body);
      if ('trades' in message) {
        counts.trades++;
        continue;
      }
      const read = 'book' in message ? readableStream(asToday(message)) : parseStreamMessage(body);
      if (read.kind === 'ack') {
        expect(read).toEqual({ kind: 'ack', id: 1 });
        counts.ack++;
        continue;
      }
      if (read.kind !== 'book') throw new Error(`${read.kind}: ${body.slice(0, 100)}`);
      const { symbol } = read.update;
      const book = books.get(symbol) ?? createOrderBook(symbol as ProductSymbol);
      books.set(symbol, book);
      const before = book.snapshot();
      if (read.update.kind === 'incremental') {
        expect(read.update.sequence).toBeGreaterThan(before?.sequence ?? Number.POSITIVE_INFINITY);
      } else if (before !== undefined) {
        // Repeated once a minute so that a client can check itself: what it had must be what it is told.
        expect(read.update).toMatchObject({
          sequence: before.sequence,
          bids: before.bids,
          asks: before.asks,
        });
        repeated++;
      }
      expect(book.apply(read.update)).toBe('changed');
      checkBook(book);
      counts[read.update.kind]++;
    }
    expect(counts).toEqual({ sent: 20, ack: 20, snapshot: 13, incremental: 1324, trades: 35 });
    expect(repeated).toBe(3);
  });

  it('sends candles in snapshots of a thousand, newest first, then increments', () => {
    const lines = captured('capture-2021-kline.ws.gz').filter(({ isSent }) => !isSent);
    const sizes: number[] = [];
    for (const { body } of lines) {
      const message: unknown = JSON.parse(body);
      if (!isRecord(message) || !('kline' in message)) {
        expect(parseStreamMessage(body)).toEqual({ kind: 'ack', id: 1 });
        continue;
      }
      const rows = (message.kline as number[][]).map(([time, interval, ...rest]) => [
        time,
        interval,
        ...rest.map(String),
      ]);
      const read = readableStream({ ...message, kline_p: rows });
      if (read.kind !== 'candles') throw new Error(read.kind);
      const times = read.update.candles.map((candle) => candle.openTimeSec);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(read.update.resolutionSec).toBe(60);
      if (read.update.kind === 'snapshot') sizes.push(times.length);
    }
    expect(sizes).toEqual(Array.from({ length: 10 }, () => 1000));
  });
});
