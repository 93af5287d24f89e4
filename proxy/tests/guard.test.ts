/** The trader's limits, enforced by the proxy on what the streams tell. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { JournalEntry, ProxyError } from '#contract/api.ts';
import { DEFAULT_LIMITS, type GuardLimits, type GuardState } from '#contract/guard.ts';
import type { Status } from '#contract/status.ts';
import { openLimitsFile } from '../src/guard/limits-file.ts';
import { openJournalStore } from '../src/journal/journal-store.ts';
import { SignerError } from '../src/signer/protocol.ts';
import type { TradingOptions } from '../src/trading.ts';
import { createManualTime } from './manual-time.ts';
import {
  type Credentials,
  call,
  limitsIn,
  newOrder,
  openOrder,
  openTab,
  type Rig,
  startRig,
  TRADING,
} from './rig.ts';

const PACK =
  '{"data":[["BTCUSDT","60000","60000","60000","60000","1","1","1","60000","60000","0","0"]],' +
  '"fields":["symbol","openRp","highRp","lowRp","lastRp","volumeRq","turnoverRv","openInterestRv","indexRp","markRp",' +
  '"fundingRateRr","predFundingRateRr"],"method":"perp_market24h_pack_p.update","timestamp":1,"type":"snapshot"}';

const accountMessage = (type: string, parts: object = {}) =>
  JSON.stringify({
    ...{ accounts_p: [], orders_p: [], positions_p: [], sequence: 1, timestamp: 1, type, version: 0 },
    ...parts,
  });
let rig: Rig;
let me: Credentials;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'perpdeck-guard-'));
});
afterEach(async () => {
  await rig?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** With an account and tickers, which the proxy has heard when this is over. */
async function start(
  limits: Partial<GuardLimits>,
  snapshot = accountMessage('snapshot'),
  trading: Partial<TradingOptions> = {},
): Promise<void> {
  rig = await startRig({
    trading: {
      ...TRADING,
      ...trading,
      limits: limitsIn(limits),
      openJournal: () => openJournalStore(folder),
    },
  });
  rig.exchange.follow(({ method }) => {
    if (method === 'aop_p.subscribe') return { followedBy: [snapshot] };
    return method === 'perp_market24h_pack_p.subscribe' ? { followedBy: [PACK] } : undefined;
  });
  me = await rig.signIn();
  await heard(() => {
    rig.exchange.push(PACK);
    rig.exchange.push(snapshot);
  });
}

/** Has the exchange say something, and waits until the proxy has handed it on, so has read it. */
async function heard(say: () => void): Promise<void> {
  const tab = await openTab(rig, me);
  for (const channel of ['aop_p', 'perp_market24h_pack_p'])
    await tab.frame(`"id":${tab.request(`${channel}.subscribe`)},`);
  await rig.exchange.until(() => rig.exchange.subscribed('aop_p.subscribe').length > 0);
  const before = tab.received.length;
  say();
  await tab.until(() => tab.received.slice(before).some((text) => text.includes('accounts_p')));
  tab.socket.close();
}

const place = (fields: Readonly<Record<string, unknown>> = {}) =>
  call(rig, me, 'POST', '/exchange/g-orders', newOrder(fields));
