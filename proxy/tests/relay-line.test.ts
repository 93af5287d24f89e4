/** The relay's own line to the exchange: signed in, back after a loss, and its books held against the exchange's. */
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BookCheck } from '#contract/book-check.ts';
import { OK_BODY } from './fake-exchange.ts';
import type { ManualTime } from './manual-time.ts';
import { BOOK, BOOK_CHANGE, startRelay, statuses, subscribe, TRADES, withSnapshots } from './relayed.ts';
import { API_KEY, API_SECRET, type BrowserTab, type Credentials, openTab, type Rig } from './rig.ts';

let rig: Rig;
let me: Credentials;
let time: ManualTime;
beforeEach(async () => {
  ({ rig, me, time } = await startRelay());
});
afterEach(() => rig.close());

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
      await pass(25);
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
