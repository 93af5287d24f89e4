/** Market data and the account, from the exchange's socket to the browsers': shared, exact, and back after a loss. */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BookCheck } from '#contract/book-check.ts';
import type { Status } from '#contract/status.ts';
import { OK_BODY, type SeenFrame } from './fake-exchange.ts';
import { createManualTime, type ManualTime } from './manual-time.ts';
import {
  API_KEY,
  API_SECRET,
  type BrowserTab,
  type Credentials,
  openTab,
  type Rig,
  startRig,
} from './rig.ts';

let rig: Rig;
let me: Credentials;
let time: ManualTime;
beforeEach(async () => {
  time = createManualTime();
  rig = await startRig({ time, random: () => 0.5 });
  await rig.exchange.until(() => rig.exchange.subscribed('aop_p.subscribe').length === 1);
  await rig.exchange.until(() => rig.exchange.connectionsOpen() === 2);
  me = await rig.signIn();
});
afterEach(() => rig.close());

const BOOK =
  '{"depth":30,"dts":1795475787262000002,"mts":1795475787262000001,"orderbook_p":{"asks":[["101","1"],["102","2"]],"bids":[["100","1"],["99","2"]]},"sequence":10,"symbol":"BTCUSDT","timestamp":1795475787262000003,"type":"snapshot"}';
const BOOK_CHANGE =
  '{"depth":30,"dts":1795475787262000012,"mts":1795475787262000011,"orderbook_p":{"asks":[["101","0"]],"bids":[["100","7"]]},"sequence":12,"symbol":"BTCUSDT","timestamp":1795475787262000013,"type":"incremental"}';
const TRADES =
  '{"dts":1,"mts":2,"sequence":5,"symbol":"BTCUSDT","trades_p":[[1795475787195000001,"Buy","92270","0.01"],[1795475786195000009,"Sell","92269","0.5"]],"type":"snapshot"}';
const TRADE =
  '{"dts":3,"mts":4,"sequence":6,"symbol":"BTCUSDT","trades_p":[[1795475787706000007,"Sell","92269.8","0.046"]],"type":"incremental"}';
const CANDLES =
  '{"kline_p":[[1795475760,60,"1","1","3","1","2","7.1","65.4"],[1795475700,60,"1","1","1","1","1","5","50"]],"priceScale":0,"sequence":8,"symbol":"BTCUSDT","type":"snapshot"}';
const CANDLE =
  '{"kline_p":[[1795475760,60,"1","1","4","1","4","8.1","75.4"]],"priceScale":0,"sequence":9,"symbol":"BTCUSDT","type":"incremental"}';
const PACK =
  '{"data":[["BTCUSDT","1"],["ETHUSDT","2"]],"fields":["symbol","lastRp"],"method":"perp_market24h_pack_p.update","timestamp":1795475787262000003,"type":"snapshot"}';
const PACK_CHANGE =
  '{"data":[["ETHUSDT","3"]],"fields":["symbol","lastRp"],"method":"perp_market24h_pack_p.update","timestamp":1795475788262000007,"type":"incremental"}';
const TICK = '{"tick_p":{"last":"92269.8","symbol":".MBTCUSDT","timestamp":1795475787728000001}}';

const SNAPSHOTS: Readonly<Record<string, string>> = {
  'orderbook_p.subscribe': BOOK,
  'trade_p.subscribe': TRADES,
  'kline_p.subscribe': CANDLES,
  'perp_market24h_pack_p.subscribe': PACK,
  'tick_p.subscribe': TICK,
};
const withSnapshots = ({ method, params }: SeenFrame) => {
  const snapshot = params.includes('ETHUSDT') ? undefined : SNAPSHOTS[method];
  return snapshot === undefined ? undefined : { followedBy: [snapshot] };
};

const statuses = (tab: BrowserTab) =>
  tab.received
    .filter((text) => text.includes('"kind":"status"'))
    .map((text) => (JSON.parse(text) as { perpdeck: { status: Status } }).perpdeck.status);