/** As the page does after it has asked. */
const confirmed = (method: string, target: string, body?: string) =>
  fetch(`${rig.proxy.url}/exchange${target}`, {
    method,
    headers: {
      ...{ cookie: me.cookie, 'x-perpdeck-token': me.headerToken, origin: rig.proxy.url },
      ...{ 'sec-fetch-site': 'same-origin', 'x-perpdeck-confirmed': 'yes' },
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
const errorOf = async (answer: Response) => ((await answer.json()) as ProxyError).error;
const sent = () => rig.exchange.asked().filter(({ method }) => method !== 'GET').length;
const limitsNow = async () => (await (await call(rig, me, 'GET', '/api/guard')).json()) as GuardState;

describe('the guard', () => {
  it('[A74] refuses with the rule, its limit and the order’s value, before anything is sent, and writes it down', async () => {
    await start({ orderValueMax: '500' as GuardLimits['orderValueMax'] });
    const answer = await place({ orderQtyRq: '0.01', priceRp: '60000' });
    expect([answer.status, await errorOf(answer), sent()]).toEqual([
      422,
      {
        code: 'GUARD',
        message: 'The order is worth 600 USDT; your limit for one order is 500 USDT.',
        guard: { rule: 'order-value', limit: '500', value: '600' },
      },
      0,
    ]);
    // What a market order names as its price says nothing.
    const market = { ordType: 'Market', orderQtyRq: '0.8', priceRp: '0.1' };
    for (const fields of [market, { ...market, ordType: 'Stop', stopPxRp: '61000' }]) {
      expect(await errorOf(await place(fields))).toMatchObject({ guard: { rule: 'order-value' } });
    }
    expect(sent()).toBe(0);
    const [line] = (await (await call(rig, me, 'GET', '/api/journal')).text()).split('\n');
    expect(JSON.parse(line ?? '') as JournalEntry).toMatchObject({
      state: 'REFUSED',
      guard: { rule: 'order-value' },
      answer: { status: 422 },
    });
  });

  it('lets cancels and reduce-only orders pass whatever the limits say', async () => {
    await start({ isReadOnly: true, symbols: ['ETHUSDT'] });
    expect((await place({ reduceOnly: true, orderQtyRq: '1000', priceRp: '1' })).status).toBe(200);
    expect((await place({ closeOnTrigger: true, ordType: 'Stop', stopPxRp: '59000' })).status).toBe(200);
    for (const path of ['cancel?symbol=BTCUSDT&orderID=1', 'all?symbol=BTCUSDT']) {
      expect((await call(rig, me, 'DELETE', `/exchange/g-orders/${path}`)).status).toBe(200);
    }
    expect(await errorOf(await place())).toMatchObject({ guard: { rule: 'read-only' } });
    const leverage = '/exchange/g-positions/leverage?symbol=BTCUSDT&leverageRr=2';
    expect(await errorOf(await call(rig, me, 'PUT', leverage))).toMatchObject({
      guard: { rule: 'read-only' },
    });
    expect(sent()).toBe(4);
  });

  it('knows positions and open orders from the private stream', async () => {
    await start(
      { positionValueMax: '60000' as GuardLimits['positionValueMax'], openOrdersMax: 2 },
      accountMessage('snapshot', {
        orders_p: [
          openOrder({
            orderID: 'a',
            clOrdID: 'a',
            priceRp: '59000',
            orderQty: '0.9',
            leavesQty: '0.9',
            execSeq: 1,
          }),
        ],
      }),
    );
    expect(await errorOf(await place({ orderQtyRq: '0.2', priceRp: '60000' }))).toMatchObject({
      guard: { rule: 'position-value', value: '66000' },
    });
    expect((await place({ orderQtyRq: '0.05', priceRp: '60000' })).status).toBe(200);
    // What was let pass counts before the stream tells of it.
    expect(await errorOf(await place({ orderQtyRq: '0.01', priceRp: '60000' }))).toMatchObject({
      guard: { rule: 'open-orders', value: '3' },
    });
    await heard(() =>
      rig.exchange.push(
        accountMessage('incremental', {
          orders_p: [
            openOrder({
              orderID: 'a',
              clOrdID: 'a',
              ordStatus: 'Canceled',
              priceRp: '59000',
              orderQty: '0.9',
              leavesQty: '0',
              execSeq: 2,
            }),
          ],
        }),
      ),
    );
    expect((await place({ orderQtyRq: '0.2', priceRp: '60000' })).status).toBe(200);
  });

  it('judges an amendment by the order it makes', async () => {
    await start(
      {
        orderValueMax: '1000' as GuardLimits['orderValueMax'],
        priceDistanceMax: '0.05' as GuardLimits['priceDistanceMax'],
      },
      accountMessage('snapshot', {
        orders_p: [
          openOrder({
            orderID: 'a',
            clOrdID: 'a',
            priceRp: '59000',
            orderQty: '0.01',
            leavesQty: '0.01',
            execSeq: 1,
          }),
          openOrder({
            orderID: 'r',
            clOrdID: 'r',
            execInst: 'ReduceOnly',
            priceRp: '1',
            orderQty: '9',
            leavesQty: '9',
            execSeq: 2,
          }),
        ],
      }),
    );
    const amend = (query: string) =>
      call(rig, me, 'PUT', `/exchange/g-orders/replace?symbol=BTCUSDT&posSide=Merged&${query}`);
    expect(await errorOf(await amend('orderID=a&priceRp=64000'))).toMatchObject({
      guard: { rule: 'price-distance' },
    });
    expect(await errorOf(await amend('origClOrdID=a&orderQtyRq=0.02'))).toMatchObject({
      guard: { rule: 'order-value', value: '1180' },
    });
    expect((await amend('orderID=a&priceRp=58000')).status).toBe(200);
    expect((await amend('orderID=r&priceRp=90000')).status).toBe(200);
  });

  it('judges an amendment of an order that the stream has not told of yet by what was sent, and refuses it of one that nobody knows', async () => {
    await start({ orderValueMax: '1000' as GuardLimits['orderValueMax'] });
    rig.exchange.answerWith(({ target }, response) => {
      const orderID = target === '/g-orders' || target.includes('orderID=o-9') ? 'o-9' : 'else';
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ code: 0, msg: '', data: { bizError: 0, orderID } }));
    });
    const amend = async (query: string, symbol = 'BTCUSDT') => {
      const answer = await call(rig, me, 'PUT', `/exchange/g-orders/replace?symbol=${symbol}&${query}`);
      return answer.status === 200 ? 200 : ((await errorOf(answer)).guard ?? answer.status);
    };
    expect((await place({ clOrdID: 'small', orderQtyRq: '0.001', priceRp: '60000' })).status).toBe(200);
    const large = { rule: 'order-value', limit: '1000', value: '600000' };
    expect(await amend('origClOrdID=small&orderQtyRq=10')).toEqual(large);
    expect(await amend('orderID=o-9&orderQtyRq=10')).toEqual(large);
    expect(await amend('orderID=o-8&orderQtyRq=10')).toMatchObject({ rule: 'order-unknown' });
    // Nor is it another product's order.
    expect(await amend('orderID=o-9&orderQtyRq=10', 'ETHUSDT')).toMatchObject({ rule: 'order-unknown' });
    expect(sent()).toBe(1);
    expect(await amend('orderID=o-9&orderQtyRq=0.01')).toBe(200);
    // What is amended counts as amended before the stream says so.
    expect(await amend('orderID=o-9&priceRp=120000')).toEqual({ ...large, value: '1200' });
    const told = { orderID: 'o-9', clOrdID: 'small', orderQty: '0.01', leavesQty: '0.01' };
    rig.exchange.push(accountMessage('incremental', { orders_p: [openOrder(told)] }));
    await rig.exchange.settled();
    expect(await amend('orderID=o-9&orderQtyRq=0.001')).toBe(200);
    const smaller = { ...told, orderQty: '0.001', leavesQty: '0.001', execSeq: 2 };
    rig.exchange.push(accountMessage('incremental', { orders_p: [openOrder(smaller)] }));
    await rig.exchange.settled();
    expect(await amend('orderID=o-9&priceRp=120000')).toBe(200);
    // A reduce-only order is known as that from the start, and what was refused is not known at all.
    const closing = { clOrdID: 'closing', orderQtyRq: '0.001', priceRp: '60000', reduceOnly: true };
    expect((await place(closing)).status).toBe(200);
    expect(await amend('origClOrdID=closing&orderQtyRq=50')).toBe(200);
    rig.exchange.answerWith((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"code":11082,"msg":"","data":null}');
    });
    expect((await place({ clOrdID: 'refused', orderQtyRq: '0.001' })).status).toBe(200);
    expect(await amend('origClOrdID=refused&orderQtyRq=0.002')).toMatchObject({ rule: 'order-unknown' });
  });

  it('knows the leverage that an order would be opened with, and holds settings to the allowed symbols', async () => {
    await start({ leverageMax: '5' as GuardLimits['leverageMax'], symbols: ['BTCUSDT'] });
    const lever = (leverage: string, symbol = 'BTCUSDT') =>
      call(rig, me, 'PUT', `/exchange/g-positions/leverage?symbol=${symbol}&leverageRr=${leverage}`);
    // Never set, as far as the account's stream tells: the exchange's own ten.
    expect(await errorOf(await place())).toMatchObject({ guard: { rule: 'leverage', value: '10' } });
    expect(await errorOf(await lever('6'))).toMatchObject({ guard: { rule: 'leverage', value: '6' } });
    expect(await errorOf(await lever('2', 'ETHUSDT'))).toMatchObject({ guard: { rule: 'symbol' } });
    expect((await lever('-5')).status).toBe(200);
    expect((await place()).status).toBe(200);
  });

  it('asks before a large order, and sends it under the same id once it was meant', async () => {
    await start({ confirmAbove: '500' as GuardLimits['confirmAbove'] });
    const body = newOrder({ orderQtyRq: '0.01', priceRp: '60000' });
    const asked = await call(rig, me, 'POST', '/exchange/g-orders', body);
    expect([asked.status, await errorOf(asked), sent()]).toEqual([
      428,
      {
        code: 'CONFIRM_NEEDED',
        message: 'The order is worth 600 USDT, above the 500 USDT from which you want to be asked.',
        guard: { rule: 'confirm', limit: '500', value: '600' },
      },
      0,
    ]);
    expect((await confirmed('POST', '/g-orders', body)).status).toBe(200);
    expect((await place({ orderQtyRq: '0.005', priceRp: '60000' })).status).toBe(200);
    expect((await place({ orderQtyRq: '1', priceRp: '60000', reduceOnly: true })).status).toBe(200);
    expect(sent()).toBe(3);
  });

  it('asks before an amendment that makes an order larger, not before one that makes it smaller', async () => {
    const row = {
      orderID: 'a',
      clOrdID: 'a',
      priceRp: '60000',
      orderQty: '0.1',
      leavesQty: '0.1',
      execSeq: 1,
    };
    const snapshot = accountMessage('snapshot', { orders_p: [openOrder(row)] });
    await start({ confirmAbove: '500' as GuardLimits['confirmAbove'] }, snapshot);
    const target = '/g-orders/replace?symbol=BTCUSDT&posSide=Merged&orderID=a&orderQtyRq=';
    expect((await call(rig, me, 'PUT', `/exchange${target}0.05`)).status).toBe(200);
    expect(await errorOf(await call(rig, me, 'PUT', `/exchange${target}0.2`))).toMatchObject({
      code: 'CONFIRM_NEEDED',
      guard: { value: '12000' },
    });
    expect((await confirmed('PUT', `${target}0.2`)).status).toBe(200);
  });

  it('opens nothing for the page until trading is armed; what takes risk away passes', async () => {
    const tried: (string | undefined)[] = [];
    const check = async (box: string | undefined) => {
      tried.push(box);
      if (box !== 'right') throw new SignerError('WRONG_PASSPHRASE', 'The passphrase is wrong.');
    };
    await start({}, undefined, { armingProof: { needsPassphrase: true, check } });
    const status = async () => (await (await call(rig, me, 'GET', '/api/status')).json()) as Status;
    const arm = (body: object) => call(rig, me, 'POST', '/api/arming', JSON.stringify(body));
    expect((await status()).arming).toEqual({ at: 'disarmed', needsPassphrase: true });
    expect(await errorOf(await place())).toMatchObject({ code: 'GUARD', guard: { rule: 'disarmed' } });
    expect((await place({ reduceOnly: true })).status).toBe(200);
    expect((await call(rig, me, 'DELETE', '/exchange/g-orders/all?symbol=BTCUSDT')).status).toBe(200);
    expect((await arm({ passphrase: 'wrong' })).status).toBe(403);
    for (const wrong of [{ passphrase: 1 }, { passphrase: '!' }, { extra: 1 }]) {
      expect((await arm(wrong)).status).toBe(400);
    }
    expect(await errorOf(await place())).toMatchObject({ guard: { rule: 'disarmed' } });
    expect((await arm({ passphrase: 'right' })).status).toBe(200);
    expect((await status()).arming).toMatchObject({ at: 'armed' });
    expect((await place()).status).toBe(200);
    expect((await call(rig, me, 'DELETE', '/api/arming')).status).toBe(200);
    expect(await errorOf(await place())).toMatchObject({ guard: { rule: 'disarmed' } });
    expect(tried).toEqual(['wrong', 'right']);
  });

  it('[E6] puts a symbol apart of which something impossible is told, until a snapshot makes sense again', async () => {
    await start({});
    const row = { orderID: 'a', clOrdID: 'a', priceRp: '59000', orderQty: '1', leavesQty: '0', execSeq: 1 };
    const tell = (fields: object) => () =>
      rig.exchange.push(accountMessage('incremental', { orders_p: [openOrder({ ...row, ...fields })] }));
    const asked = rig.exchange.subscribed('aop_p.subscribe').length;
    for (const impossible of [{ cumQty: '1.5' }, { cumQty: '-1' }, { priceRp: 'NaN' }, { leavesQty: '2' }]) {
      rig.exchange.follow(() => undefined);
      await heard(tell(impossible));
      expect(await errorOf(await place())).toMatchObject({ guard: { rule: 'quarantine', value: 'BTCUSDT' } });
      expect((await place({ reduceOnly: true })).status).toBe(200);
      await heard(() => rig.exchange.push(accountMessage('snapshot')));
      expect((await place()).status).toBe(200);
    }
    // The account was asked for anew by itself, and not four times within a moment.
    expect(rig.exchange.subscribed('aop_p.subscribe').length).toBe(asked + 1);
  });

  it('[E9] opens nothing while this clock and the exchange’s are far apart', async () => {
    const time = createManualTime(Date.now() - 3_600_000);
    rig = await startRig({ time });
    me = await rig.signIn();
    const status = async () => (await (await call(rig, me, 'GET', '/api/status')).json()) as Status;
    const cancel = () => call(rig, me, 'DELETE', '/exchange/g-orders/all?symbol=BTCUSDT');
    const clockIsOff = (byMs: number) =>
      vi.waitFor(async () => expect((await status()).clockOffsetMs).toBeGreaterThan(byMs), 10_000);
    await clockIsOff(3_500_000);
    expect(await errorOf(await place())).toMatchObject({ guard: { rule: 'clock', limit: '5', value: '60' } });
    expect((await place({ reduceOnly: true })).status).toBe(200);
    expect((await cancel()).status).toBe(200);

    // So far that the signer signs nothing: said as it is.
    const serverTime = Date.now() + 7_200_000;
    rig.exchange.answerWith((_request, response) =>
      response.end(JSON.stringify({ code: 0, msg: '', data: { serverTime } })),
    );
    time.advance(60_000);
    await clockIsOff(10_000_000);
    const message = expect.stringMatching(/more than an hour ahead.*Nothing was signed/);
    expect(await errorOf(await cancel())).toEqual({ code: 'CLOCK', message });
  });

  it('[E9] looks at the exchange’s clock anew when something comes back as expired', async () => {
    const time = createManualTime();
    rig = await startRig({ time });
    me = await rig.signIn();
    const offsetMs = async () =>
      ((await (await call(rig, me, 'GET', '/api/status')).json()) as Status).clockOffsetMs;
    await vi.waitFor(async () => expect(await offsetMs()).toBeDefined(), 10_000);
    const setMs = 200_000;
    const serverTime = Date.now() + setMs;
    rig.exchange.answerWith(({ target }, response) => {
      const isAsked = target === '/public/time';
      response.writeHead(isAsked ? 200 : 401, { 'content-type': 'application/json' });
      const body = isAsked
        ? { code: 0, msg: '', data: { serverTime } }
        : { code: '401', msg: '401 Request Expired at 1618547919' };
      response.end(JSON.stringify(body));
    });
    const refused = async () =>
      expect((await call(rig, me, 'DELETE', '/exchange/g-orders/all?symbol=BTCUSDT')).status).toBe(401);
    const asked = () => rig.exchange.requests.filter(({ target }) => target === '/public/time').length;
    await refused();
    time.advance(5_000);
    await vi.waitFor(async () => expect(await offsetMs()).toBeGreaterThan(setMs / 2), 10_000);
    // The answer to the last question of that measurement was read before these.
    const before = asked();
    for (const _again of [1, 2, 3]) await refused();
    expect(asked()).toBe(before);
  });

  it('[R7] opens nothing while the account stream is away; cancels pass', async () => {
    await start({});
    rig.exchange.setAway(true);
    const tab = await openTab(rig, me);
    rig.exchange.cut();
    await tab.frame('"account":{"state":"reconnecting"');
    expect(await errorOf(await place())).toMatchObject({ guard: { rule: 'account-unknown' } });
    expect((await call(rig, me, 'DELETE', '/exchange/g-orders/all?symbol=BTCUSDT')).status).toBe(200);
  });

  it('counts the day’s realised loss from fills, each once, over a restart too', async () => {
    const fill = openOrder({
      ...{
        orderID: 'a',
        clOrdID: 'a',
        execStatus: 'TakerFill',
        ordStatus: 'Filled',
        priceRp: '60000',
        orderQty: '1',
      },
      ...{ leavesQty: '0', execSeq: 1, execID: 'e-1', execQty: '1', execPriceRp: '60000', execFeeRv: '0.5' },
      ...{ closedPnlRv: '-99.5', transactTimeNs: Number(`${Date.now()}000000`) },
    });
    const old = {
      ...fill,
      orderID: 'b',
      execID: 'e-0',
      transactTimeNs: Number(`${Date.now() - 2 * 86_400_000}000000`),
    };
    const limits = { dailyLossMax: '100' as GuardLimits['dailyLossMax'] };
    await start(limits, accountMessage('snapshot', { orders_p: [fill, old] }));
    expect(await limitsNow()).toMatchObject({ dailyLoss: '100' });
    expect(await errorOf(await place())).toMatchObject({
      guard: { rule: 'daily-loss', limit: '100', value: '100' },
    });
    await rig.close();
    await start(limits);
    expect(await errorOf(await place())).toMatchObject({ guard: { rule: 'daily-loss' } });
  });
});

