/** [R22] The kill switch: nothing opens from the first moment, and it is not over before the exchange shows it. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProxyError } from '#contract/api.ts';
import type { HaltState } from '#contract/halt.ts';
import { askControl, openControlSocket } from '../src/control-socket.ts';
import { EXCHANGE_LIMITS } from '../src/exchange/exchange-client.ts';
import { JournalError } from '../src/journal/journal-store.ts';
import { HALT_FILE, openHalts } from '../src/kill/halt-file.ts';
import type { ProxyOptions } from '../src/server.ts';
import { systemTime } from '../src/time.ts';
import type { TradingOptions } from '../src/trading.ts';
import type { SeenRequest } from './fake-exchange.ts';
import { createManualTime } from './manual-time.ts';
import { type Credentials, call, newOrder, openTab, type Rig, startRig, TRADING } from './rig.ts';

const OK = '{"code":0,"msg":"","data":1}';
const SYMBOLS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT', 'XRPUSDT', 'LTCUSDT'];

/** What the exchange holds: 10 active and 4 conditional orders a symbol, and a position in two of them. */
interface Held {
  readonly active: Map<string, number>;
  readonly conditional: Map<string, number>;
  readonly positions: Map<string, { side: string; size: string }>;
}

let folder: string;
let rig: Rig;
let me: Credentials;
let held: Held;
/** What it says of this one is no list of orders. */
let refusedSymbol = '';
/** Connections on which it says nothing. */
const hung: Socket[] = [];
beforeEach(() => {
  refusedSymbol = '';
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-kill-'));
  held = {
    active: new Map(SYMBOLS.map((symbol) => [symbol, 10])),
    conditional: new Map(SYMBOLS.map((symbol) => [symbol, 4])),
    positions: new Map([
      ['BTCUSDT', { side: 'Buy', size: '0.5' }],
      ['DOGEUSDT', { side: 'Sell', size: '900' }],
    ]),
  };
});
afterEach(async () => {
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the stream tells of: a position of the exchange's own row. */
const positionEvent = (symbol: string) => ({
  ...{ accountID: 1, symbol, side: 'Buy', posSide: 'Merged', posMode: 'OneWay', size: '0.5' },
  ...{ leverageRr: '-10', valueRv: '1', positionMarginRv: '1', avgEntryPriceRp: '1', term: 1 },
});
const orderEvent = (symbol: string, index: number) => ({
  ...{
    accountID: 1,
    orderID: `${symbol}-${index}`,
    clOrdID: `${symbol}-${index}`,
    symbol,
    side: 'Buy',
    posSide: 'Merged',
  },
  ...{ ordType: 'Limit', timeInForce: 'GoodTillCancel', ordStatus: 'New', execStatus: 'New', priceRp: '1' },
  ...{ orderQty: '1', cumQty: '0', leavesQty: '1', actionTimeNs: 1, transactTimeNs: 1, execSeq: index + 1 },
});
const snapshot = (parts: object = {}) =>
  JSON.stringify({
    ...{ accounts_p: [], positions_p: [], sequence: 1, timestamp: 1, type: 'snapshot', version: 0 },
    orders_p: SYMBOLS.map((symbol, index) => orderEvent(symbol, index)),
    ...parts,
  });

const openRows = (symbol: string) => {
  const rows = (count: number, ordStatus: string) =>
    Array.from({ length: count }, (_, index) => ({
      ...{ orderID: `${symbol}-${ordStatus}-${index}`, symbol, side: 'Buy', orderType: 'Limit', ordStatus },
      ...{ timeInForce: 'GoodTillCancel', orderQtyRq: '1', cumQtyRq: '0', leavesQtyRq: '1' },
      ...{ actionTimeNs: 1, transactTimeNs: 1 },
    }));
  return [
    ...rows(held.active.get(symbol) ?? 0, 'New'),
    ...rows(held.conditional.get(symbol) ?? 0, 'Untriggered'),
  ];
};
const positionRows = () =>
  [...held.positions].map(([symbol, { side, size }]) => ({
    ...{
      symbol,
      side,
      size,
      posSide: 'Merged',
      posMode: 'OneWay',
      leverageRr: '-10',
      valueRv: '1',
      positionMarginRv: '1',
    },
  }));

/** The largest order of any product. */
const QTY_MAX = 7000;
const LTC = {
  ...{ symbol: 'LTCUSDT', quoteCurrency: 'USDT', settleCurrency: 'USDT', status: 'Listed' },
  ...{ indexSymbol: '.LTCUSDT', markSymbol: '.MLTCUSDT', tickSize: '0.01', qtyStepSize: '0.01' },
  ...{ minPriceRp: '0.01', maxPriceRp: '9999', maxOrderQtyRq: String(QTY_MAX), minOrderValueRv: '1' },
  ...{ maxLeverage: 100, fundingInterval: 28800 },
};
const PRODUCTS = { code: 0, msg: '', data: { perpProductsV2: [LTC] } };

/** What the exchange does with a request, and answers. */
function carryOut({ method, target, body }: SeenRequest): string {
  const url = new URL(target, 'http://x');
  const symbol = url.searchParams.get('symbol') ?? '';
  if (symbol !== '' && symbol === refusedSymbol) return '{"code":6001,"msg":"invalid argument","data":null}';
  if (method === 'DELETE') {
    (url.searchParams.get('untriggered') === 'true' ? held.conditional : held.active).delete(symbol);
    return OK;
  }
  if (method === 'POST') {
    const order = JSON.parse(body) as {
      symbol: string;
      reduceOnly: boolean;
      ordType: string;
      orderQtyRq: string;
    };
    if (Number(order.orderQtyRq) > QTY_MAX) return '{"code":11056,"msg":"TE_QTY_TOO_LARGE","data":null}';
    const position = held.positions.get(order.symbol);
    if (position !== undefined && order.reduceOnly && order.ordType === 'Market') {
      const size = Number(position.size) - Number(order.orderQtyRq);
      if (size > 0) held.positions.set(order.symbol, { ...position, size: String(size) });
      else held.positions.delete(order.symbol);
    }
    return '{"code":0,"msg":"","data":{"bizError":0}}';
  }
  if (url.pathname === '/public/products') return JSON.stringify(PRODUCTS);
  if (url.pathname === '/g-orders/activeList') {
    const rows = openRows(symbol);
    if (rows.length === 0) return '{"code":10002,"msg":"OM_ORDER_NOT_FOUND","data":null}';
    return JSON.stringify({ code: 0, msg: '', data: { rows } });
  }
  if (url.pathname === '/g-accounts/accountPositions') {
    const account = { currency: 'USDT', accountBalanceRv: '1', totalUsedBalanceRv: '0' };
    return JSON.stringify({ code: 0, msg: '', data: { account, positions: positionRows() } });
  }
  return `{"code":0,"msg":"","data":{"serverTime":${Date.now()}}}`;
}

type Fault = 'reset before' | 'reset after' | 'silence' | 429 | 502;

async function start(
  faultOf: (request: SeenRequest, index: number) => Fault | undefined = () => undefined,
  trading: Partial<TradingOptions> = {},
  options: Partial<ProxyOptions> & { isKeyless?: boolean } = {},
) {
  const { scope } = { ...TRADING, ...trading };
  const haltFile = openHalts(folder).of(scope);
  rig = await startRig({
    trading: { ...TRADING, haltFile, resolutionTiming: QUICK, ...trading },
    haltLeft: openHalts(folder).left,
    ...options,
  });
  rig.exchange.follow(({ method }) =>
    method === 'aop_p.subscribe' ? { followedBy: [snapshot()] } : undefined,
  );
  let changes = 0;
  const answer =
    (headers: Readonly<Record<string, string>>): Parameters<Rig['exchange']['answerWith']>[0] =>
    (request, response, socket) => {
      const fault =
        request.target === '/public/time'
          ? undefined
          : faultOf(request, request.method === 'GET' ? -1 : changes++);
      if (fault === 'silence') return void hung.push(socket);
      if (fault === 'reset before') return socket.resetAndDestroy();
      const body = typeof fault === 'number' ? '{}' : carryOut(request);
      if (fault === 'reset after') return socket.resetAndDestroy();
      response.writeHead(fault ?? 200, { 'content-type': 'application/json', ...headers });
      response.end(body);
    };
  rig.exchange.answerWith(answer({}));
  me = await rig.signIn();
  rig.exchange.push(snapshot());
  return answer;
}
const QUICK = { looksAtMs: [1, 2, 3], everyMs: 20, historyFromMs: 0, afterExpiryMs: -10_000 };

const pull = (closesPositions: boolean) =>
  call(rig, me, 'POST', '/api/kill', JSON.stringify({ closesPositions }));
async function over(): Promise<Exclude<HaltState, { at: 'armed' }>> {
  const tab = await openTab(rig, me);
  await tab.frame('"at":"halted"');
  tab.socket.close();
  return (await (await call(rig, me, 'GET', '/api/kill')).json()) as Exclude<HaltState, { at: 'armed' }>;
}
const left = () => SYMBOLS.reduce((sum, symbol) => sum + openRows(symbol).length, 0);
const codeOf = async (answer: Response) => {
  const { error } = (await answer.json()) as ProxyError;
  return [error.code, error.guard?.rule];
};

describe('the kill switch', () => {
  it('cancels both kinds of orders of every symbol, and leaves positions alone unless told', async () => {
    await start();
    expect(left()).toBe(70);
    expect(await (await pull(false)).json()).toMatchObject({ at: 'halting', who: 'browser' });
    const state = await over();
    expect(left()).toBe(0);
    expect(state).toMatchObject({ at: 'halted', openOrders: 0, openPositions: 2, closed: [] });
    expect([...state.canceled].sort()).toEqual(expect.arrayContaining([...SYMBOLS].sort()));
    expect(rig.exchange.asked().some(({ method }) => method === 'POST')).toBe(false);
  });

  it('closes every position with a reduce-only market order, those the stream has not told of too', async () => {
    await start();
    await pull(true);
    const state = await over();
    expect([held.positions.size, state.openPositions]).toEqual([0, 0]);
    expect([...state.closed].sort((a, b) => a.symbol.localeCompare(b.symbol))).toEqual([
      { symbol: 'BTCUSDT', posSide: 'Merged', side: 'Sell', qty: '0.5' },
      { symbol: 'DOGEUSDT', posSide: 'Merged', side: 'Buy', qty: '900' },
    ]);
    const orders = rig.exchange.asked().filter(({ method }) => method === 'POST');
    for (const { body } of orders)
      expect(JSON.parse(body)).toMatchObject({ reduceOnly: true, ordType: 'Market' });
  });

  it('closes one that is larger than the product’s largest order in several', async () => {
    held.positions.set('LTCUSDT', { side: 'Buy', size: '10000' });
    await start();
    await pull(true);
    const state = await over();
    expect(held.positions.size).toBe(0);
    const ofLtc = state.closed.filter(({ symbol }) => symbol === 'LTCUSDT').map(({ qty }) => qty);
    expect(ofLtc).toEqual(['7000', '3000']);
    const orders = rig.exchange.asked().filter(({ method }) => method === 'POST');
    for (const { body } of orders) expect(JSON.parse(body)).toMatchObject({ reduceOnly: true });
  });

  it('cancels what the account stream has not told of yet, and is not over while that is away', async () => {
    await start();
    // Taken by the exchange, and no event of it.
    held.active.set('ADAUSDT', 1);
    const order = newOrder({ symbol: 'ADAUSDT' });
    expect((await call(rig, me, 'POST', '/exchange/g-orders', order)).status).toBe(200);
    // Refused by it, as a product that there is not: no look can ever find that clear.
    refusedSymbol = 'NOSUCH';
    await call(rig, me, 'DELETE', '/exchange/g-orders/all?symbol=NOSUCH');
    rig.exchange.setAway(true);
    rig.exchange.cut();
    await pull(false);
    const tab = await openTab(rig, me);
    await tab.frame('"at":"halting"', '"rounds":2', '"openOrders":0', 'the account stream is away');
    expect(held.active.has('ADAUSDT')).toBe(false);
    // Meanwhile from elsewhere, and told once the stream is back.
    held.active.set('DOTUSDT', 1);
    rig.exchange.follow(({ method }) =>
      method === 'aop_p.subscribe'
        ? { followedBy: [snapshot({ orders_p: [orderEvent('DOTUSDT', 0)] })] }
        : undefined,
    );
    rig.exchange.setAway(false);
    await over();
    expect(held.active.has('DOTUSDT')).toBe(false);
  });

  it('closes what the stream has told of while nothing can be read, and reads when the budget is spent', async () => {
    let isDown = true;
    const withHeaders = await start(({ target }) =>
      isDown && target.includes('accountPositions') ? 502 : undefined,
    );
    rig.exchange.push(snapshot({ positions_p: [positionEvent('BTCUSDT')] }));
    const budgets = { 'x-ratelimit-remaining-contract': '10', 'x-ratelimit-capacity-contract': '500' };
    rig.exchange.answerWith(withHeaders(budgets));
    expect((await call(rig, me, 'GET', '/exchange/g-orders/activeList?symbol=BTCUSDT')).status).toBe(200);
    expect((await call(rig, me, 'GET', '/exchange/g-orders/activeList?symbol=BTCUSDT')).status).toBe(429);
    rig.exchange.push(snapshot({ positions_p: [positionEvent('BTCUSDT')] }));
    await pull(true);
    await rig.exchange.until(() => !held.positions.has('BTCUSDT'));
    const tab = await openTab(rig, me);
    await tab.frame('"at":"halting"', '"openOrders":0', 'The positions cannot be read');
    isDown = false;
    expect(await over()).toMatchObject({ openOrders: 0, openPositions: 0 });
  });

  it('goes on while the exchange is flaky, until it shows that nothing is left', async () => {
    const faults: (Fault | undefined)[] = [
      429,
      'reset before',
      502,
      'reset after',
      undefined,
      'reset before',
    ];
    let reads = 0;
    await start((request, index) => {
      if (request.method !== 'GET') return faults[index];
      reads += 1;
      return reads === 2 ? 502 : undefined;
    });
    await pull(true);
    const state = await over();
    expect([left(), held.positions.size]).toEqual([0, 0]);
    expect(state.rounds).toBeGreaterThan(1);
    expect(state.problems.length).toBeGreaterThan(0);
  });

  it('goes on without an answer that does not come', async () => {
    const time = createManualTime();
    const slow = { ...EXCHANGE_LIMITS, headersMs: 600_000, totalMs: 600_000 };
    const silent = new Set(['DELETE /g-orders/all', 'GET /g-orders/activeList', 'POST /g-orders']);
    await start(
      ({ method, target }) => {
        const isFirst = silent.delete(`${method} ${target.split('?')[0]}`);
        return isFirst ? 'silence' : undefined;
      },
      {},
      { time, exchangeLimits: slow },
    );
    await pull(true);
    let state: HaltState = { at: 'armed' };
    while (state.at !== 'halted') {
      time.advance(50);
      state = (await (await call(rig, me, 'GET', '/api/kill')).json()) as HaltState;
    }
    expect(state).toMatchObject({ openOrders: 0, openPositions: 0 });
    expect([left(), held.positions.size, silent.size]).toEqual([0, 0, 0]);
    expect(state.problems.join()).toContain('No answer yet.');
    for (const socket of hung) socket.destroy();
  });

  it('lets nothing open from the first moment, cancels and reduce-only pass, and arms only when told', async () => {
    await start();
    await pull(false);
    expect(await codeOf(await call(rig, me, 'POST', '/exchange/g-orders', newOrder()))).toEqual([
      'GUARD',
      'halted',
    ]);
    const leverage = '/exchange/g-positions/leverage?symbol=BTCUSDT&leverageRr=2';
    expect(await codeOf(await call(rig, me, 'PUT', leverage))).toEqual(['GUARD', 'halted']);
    await over();
    expect(await codeOf(await call(rig, me, 'POST', '/exchange/g-orders', newOrder()))).toEqual([
      'GUARD',
      'halted',
    ]);
    const closing = newOrder({ reduceOnly: true });
    expect((await call(rig, me, 'POST', '/exchange/g-orders', closing)).status).toBe(200);
    expect((await call(rig, me, 'DELETE', '/exchange/g-orders/all?symbol=BTCUSDT')).status).toBe(200);
    expect(await (await call(rig, me, 'DELETE', '/api/kill')).json()).toEqual({ at: 'armed' });
    expect((await call(rig, me, 'POST', '/exchange/g-orders', newOrder())).status).toBe(200);
  });

  it('armed again while it clears out, closes nothing more', async () => {
    await start(undefined, {}, { time: createManualTime() });
    const waiting: (() => void)[] = [];
    rig.exchange.answerWith((request, response) => {
      const answer = () => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(carryOut(request));
      };
      if (request.method === 'DELETE' && request.target.includes('BTCUSDT')) waiting.push(answer);
      else answer();
    });
    const asked = (method: string, symbol: string) =>
      rig.exchange
        .asked()
        .filter((one) => one.method === method && `${one.target}${one.body}`.includes(symbol)).length;
    await pull(true);
    await rig.exchange.until(() => asked('DELETE', 'BTCUSDT') === 2 && asked('POST', 'DOGEUSDT') === 1);
    expect(await (await call(rig, me, 'DELETE', '/api/kill')).json()).toEqual({ at: 'armed' });
    for (const answer of waiting) answer();
    const canceled = async () =>
      (await (await call(rig, me, 'GET', '/api/journal')).text())
        .split('\n')
        .filter((line) => line.includes('"symbol":"BTCUSDT"') && line.includes('"ACKED"')).length;
    while ((await canceled()) < 2);
    expect((await call(rig, me, 'POST', '/exchange/g-orders', newOrder({ symbol: 'XRPUSDT' }))).status).toBe(
      200,
    );
    expect([asked('POST', 'BTCUSDT'), [...held.positions.keys()]]).toEqual([0, ['BTCUSDT']]);
  });

  it('waits for an order that was under way: it may arrive after the first cancel', async () => {
    await start();
    let arrive = () => {};
    rig.exchange.answerWith((request, response) => {
      const answer = () => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(carryOut(request));
      };
      if (request.method !== 'POST') return answer();
      arrive = () => {
        held.active.set('BTCUSDT', 1);
        answer();
      };
    });
    const order = call(rig, me, 'POST', '/exchange/g-orders', newOrder());
    await rig.exchange.until(() => rig.exchange.asked().some(({ method }) => method === 'POST'));
    await pull(false);
    const tab = await openTab(rig, me);
    await tab.frame('"at":"halting"', '"rounds":1', '"openOrders":0');
    arrive();
    expect((await order).status).toBe(200);
    await over();
    expect(left()).toBe(0);
  });

  it('holds over a restart, and takes up what it had not finished', async () => {
    openHalts(folder).of('test').write({ sinceMs: 1, who: 'test', closesPositions: false });
    await start();
    expect(await codeOf(await call(rig, me, 'POST', '/exchange/g-orders', newOrder()))).toEqual([
      'GUARD',
      'halted',
    ]);
    expect(await over()).toMatchObject({ who: 'test', openOrders: 0 });
    expect(left()).toBe(0);
    await rig.close();
    await start();
    expect(await (await call(rig, me, 'GET', '/api/kill')).json()).toMatchObject({
      at: 'halted',
      who: 'test',
    });
    await call(rig, me, 'DELETE', '/api/kill');
    expect(existsSync(join(folder, HALT_FILE))).toBe(false);
  });

  it('is of one account: another is neither cleared out nor armed with it', async () => {
    await start(({ method }) => (method === 'GET' ? 502 : undefined), { scope: 'testnet' });
    await pull(true);
    const tab = await openTab(rig, me);
    await tab.frame('"at":"halting"', '"rounds":1');
    await rig.close();

    held.active.set('BTCUSDT', 3);
    await start(undefined, { scope: 'mainnet' });
    const state = async () => (await (await call(rig, me, 'GET', '/api/kill')).json()) as HaltState;
    expect(await state()).toEqual({ at: 'armed' });
    expect((await call(rig, me, 'POST', '/exchange/g-orders', newOrder())).status).toBe(200);
    await call(rig, me, 'DELETE', '/api/kill');
    expect([held.active.get('BTCUSDT'), held.positions.size]).toEqual([3, 2]);
    await rig.close();

    await start(undefined, { scope: 'testnet' });
    expect(await over()).toMatchObject({ openOrders: 0, openPositions: 0 });
  });

  it('left where nothing ran, holds on each account until that one is clear, and armed', async () => {
    const sinceMs = Date.now();
    openHalts(folder).left.write({ sinceMs, who: 'npm run kill', closesPositions: true });
    await start(undefined, { scope: 'paper' });
    expect(await over()).toMatchObject({ who: 'npm run kill', openPositions: 0 });
    await call(rig, me, 'DELETE', '/api/kill');
    await rig.close();
    await start(undefined, { scope: 'paper' });
    expect(await (await call(rig, me, 'GET', '/api/kill')).json()).toEqual({ at: 'armed' });
    await rig.close();

    held.active.set('BTCUSDT', 3);
    held.positions.set('BTCUSDT', { side: 'Buy', size: '0.5' });
    await start(undefined, { scope: 'mainnet' });
    expect(await over()).toMatchObject({ who: 'npm run kill', openOrders: 0, openPositions: 0 });
    await rig.close();

    // Another day's account: it is halted, and nothing is done to it.
    held.active.set('BTCUSDT', 3);
    held.positions.set('BTCUSDT', { side: 'Buy', size: '0.5' });
    openHalts(folder).left.write({
      sinceMs: sinceMs - 90_000_000,
      who: 'npm run kill',
      closesPositions: true,
    });
    await start(undefined, { scope: 'second' });
    expect(await (await call(rig, me, 'GET', '/api/kill')).json()).toMatchObject({ at: 'halted', rounds: 0 });
    expect(rig.exchange.asked().filter(({ method }) => method !== 'GET')).toEqual([]);
    openHalts(folder).removeAll();
    expect(existsSync(join(folder, HALT_FILE))).toBe(false);
  });

  it('pulled without a key, or on the way to another, waits for the next one and says so', async () => {
    await start(undefined, {}, { isKeyless: true });
    expect(await (await pull(false)).json()).toMatchObject({ at: 'waiting', who: 'browser' });
    expect(rig.proxy.status().halt).toMatchObject({ at: 'waiting' });
    expect(await (await call(rig, me, 'DELETE', '/api/kill')).json()).toEqual({ at: 'armed' });
    await pull(false);
    const closing = rig.close();
    rig.proxy.killSwitch()?.pull('npm run kill', { closesPositions: true });
    await closing;
    await start();
    expect(await over()).toMatchObject({ who: 'npm run kill', openOrders: 0, openPositions: 0 });

    held.active.set('BTCUSDT', 3);
    openHalts(folder).left.write({ sinceMs: Date.now(), who: 'on the way', closesPositions: false });
    rig.proxy.killSwitch()?.takeUp();
    await rig.exchange.until(() => held.active.get('BTCUSDT') === undefined);
  });

  it('pulled from the terminal says so when Perpdeck leaves the account before it is over', async () => {
    await start(({ method }) => (method === 'GET' ? 502 : undefined));
    const { killSwitch } = rig.proxy;
    const closeSocket = await openControlSocket(folder, { killSwitch, gateway: () => undefined }, systemTime);
    const states: string[] = [];
    let isClosing = false;
    const told = askControl(folder, 'kill', ({ at }) => {
      states.push(at);
      if (!isClosing) void rig.proxy.close();
      isClosing = true;
    });
    expect(await told).toMatchObject({
      kind: 'problem',
      problem: expect.stringContaining('left this account'),
    });
    expect(states[0]).toBe('halting');
    expect(openHalts(folder).of('test').read()).toMatchObject({ who: 'npm run kill' });
    await closeSocket();
  });

  it('pulled again without closing, still closes what it has begun to close', async () => {
    let isAway = true;
    await start(({ method }) => (method === 'POST' && isAway ? 429 : undefined));
    await pull(true);
    await rig.exchange.until(() => rig.exchange.asked().some(({ method }) => method === 'POST'));
    expect(await (await pull(false)).json()).toMatchObject({ at: 'halting', closesPositions: true });
    isAway = false;
    expect(await over()).toMatchObject({ openOrders: 0, openPositions: 0 });
  });

  it('is not armed by a file that cannot be read', async () => {
    writeFileSync(join(folder, HALT_FILE), '{"since');
    await start();
    expect(await codeOf(await call(rig, me, 'POST', '/exchange/g-orders', newOrder()))).toEqual([
      'GUARD',
      'halted',
    ]);
  });

  it('works though neither the halt nor the journal can be written', async () => {
    await start(undefined, {
      openJournal: () => {
        throw new JournalError('full');
      },
      haltFile: {
        read: () => undefined,
        write: () => {
          throw new Error('ENOSPC');
        },
        remove: () => {},
      },
    });
    await pull(true);
    await over();
    expect([left(), held.positions.size]).toEqual([0, 0]);
    expect(
      await codeOf(await call(rig, me, 'POST', '/exchange/g-orders', newOrder({ reduceOnly: false }))),
    ).toContain('JOURNAL');
  });
});