/** Subscribes and waits for the answer. */
async function subscribe(tab: BrowserTab, method: string, params: readonly unknown[]): Promise<void> {
  const id = tab.request(`${method}.subscribe`, params);
  await tab.frame(`"id":${id},`);
}

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

describe('a lost connection', () => {
  it('is said at once, comes back by itself, and fresh snapshots follow', async () => {
    rig.exchange.follow(withSnapshots);
    const tab = await openTab(rig, me);
    for (const channel of ['orderbook_p', 'trade_p']) await subscribe(tab, channel, ['BTCUSDT']);
    await tab.until(() => tab.received.includes(BOOK) && tab.received.includes(TRADES));
    rig.exchange.setAway(true);
    rig.exchange.cut();
    await tab.until(() => {
      const feeds = statuses(tab).at(-1)?.feeds;
      return feeds?.market.state === 'reconnecting' && feeds.account.state === 'reconnecting';
    });
    const lostAt = statuses(tab).at(-1)?.feeds.market;

    // Another attempt fails; since when it is lost stays the same.
    time.advance(10);
    await tab.until(() => {
      const market = statuses(tab).at(-1)?.feeds.market;
      return market?.state === 'reconnecting' && market.attempt > 1;
    });
    expect(statuses(tab).at(-1)?.feeds.market.sinceMs).toBe(lostAt?.sinceMs);

    // Someone who comes meanwhile sees what was last known, and that it is old.
    const meanwhile = await openTab(rig, me);
    await subscribe(meanwhile, 'orderbook_p', ['BTCUSDT']);
    await meanwhile.frame('orderbook_p', 'snapshot');
    expect(statuses(meanwhile).at(-1)?.feeds.market.state).toBe('reconnecting');

    rig.exchange.setAway(false);
    time.advance(50);
    await rig.exchange.until(() => rig.exchange.connectionsOpen() === 2);
    await tab.until(() => {
      const feeds = statuses(tab).at(-1)?.feeds;
      return feeds?.market.state === 'live' && feeds.account.state === 'live';
    });
    for (const text of [BOOK, TRADES]) {
      await tab.until(() => tab.received.filter((got) => got === text).length === 2);
    }
    expect(rig.exchange.subscribed('orderbook_p.subscribe')).toHaveLength(2);
    expect(rig.exchange.subscribed('aop_p.subscribe')).toHaveLength(2);
  });

  it.each([
    ['and requests', true],
    ['alone', false],
  ])(
    '[R11] where sockets %s are turned away, nobody knocks more than once in ten seconds',
    async (_what, isBlock) => {
      const { exchange, proxy } = rig;
      const tab = await openTab(rig, me);
      const pass = async (seconds: number) => {
        for (let step = 0; step < seconds / 2.5; step++) {
          time.advance(2_500);
          const id = tab.request('server.ping');
          await tab.frame(`"id":${id},`, 'pong');
        }
      };
      const knocks = () => exchange.socketsRefused() + (isBlock ? exchange.requests.length : 0);
      const feeds = () => Object.values(proxy.status().feeds).map(({ state }) => state);
      exchange.refuseSockets(429);
      if (isBlock) exchange.answerWith((_request, response) => response.writeHead(429).end());
      exchange.cut();
      await tab.until(() => feeds().every((state) => state === 'reconnecting'));
      time.advance(50);
      await exchange.until(() => exchange.socketsRefused() > 0);
      await vi.waitFor(() => expect(proxy.status().block !== undefined).toBe(isBlock));
      await pass(10);
      const before = knocks();
      await pass(120);
      expect(knocks() - before).toBeLessThanOrEqual(12);
      expect(knocks() - before).toBeGreaterThanOrEqual(4);
      expect(proxy.status().block !== undefined).toBe(isBlock);

      exchange.refuseSockets(undefined);
      exchange.answerWith((_request, response) => response.end(OK_BODY));
      await pass(20);
      await tab.until(() => feeds().every((state) => state === 'live'));
      expect(proxy.status().block).toBeUndefined();
    },
  );

  it('and a topic that the exchange then refuses is asked for until it is back', async () => {
    rig.exchange.follow(withSnapshots);
    const tab = await openTab(rig, me);
    await subscribe(tab, 'trade_p', ['BTCUSDT']);
    rig.exchange.follow(({ method }) =>
      method === 'trade_p.subscribe' ? { refuse: 'too many requests' } : undefined,
    );
    rig.exchange.cut();
    await tab.until(() => statuses(tab).at(-1)?.feeds.market.state === 'reconnecting');
    time.advance(50);
    await rig.exchange.until(() => rig.exchange.subscribed('trade_p.subscribe').length === 2);
    await vi.waitFor(() => expect(rig.logLines.join()).toContain('too many requests'), 10_000);
    rig.exchange.follow(withSnapshots);
    time.advance(10_000);
    await tab.until(() => tab.received.filter((got) => got === TRADES).length === 2);
  });

  it('[R7] is noticed by silence: stale within ten seconds, dead within fifteen', async () => {
    const tab = await openTab(rig, me);
    rig.exchange.follow(() => ({ silent: true }));
    const made = rig.exchange.connectionsMade();
    time.advance(10_000);
    await tab.until(() => statuses(tab).some(({ feeds }) => feeds.market.state === 'stale'));
    const stale = statuses(tab).at(-1)?.feeds.market;
    expect(stale?.state).toBe('stale');
    time.advance(5_000);
    await tab.until(() => statuses(tab).at(-1)?.feeds.market.state === 'reconnecting');
    // It has been old since then, whatever has been tried meanwhile.
    expect(statuses(tab).at(-1)?.feeds.market.sinceMs).toBe(stale?.sinceMs);
    rig.exchange.follow(() => undefined);
    time.advance(50);
    await rig.exchange.until(() => rig.exchange.connectionsMade() > made);
    await tab.until(() => statuses(tab).at(-1)?.feeds.market.state === 'live');
  });

  it('a key that the exchange refuses is said to be, and tried again seldom', async () => {
    const tab = await openTab(rig, me);
    rig.exchange.follow(({ method }) =>
      method === 'user.auth' ? { refuse: `bad key ${API_KEY}` } : undefined,
    );
    rig.exchange.cut();
    await tab.until(() => statuses(tab).at(-1)?.feeds.account.state === 'reconnecting');
    time.advance(50);
    await tab.until(() => statuses(tab).at(-1)?.feeds.account.state === 'off');
    expect(tab.received.join('')).not.toContain(API_KEY);
    const attempts = rig.exchange.subscribed('user.auth').length;
    time.advance(59_000);
    expect(rig.exchange.subscribed('user.auth')).toHaveLength(attempts);
  });
});