describe('the limits', () => {
  it('are read and replaced as a whole, at once, and nothing that is not right', async () => {
    await start({});
    const tight = { ...DEFAULT_LIMITS.mainnet, orderValueMax: '100.00' };
    const put = (limits: object) => call(rig, me, 'PUT', '/api/guard', JSON.stringify(limits));
    const answer = await put(tight);
    expect([answer.status, await answer.json()]).toMatchObject([200, { limits: { orderValueMax: '100' } }]);
    expect(await errorOf(await place())).toMatchObject({ guard: { rule: 'order-value' } });
    for (const wrong of [
      { ...tight, orderValueMax: 100 },
      { ...tight, orderValueMax: '-1' },
      { ...tight, orderValueMax: '0' },
      { ...tight, orderValueMaximum: '1' },
      { ...tight, openOrdersMax: 1.5 },
      { isReadOnly: true },
    ]) {
      expect((await put(wrong)).status).toBe(400);
    }
    expect((await limitsNow()).limits).toMatchObject({ orderValueMax: '100' });
    // What lets nothing be opened is told to every page, and its end too.
    const tab = await openTab(rig, me);
    expect((await put({ ...tight, isReadOnly: true })).status).toBe(200);
    await tab.frame('"isReadOnly":true');
    await put(tight);
    await tab.until(() => {
      const status = tab.received.findLast((text) => text.includes('"status"'));
      return status?.includes('isReadOnly') === false;
    });
    tab.socket.close();
  });

  it('lie in the data folder by environment, for their owner alone; a file that is not right stops the start', () => {
    const store = openLimitsFile(folder, 'mainnet');
    expect(store.read()).toEqual(DEFAULT_LIMITS.mainnet);
    store.write({ ...DEFAULT_LIMITS.mainnet, isReadOnly: true });
    expect(openLimitsFile(folder, 'mainnet').read().isReadOnly).toBe(true);
    expect(openLimitsFile(folder, 'testnet').read()).toEqual(DEFAULT_LIMITS.testnet);
    const path = join(folder, 'guard.json');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, readFileSync(path, 'utf8').replace('"10000"', '"lots"'));
    expect(() => openLimitsFile(folder, 'mainnet')).toThrow(
      /guard\.json cannot be read \(mainnet\.orderValueMax: /,
    );
  });
});
