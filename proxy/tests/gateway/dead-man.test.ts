/** [K15–K18] A bot that falls silent: its orders go, or everything does, over restarts and a flaky exchange too. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeadMan, GatewayKey, KeyRecord, KeyTerms } from '#contract/gateway.ts';
import type { HaltState } from '#contract/halt.ts';
import { openJournalStore } from '../../src/journal/journal-store.ts';
import type { SeenRequest } from '../fake-exchange.ts';
import { createManualTime, type ManualTime } from '../manual-time.ts';
import { type Credentials, call, newOrder, type Rig, startRig, TRADING } from '../rig.ts';
import { type Bot, botOf, keyStoreIn, newBot } from './bot.ts';

/** What the exchange holds, by order id. */
let held: Map<string, { symbol: string; clOrdID: string }>;
let time: ManualTime;
let records: KeyRecord[];
let rig: Rig;
let me: Credentials;
let halt: string | undefined;
/** How many cancels the exchange still refuses to answer. */
let failures: number;

const event = (
  orderID: string,
  { symbol, clOrdID }: { symbol: string; clOrdID: string },
  ordStatus = 'New',
) => ({
  ...{ accountID: 1, orderID, clOrdID, symbol, side: 'Buy', posSide: 'Merged', ordType: 'Limit', ordStatus },
  ...{
    timeInForce: 'GoodTillCancel',
    execStatus: ordStatus,
    priceRp: '1',
    orderQty: '1',
    cumQty: '0',
    leavesQty: '1',
  },
  ...{ actionTimeNs: 1, transactTimeNs: 1, execSeq: ordStatus === 'New' ? 1 : 2 },
});
const accountMessage = (orders: readonly object[], type: string) =>
  JSON.stringify({ accounts_p: [], positions_p: [], orders_p: orders, sequence: 1, timestamp: 1, type });

function carryOut({ method, target, body }: SeenRequest): string | undefined {
  const url = new URL(target, 'http://x');
  const symbol = url.searchParams.get('symbol') ?? '';
  if (method === 'POST') {
    const { clOrdID, symbol: ofOrder } = JSON.parse(body) as { clOrdID: string; symbol: string };
    if (clOrdID.startsWith('lost-')) return undefined;
    held.set(`id-${clOrdID}`, { symbol: ofOrder, clOrdID });
    rig.exchange.push(accountMessage([event(`id-${clOrdID}`, { symbol: ofOrder, clOrdID })], 'incremental'));
    return '{"code":0,"msg":"","data":{"bizError":0}}';
  }
  if (method === 'DELETE' && failures > 0) {
    failures -= 1;
    return undefined;
  }
  if (url.pathname === '/g-orders/cancel') {
    const orderID = url.searchParams.get('orderID') ?? '';
    const order = held.get(orderID);
    if (order !== undefined)
      rig.exchange.push(accountMessage([event(orderID, order, 'Canceled')], 'incremental'));
    held.delete(orderID);
    return '{"code":0,"msg":"","data":{"bizError":0}}';
  }
  if (method === 'DELETE') {
    for (const [id, order] of held) if (order.symbol === symbol) held.delete(id);
    return '{"code":0,"msg":"","data":1}';
  }
  if (url.pathname === '/g-orders/activeList') {
    const rows = [...held].flatMap(([orderID, order]) =>
      order.symbol === symbol
        ? [
            {
              ...{
                orderID,
                clOrdID: order.clOrdID,
                symbol,
                side: 'Buy',
                orderType: 'Limit',
                ordStatus: 'New',
              },
              ...{ timeInForce: 'GoodTillCancel', orderQtyRq: '1', cumQtyRq: '0', leavesQtyRq: '1' },
              ...{ actionTimeNs: 1, transactTimeNs: 1 },
            },
          ]
        : [],
    );
    return JSON.stringify({ code: 0, msg: '', data: { rows } });
  }
  if (url.pathname === '/g-accounts/accountPositions') {
    const account = { currency: 'USDT', accountBalanceRv: '1', totalUsedBalanceRv: '0' };
    return JSON.stringify({ code: 0, msg: '', data: { account, positions: [] } });
  }
  return `{"code":0,"msg":"","data":{"serverTime":${Date.now()}}}`;
}

/** How often a key was written down. */
let puts = 0;
const counted = (store: ReturnType<typeof keyStoreIn>): typeof store => ({
  ...store,
  put(record) {
    puts += 1;
    store.put(record);
  },
});

