/** Market data and the account, from the exchange's socket to the browsers': shared, exact, whoever comes or goes. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SeenFrame } from './fake-exchange.ts';
import type { ManualTime } from './manual-time.ts';
import {
  BOOK,
  BOOK_CHANGE,
  PACK,
  SNAPSHOTS,
  startRelay,
  subscribe,
  TICK,
  TRADES,
  withSnapshots,
} from './relayed.ts';
import { type Credentials, openTab, type Rig } from './rig.ts';

let rig: Rig;
let me: Credentials;
let time: ManualTime;
beforeEach(async () => {
  ({ rig, me, time } = await startRelay());
});
afterEach(() => rig.close());

const TRADE =
  '{"dts":3,"mts":4,"sequence":6,"symbol":"BTCUSDT","trades_p":[[1795475787706000007,"Sell","92269.8","0.046"]],"type":"incremental"}';
const CANDLE =
  '{"kline_p":[[1795475760,60,"1","1","4","1","4","8.1","75.4"]],"priceScale":0,"sequence":9,"symbol":"BTCUSDT","type":"incremental"}';
const PACK_CHANGE =
  '{"data":[["ETHUSDT","3"]],"fields":["symbol","lastRp"],"method":"perp_market24h_pack_p.update","timestamp":1795475788262000007,"type":"incremental"}';

describe('many browsers', () => {
  it('share one subscription per topic, and get the bytes that arrived', async () => {
    rig.exchange.follow(withSnapshots);
    const someone = await rig.signIn();
    const tabs = await Promise.all([me, me, me, someone, someone].map((who) => openTab(rig, who)));
    for (const tab of tabs) {
      for (const channel of ['orderbook_p', 'trade_p']) await subscribe(tab, channel, ['BTCUSDT']);
      await subscribe(tab, 'kline_p', ['BTCUSDT', 60]);
      await subscribe(tab, 'perp_market24h_pack_p', []);
      await subscribe(tab, 'aop_p', []);
    }
    for (const text of [BOOK_CHANGE, TRADE, CANDLE, PACK_CHANGE]) {
      rig.exchange.push(text);
      for (const tab of tabs)
        expect(await tab.until(() => tab.received.find((got) => got === text))).toBe(text);
    }
    for (const method of Object.keys(SNAPSHOTS).filter((name) => !name.startsWith('tick'))) {
      expect(rig.exchange.subscribed(method)).toHaveLength(1);
    }
    expect(rig.exchange.subscribed('aop_p.subscribe')).toHaveLength(1);
    expect(rig.exchange.connectionsOpen()).toBe(2);
  });

  it('hear only what they asked for', async () => {
    const [one, two] = [await openTab(rig, me), await openTab(rig, me)];
    await subscribe(one, 'orderbook_p', ['BTCUSDT']);
    await subscribe(two, 'trade_p', ['BTCUSDT']);
    rig.exchange.push(BOOK);
    rig.exchange.push(TRADES);
    await one.frame('orderbook_p');
    await two.frame('trades_p');
    expect(one.received.join('')).not.toContain('trades_p');
    expect(two.received.join('')).not.toContain('orderbook_p');
  });

  it('are answered with their own ids, and pinged back at once', async () => {
    const tab = await openTab(rig, me);
    const before = rig.exchange.frames.length;
    tab.socket.send('{"id":"a text","method":"server.ping","params":[]}');
    expect(await tab.frame('pong')).toBe('{"error":null,"id":"a text","result":"pong"}');
    const id = tab.request('aop_p.subscribe');
    expect(await tab.frame(`"id":${id}`)).toBe(`{"error":null,"id":${id},"result":{"status":"success"}}`);
    expect(rig.exchange.frames).toHaveLength(before);
  });

  it('are told when the exchange refuses a topic, which may be asked for again', async () => {
    rig.exchange.follow(({ params }) => (params[0] === 'NOPE' ? { refuse: 'invalid argument' } : undefined));
    const tab = await openTab(rig, me);
    const id = tab.request('trade_p.subscribe', ['NOPE']);
    expect(await tab.frame(`"id":${id}`)).toContain('invalid argument');
    rig.exchange.follow(() => undefined);
    const again = tab.request('trade_p.subscribe', ['NOPE']);
    expect(await tab.frame(`"id":${again}`)).toContain('success');
    expect(rig.exchange.subscribed('trade_p.subscribe')).toHaveLength(2);
  });
});

describe('a late joiner', () => {
  const late = async (channel: string, params: readonly unknown[], changes: readonly string[]) => {
    rig.exchange.follow(withSnapshots);
    const early = await openTab(rig, me);
    await subscribe(early, channel, params);
    for (const text of changes) {
      rig.exchange.push(text);
      await early.until(() => early.received.includes(text));
    }
    const tab = await openTab(rig, me);
    const id = tab.request(`${channel}.subscribe`, params);
    await tab.until(() => tab.received.length >= 4);
    const [ack, snapshot] = tab.received.slice(2);
    expect(ack).toContain(`"id":${id},`);
    return snapshot ?? '';
  };

  it('gets the book as it stands', async () => {
    const book = JSON.parse(await late('orderbook_p', ['BTCUSDT'], [BOOK_CHANGE])) as Record<string, unknown>;
    expect(book).toMatchObject({
      depth: 30,
      sequence: 12,
      symbol: 'BTCUSDT',
      type: 'snapshot',
      orderbook_p: {
        asks: [['102', '2']],
        bids: [
          ['100', '7'],
          ['99', '2'],
        ],
      },
    });
  });

  it('gets the last trades, newest first, with every digit of their times', async () => {
    expect(await late('trade_p', ['BTCUSDT'], [TRADE])).toBe(
      '{"dts":3,"mts":4,"sequence":6,"symbol":"BTCUSDT","trades_p":[[1795475787706000007,"Sell","92269.8","0.046"],[1795475787195000001,"Buy","92270","0.01"],[1795475786195000009,"Sell","92269","0.5"]],"type":"snapshot"}',
    );
  });

  it('gets the candles, the newest one as it stands', async () => {
    expect(await late('kline_p', ['BTCUSDT', 60], [CANDLE])).toBe(
      '{"kline_p":[[1795475760,60,"1","1","4","1","4","8.1","75.4"],[1795475700,60,"1","1","1","1","1","5","50"]],"priceScale":0,"sequence":9,"symbol":"BTCUSDT","type":"snapshot"}',
    );
  });

  it('gets every ticker, though the last message named one', async () => {
    // The proxy follows the tickers itself, from the start: its first message is long past.
    expect(await late('perp_market24h_pack_p', [], [PACK, PACK_CHANGE])).toBe(
      '{"data":[["BTCUSDT","1"],["ETHUSDT","3"]],"fields":["symbol","lastRp"],"method":"perp_market24h_pack_p.update","timestamp":1795475788262000007,"type":"snapshot"}',
    );
  });

  it('gets the newest tick', async () => {
    expect(await late('tick_p', ['.MBTCUSDT'], [])).toBe(TICK);
  });

  it('gets the account, merged from all that was told', async () => {
    const order = (fields: object) => ({
      ...{ accountID: 1, symbol: 'BTCUSDT', side: 'Buy', posSide: 'Merged', ordType: 'Limit', priceRp: '1' },
      ...{ timeInForce: 'GoodTillCancel', orderQty: '2', cumQty: '0', leavesQty: '2' },
      ...{ actionTimeNs: 1, transactTimeNs: 1, ...fields },
    });
    const position = (fields: object) => ({
      ...{ accountID: 1, symbol: 'BTCUSDT', side: 'Buy', posSide: 'Merged', posMode: 'OneWay' },
      ...{ valueRv: '0', leverageRr: '1', positionMarginRv: '0', ...fields },
    });
    const wallet = { accountID: 1, currency: 'USDT', totalUsedBalanceRv: '0' };
    const message = (type: string, sequence: number, parts: object) =>
      JSON.stringify({
        accounts_p: [],
        orders_p: [],
        positions_p: [],
        sequence,
        timestamp: 7,
        type,
        version: 0,
        ...parts,
      });
    const snapshot = message('snapshot', 1, {
      accounts_p: [{ ...wallet, accountBalanceRv: '100' }],
      orders_p: [
        order({ orderID: 'a', ordStatus: 'New', execStatus: 'New', execSeq: 1, execID: '0' }),
        order({ orderID: 'b', ordStatus: 'New', execStatus: 'New', execSeq: 2, execID: '0' }),
      ],
      positions_p: [position({ size: '0', execSeq: 2 })],
    });
    const fill = message('incremental', 2, {
      accounts_p: [{ ...wallet, accountBalanceRv: '99' }],
      orders_p: [
        order({
          orderID: 'a',
          ordStatus: 'PartiallyFilled',
          execStatus: 'MakerFill',
          execSeq: 3,
          execID: 'x',
        }),
        order({ orderID: 'a', ordStatus: 'Filled', execStatus: 'MakerFill', execSeq: 4, execID: 'y' }),
        order({ orderID: 'b', ordStatus: 'New', execStatus: 'New', execSeq: 1, execID: '0', late: true }),
      ],
      positions_p: [position({ size: '2', execSeq: 4 })],
    });
    const early = await openTab(rig, me);
    await subscribe(early, 'aop_p', []);
    for (const text of [snapshot, fill]) {
      rig.exchange.push(text);
      await early.until(() => early.received.includes(text));
    }
    const tab = await openTab(rig, me);
    tab.request('aop_p.subscribe');
    const merged = JSON.parse(await tab.frame('accounts_p')) as {
      type: string;
      sequence: number;
      accounts_p: { accountBalanceRv: string }[];
      orders_p: { orderID: string; execSeq: number }[];
      positions_p: { size: string }[];
    };
    expect([merged.type, merged.sequence]).toEqual(['snapshot', 2]);
    expect(merged.accounts_p.map((row) => row.accountBalanceRv)).toEqual(['99']);
    expect(merged.positions_p.map((row) => row.size)).toEqual(['2']);
    expect(merged.orders_p.map(({ orderID, execSeq }) => `${orderID}${execSeq}`)).toEqual(['b2', 'a3', 'a4']);
  });

  it('of a topic that waits for the exchange gets one answer and one snapshot', async () => {
    let held: SeenFrame | undefined;
    rig.exchange.follow((frame) => {
      if (frame.method !== 'trade_p.subscribe') return undefined;
      held = frame;
      return { silent: true };
    });
    const [one, two] = [await openTab(rig, me), await openTab(rig, me)];
    const ids = [
      one.request('trade_p.subscribe', ['BTCUSDT']),
      two.request('trade_p.subscribe', ['BTCUSDT']),
    ];
    await rig.exchange.until(() => held);
    two.request('server.ping');
    await two.frame('pong');
    rig.exchange.push(`{"error":null,"id":${held?.id},"result":{"status":"success"}}`);
    rig.exchange.push(TRADES);
    for (const [index, tab] of [one, two].entries()) {
      await tab.frame('trades_p');
      expect(tab.received.filter((text) => text.includes(`"id":${ids[index]},`))).toHaveLength(1);
      expect(tab.received.filter((text) => text === TRADES)).toHaveLength(1);
    }
    expect(rig.exchange.subscribed('trade_p.subscribe')).toHaveLength(1);
  });
});

describe('leaving', () => {
  it('ends a topic at the exchange after a while, books all at once and those still wanted again', async () => {
    const tab = await openTab(rig, me);
    for (const symbol of ['BTCUSDT', 'ETHUSDT']) await subscribe(tab, 'orderbook_p', [symbol]);
    const id = tab.request('orderbook_p.unsubscribe', ['BTCUSDT']);
    await tab.frame(`"id":${id},`);
    time.advance(9_000);
    expect(rig.exchange.subscribed('orderbook_p.unsubscribe')).toHaveLength(0);
    time.advance(2_000);
    await rig.exchange.until(() => rig.exchange.subscribed('orderbook_p.subscribe').length === 3);
    expect(rig.exchange.subscribed('orderbook_p.unsubscribe').map(({ params }) => params)).toEqual([[]]);
    expect(rig.exchange.subscribed('orderbook_p.subscribe').map(({ params }) => params[0])).toEqual([
      'BTCUSDT',
      'ETHUSDT',
      'ETHUSDT',
    ]);
  });

  it('and coming back within the while asks nothing of the exchange, and brings a snapshot', async () => {
    rig.exchange.follow(withSnapshots);
    const tab = await openTab(rig, me);
    await subscribe(tab, 'trade_p', ['BTCUSDT']);
    await tab.frame('trades_p');
    tab.socket.close();
    await tab.until(() => tab.closedWith);
    time.advance(5_000);
    const again = await openTab(rig, me);
    await subscribe(again, 'trade_p', ['BTCUSDT']);
    await again.frame('trades_p');
    time.advance(20_000);
    expect(rig.exchange.subscribed('trade_p.subscribe')).toHaveLength(1);
    expect(rig.exchange.subscribed('trade_p.unsubscribe')).toHaveLength(0);
  });

  it('unsubscribing without a parameter ends all of the channel for this browser alone', async () => {
    const [one, two] = [await openTab(rig, me), await openTab(rig, me)];
    for (const tab of [one, two]) await subscribe(tab, 'orderbook_p', ['BTCUSDT']);
    const id = one.request('orderbook_p.unsubscribe', []);
    await one.frame(`"id":${id},`);
    rig.exchange.push(BOOK);
    await two.frame('orderbook_p');
    one.request('server.ping');
    await one.frame('pong');
    expect(one.received.join('')).not.toContain('orderbook_p');
  });
});

describe('the exchange’s limits', () => {
  it('[W17] are kept: 20 subscriptions a connection, 5 connections; the 81st topic is refused, a freed place is used (the first is the tickers, for the guard)', async () => {
    const tab = await openTab(rig, me);
    const ask = async (index: number) => {
      const id = tab.request('trade_p.subscribe', [`S${index}USDT`]);
      // Paced requests leave as time passes.
      const step = () => {
        const answer = tab.received.find((text) => text.includes(`"id":${id},`));
        if (answer === undefined) time.advance(100);
        return answer;
      };
      let answer = step();
      while (answer === undefined) {
        await new Promise((resolve) => setImmediate(resolve));
        answer = step();
      }
      return answer;
    };
    for (let i = 1; i < 80; i++) expect(await ask(i)).toContain('success');
    await rig.exchange.until(() => rig.exchange.subscribed('trade_p.subscribe').length >= 79);
    expect(rig.exchange.connectionsOpen()).toBe(5);
    const perConnection = new Map<number, number>();
    for (const { connection } of rig.exchange.subscribed('trade_p.subscribe')) {
      perConnection.set(connection, (perConnection.get(connection) ?? 0) + 1);
    }
    expect(Math.max(...perConnection.values())).toBeLessThanOrEqual(20);
    expect(await ask(80)).toContain('Too many subscriptions');
    const id = tab.request('trade_p.unsubscribe', ['S3USDT']);
    await tab.frame(`"id":${id},`);
    expect(await ask(81)).toContain('success');
    expect(rig.exchange.subscribed('trade_p.unsubscribe').map(({ params }) => params[0])).toEqual(['S3USDT']);
  });
});

describe('stopping', () => {
  it('says goodbye to every browser with 1001', async () => {
    const tabs = [await openTab(rig, me), await openTab(rig, me)];
    const closing = rig.proxy.close();
    for (const tab of tabs) expect(await tab.until(() => tab.closedWith)).toBe(1001);
    await closing;
    await rig.exchange.until(() => rig.exchange.connectionsOpen() === 0);
  });
});