describe('a relayed book', () => {
  const checks = (tab: BrowserTab) =>
    tab.received
      .filter((text) => text.includes('"kind":"book"'))
      .map((text) => (JSON.parse(text) as { perpdeck: { check: BookCheck } }).perpdeck.check);
  const until = (tab: BrowserTab, state: BookCheck['state']) =>
    tab.until(() => checks(tab).find((check) => check.state === state));
  const metric = async (name: string) => {
    const text = await (await fetch(`${rig.proxy.url}/metrics`)).text();
    return Number(new RegExp(`^perpdeck_${name} (\\d+)$`, 'm').exec(text)?.[1]);
  };
  let tab: BrowserTab;
  beforeEach(async () => {
    rig.exchange.follow(withSnapshots);
    tab = await openTab(rig, me);
    await subscribe(tab, 'orderbook_p', ['BTCUSDT']);
    await until(tab, 'fresh');
  });
  const repeated = BOOK_CHANGE.replace('incremental', 'snapshot')
    .replace('[["101","0"]]', '[["102","2"]]')
    .replace('[["100","7"]]', '[["100","7"],["99","2"]]');

  it('is verified by the snapshot that the exchange repeats, and whoever joins later is told', async () => {
    rig.exchange.push(BOOK_CHANGE);
    rig.exchange.push(repeated);
    expect(await until(tab, 'verified')).toEqual({ state: 'verified', atMs: time.nowMs() });
    const later = await openTab(rig, me);
    await subscribe(later, 'orderbook_p', ['BTCUSDT']);
    await until(later, 'verified');
    expect(await metric('book_verifications_total')).toBe(1);
    expect(await metric('books{state="verified"}'.replace(/[{}]/g, '\\$&'))).toBe(1);
    expect(rig.exchange.subscribed('orderbook_p.subscribe')).toHaveLength(1);
  });

  it('of which a message was lost is found out by that snapshot, told, counted and asked for anew', async () => {
    rig.exchange.push(repeated);
    expect(await until(tab, 'broken')).toMatchObject({ fault: 'mismatch' });
    await rig.exchange.until(() => rig.exchange.subscribed('orderbook_p.subscribe').length === 2);
    await tab.until(() => checks(tab).at(-1)?.state === 'fresh');
    expect(await metric('book_faults_total\\{fault="mismatch"\\}')).toBe(1);
  });

  it('that stays crossed for a second is asked for anew, and not before', async () => {
    const crossing = BOOK_CHANGE.replace('["101","0"]', '["99.5","1"]');
    rig.exchange.push(crossing);
    await tab.until(() => tab.received.includes(crossing));
    // Its copy in the proxy is brought up to date before it is handed on.
    const later = await openTab(rig, me);
    await subscribe(later, 'orderbook_p', ['BTCUSDT']);
    await later.frame('99.5');
    time.advance(900);
    expect(rig.exchange.subscribed('orderbook_p.subscribe')).toHaveLength(1);
    time.advance(200);
    expect(await until(tab, 'broken')).toMatchObject({ fault: 'crossed' });
    await rig.exchange.until(() => rig.exchange.subscribed('orderbook_p.subscribe').length === 2);
  });

  it('that goes wrong again and again is asked for every five seconds at most', async () => {
    for (let sequence = 20; sequence < 40; sequence++) {
      rig.exchange.push(BOOK_CHANGE.replace('"sequence":12', `"sequence":${sequence}`));
      rig.exchange.push(BOOK_CHANGE.replace('"sequence":12', '"sequence":11'));
    }
    await rig.exchange.until(() => rig.exchange.subscribed('orderbook_p.subscribe').length === 2);
    await tab.until(() => checks(tab).at(-1)?.state === 'fresh');
    rig.exchange.push(BOOK_CHANGE.replace('"sequence":12', '"sequence":99'));
    rig.exchange.push(BOOK_CHANGE);
    await tab.until(() => checks(tab).at(-1)?.state === 'broken');
    time.advance(4_000);
    expect(rig.exchange.subscribed('orderbook_p.subscribe')).toHaveLength(2);
    time.advance(2_000);
    await rig.exchange.until(() => rig.exchange.subscribed('orderbook_p.subscribe').length === 3);
  });
});

describe('signing in at the exchange', () => {
  it('is signed as documented, over key and expiry', () => {
    const [frame] = rig.exchange.subscribed('user.auth');
    const [kind, key, signature, expiry] = frame?.params ?? [];
    expect([kind, key]).toEqual(['API', API_KEY]);
    expect(signature).toBe(createHmac('sha256', API_SECRET).update(`${key}${expiry}`).digest('hex'));
    expect(Number(expiry) - Date.now() / 1000).toBeLessThanOrEqual(120);
    expect(Number.isInteger(expiry)).toBe(true);
  });

  it('happens on one connection, the one with the account', () => {
    expect(rig.exchange.subscribed('user.auth')).toHaveLength(1);
    expect(rig.exchange.subscribed('aop_p.subscribe')[0]?.connection).toBe(
      rig.exchange.subscribed('user.auth')[0]?.connection,
    );
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