/** On the same keys and the same exchange as before, which forgets nothing meanwhile. */
async function start(journal = openJournalStore(':memory:')) {
  rig = await startRig({
    time,
    trading: {
      ...TRADING,
      openJournal: () => ({ ...journal, close: () => {} }),
      keyStore: counted(keyStoreIn(records)),
      haltFile: {
        read: () => (halt === undefined ? undefined : JSON.parse(halt)),
        write: (next) => {
          halt = JSON.stringify(next);
        },
        remove: () => {
          halt = undefined;
        },
      },
    },
  });
  rig.exchange.follow(({ method }) =>
    method === 'aop_p.subscribe'
      ? {
          followedBy: [
            accountMessage(
              [...held].map(([id, order]) => event(id, order)),
              'snapshot',
            ),
          ],
        }
      : undefined,
  );
  rig.exchange.answerWith((request, response, socket) => {
    const body = carryOut(request);
    if (body === undefined) return void socket.destroy();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(body);
  });
  rig.exchange.cut();
  me = await rig.signIn();
  await until(() => rig.proxy.status().feeds.account.state === 'live');
}

/** Moves time on in small steps until it is so. */
async function until(look: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await look())) {
    time.advance(50);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

beforeEach(() => {
  held = new Map();
  records = [];
  halt = undefined;
  failures = 0;
  time = createManualTime();
});
afterEach(() => rig.close());

const place = (who: Bot, clOrdID: string, symbol = 'BTCUSDT') =>
  who.ask({ method: 'POST', path: '/g-orders', body: newOrder({ clOrdID, symbol }) });
const renew = async (who: Bot, seconds = 5): Promise<DeadMan> => {
  const answer = await who.ask({ method: 'POST', path: '/api/dead-man', body: JSON.stringify({ seconds }) });
  return (await answer.json()) as DeadMan;
};
const keyOf = async ({ key }: Bot): Promise<GatewayKey | undefined> => {
  const keys = (await (await call(rig, me, 'GET', '/api/keys')).json()) as GatewayKey[];
  return keys.find(({ id }) => id === key.id);
};
const deadManOf = async (who: Bot): Promise<DeadMan> => (await keyOf(who))?.deadMan ?? { at: 'off' };
const isDone = async (who: Bot) => {
  const state = await deadManOf(who);
  return state.at === 'fired' && state.verifiedAtMs !== undefined;
};
const newSilent = (terms: Partial<KeyTerms> = {}) => newBot(rig, me, terms);

describe('a dead-man timer', () => {
  it('[K15] cancels the key’s orders and no others, and the key opens nothing until it is renewed', async () => {
    await start();
    const bot = await newSilent();
    await place(bot, 'bot-1');
    await place(bot, 'bot-2', 'ETHUSDT');
    await place(await newBot(rig, me, { name: 'other' }), 'other-1');
    await call(rig, me, 'POST', '/exchange/g-orders', newOrder({ clOrdID: 'mine' }));
    expect(await renew(bot)).toMatchObject({ at: 'armed', seconds: 5 });
    time.advance(4_900);
    await renew(bot);
    time.advance(4_900);
    expect(held.size).toBe(4);
    time.advance(200);
    await until(() => isDone(bot));
    expect([...held.keys()].sort()).toEqual(['id-mine', 'id-other-1']);
    expect(await deadManOf(bot)).toMatchObject({ at: 'fired', canceled: 2, openOrders: 0, problems: [] });
    expect(rig.proxy.status()).toMatchObject({ silentBots: ['grid-1'] });
    expect(await (await fetch(`${rig.proxy.url}/metrics`)).text()).toContain('perpdeck_silent_bots 1\n');
    expect(rig.proxy.status().halt).toBeUndefined();

    const refused = await place(bot, 'bot-3');
    expect([refused.status, ((await refused.json()) as { msg: string }).msg]).toEqual([
      422,
      expect.stringContaining('dead-man timer has fired'),
    ]);
    expect(await renew(bot)).toMatchObject({ at: 'armed' });
    expect(rig.proxy.status().silentBots).toBeUndefined();
    expect((await place(bot, 'bot-4')).status).toBe(200);
    const off = await bot.ask({ method: 'DELETE', path: '/api/dead-man' });
    expect(await off.json()).toEqual({ at: 'off' });
    time.advance(60_000);
    expect(held.has('id-bot-4')).toBe(true);
  });

  it('[K16] goes on while the exchange fails, and says what went wrong', async () => {
    await start();
    const bot = await newSilent();
    for (const id of ['bot-1', 'bot-2', 'bot-3']) await place(bot, id);
    await renew(bot);
    failures = 4;
    time.advance(5_000);
    await until(() => isDone(bot));
    expect(held.size).toBe(0);
    const state = await deadManOf(bot);
    expect(state).toMatchObject({ canceled: 3, openOrders: 0 });
    expect(state.at === 'fired' && state.problems.length).toBe(4);
  });

  it('[K16] does not wait for what can only close: a reduce-only order without an answer', async () => {
    await start();
    const bot = await newSilent();
    const order = { clOrdID: 'lost-1', reduceOnly: true };
    const lost = await bot.ask({ method: 'POST', path: '/g-orders', body: newOrder(order) });
    expect(lost.status).toBe(502);
    await renew(bot);
    const firesAtMs = time.nowMs() + 5_000;
    time.advance(5_000);
    await until(() => isDone(bot));
    // It could still arrive for as long again.
    expect(time.nowMs() - firesAtMs).toBeLessThan(4_000);
  });

  it('[K17] pulls the kill switch where its key says so, which names it', async () => {
    await start();
    const bot = await newSilent({ onSilence: 'halt-and-close' });
    await place(bot, 'bot-1');
    await call(rig, me, 'POST', '/exchange/g-orders', newOrder({ clOrdID: 'mine' }));
    await renew(bot);
    time.advance(5_000);
    await until(() => rig.proxy.status().halt?.at === 'halted');
    expect(held.size).toBe(0);
    const state = (await (await call(rig, me, 'GET', '/api/kill')).json()) as HaltState;
    expect(state).toMatchObject({ who: 'dead-man timer of grid-1', closesPositions: true });
    expect((await call(rig, me, 'POST', '/exchange/g-orders', newOrder())).status).toBe(422);
  });

  it('[K18] is armed again by a restart, with its whole time; one that has fired goes on with its work', async () => {
    const journal = openJournalStore(':memory:');
    await start(journal);
    let bot = await newSilent();
    await place(bot, 'bot-1');
    await renew(bot);
    await rig.close();
    time.advance(60_000);
    await start(journal);
    bot = botOf(rig, bot);
    expect(await deadManOf(bot)).toMatchObject({ at: 'armed', seconds: 5 });
    expect(held.size).toBe(1);
    failures = Number.POSITIVE_INFINITY;
    time.advance(5_000);
    await until(async () => (await deadManOf(bot)).at === 'fired');
    await rig.close();
    failures = 0;
    await start(journal);
    await until(() => isDone(bot));
    expect(held.size).toBe(0);
    expect((await place(botOf(rig, bot), 'bot-2')).status).toBe(422);
  });

  it('takes whole seconds within its bounds, and goes with its key', async () => {
    await start();
    const bot = await newSilent();
    for (const body of [
      '{}',
      '{"seconds":4}',
      '{"seconds":3601}',
      '{"seconds":"30"}',
      '{"seconds":9,"all":true}',
    ]) {
      const answer = await bot.ask({ method: 'POST', path: '/api/dead-man', body });
      expect([body, answer.status]).toEqual([body, 400]);
    }
    await place(bot, 'bot-1');
    await renew(bot);
    const ask = (who: Bot, method: 'GET' | 'DELETE') => who.ask({ method, path: '/api/dead-man' });
    const reader = await newSilent({ name: 'reader', scope: 'read' });
    expect((await ask(reader, 'DELETE')).status).toBe(403);
    const other = await newSilent({ name: 'other' });
    puts = 0;
    const asked = await Promise.all(Array.from({ length: 25 }, () => ask(other, 'DELETE')));
    expect(asked.map(({ status }) => status).sort()).toEqual([...Array(20).fill(200), ...Array(5).fill(429)]);
    // Nothing was armed, so nothing is written down but that the key was used; and no order waits for these.
    expect(puts).toBe(1);
    expect((await place(other, 'other-1')).status).toBe(200);
    held.delete('id-other-1');
    await call(rig, me, 'POST', '/api/keys/revoke', JSON.stringify({ id: bot.key.id }));
    time.advance(60_000);
    expect(held.size).toBe(1);
    expect((await fetch(`${rig.proxy.url}/api/dead-man`)).status).toBe(401);
    expect((await call(rig, me, 'GET', '/api/dead-man')).status).toBe(401);
  });
});
