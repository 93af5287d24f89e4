/** [K1–K14] What a gateway key opens, and everything that it does not. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Money } from '#contract/brand.ts';
import type { GatewayKey, KeyRecord } from '#contract/gateway.ts';
import { type JournalStore, openJournalStore } from '../../src/journal/journal-store.ts';
import type { ProxyOptions } from '../../src/server.ts';
import { createManualTime } from '../manual-time.ts';
import {
  API_KEY,
  API_SECRET,
  type Credentials,
  call,
  newOrder,
  openOrder,
  type Rig,
  rawRequest,
  sendRaw,
  startRig,
  TRADING,
} from '../rig.ts';
import { type Bot, botOf, inAMinute, keyStoreIn, newBot, sign, TERMS } from './bot.ts';

let rig: Rig;
let me: Credentials;
let bot: Bot;
let records: KeyRecord[];
let journalStore: JournalStore;
/** On the same keys and the same journal as before. */
const open = async (options: Partial<ProxyOptions> = {}) => {
  const openJournal = () => ({ ...journalStore, close: () => {} });
  const trading = { ...TRADING, openJournal, keyStore: keyStoreIn(records) };
  rig = await startRig({ trading, orders: [openOrder({ orderID: 'abc', clOrdID: 'abc' })], ...options });
  me = await rig.signIn();
};
beforeEach(async () => {
  records = [];
  journalStore = openJournalStore(':memory:');
  await open();
  bot = await newBot(rig, me);
});
afterEach(() => rig.close());
/** Budgets do not fill up again while a busy machine takes its time. */
const stopClock = async () => {
  await rig.close();
  await open({ time: createManualTime() });
  bot = botOf(rig, bot);
};

const BALANCE = { path: '/g-accounts/accountPositions', query: 'currency=USDT' };
const POST_ORDER = { method: 'POST', path: '/g-orders' } as const;
const place = (fields: Readonly<Record<string, unknown>> = {}, who = bot) =>
  who.ask({ ...POST_ORDER, body: newOrder(fields) });
/** Reached the exchange. */
const sentOrders = () => rig.exchange.asked().filter(({ method }) => method !== 'GET');
const told = async (answer: Response) => [answer.status, ((await answer.json()) as { code?: unknown }).code];
const journal = async () =>
  (await (await call(rig, me, 'GET', '/api/journal')).text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a bot with a gateway key', () => {
  it('[K1] reads and trades; the exchange gets the real key and its signature', async () => {
    expect((await bot.ask(BALANCE)).status).toBe(200);
    const order = newOrder();
    expect((await bot.ask({ ...POST_ORDER, body: order })).status).toBe(200);
    const [read, placed] = rig.exchange.asked();
    for (const request of [read, placed]) {
      const { target = '', headers, body = '' } = request ?? {};
      const expiry = headers?.['x-phemex-request-expiry'];
      expect(headers?.['x-phemex-access-token']).toBe(API_KEY);
      expect(headers?.['x-phemex-request-signature']).toBe(
        sign(API_SECRET, `${target.replace('?', '')}${expiry}${body}`),
      );
      expect(JSON.stringify(request)).not.toContain(bot.key.id);
    }
    expect(placed?.body).toBe(order);
  });

  it('[K2] signs with the characters of its secret, or with what they stand for in base64url', async () => {
    const expirySec = inAMinute();
    const text = `${BALANCE.path}${BALANCE.query}${expirySec}`;
    const decoded = sign(Buffer.from(bot.secret, 'base64url'), text);
    const answer = await bot.ask({
      ...BALANCE,
      expirySec,
      headers: { 'x-phemex-request-signature': decoded },
    });
    expect(answer.status).toBe(200);
  });

  it('[K3] is refused with a wrong, missing, changed, old, far or doubled signature', async () => {
    const forged = { ...bot, ...botOf(rig, { key: bot.key, secret: `${bot.secret}x` }) };
    const strangers = { ...bot.key, id: '5b2f4ae0-4a1c-4f1e-9a55-000000000000' };
    const nowSec = Math.floor(Date.now() / 1000);
    const body = newOrder();
    const cases: [string, Promise<Response>][] = [
      ['wrong secret', forged.ask(BALANCE)],
      ['no signature', bot.ask({ ...BALANCE, headers: { 'x-phemex-request-signature': '' } })],
      ['another text', bot.ask({ ...BALANCE, headers: { 'x-phemex-request-signature': 'f'.repeat(64) } })],
      ['another form', bot.ask({ ...BALANCE, headers: { 'x-phemex-request-signature': 'F'.repeat(64) } })],
      ['another query', bot.ask({ ...BALANCE, sent: { query: 'currency=BTC' } })],
      ['another body', bot.ask({ ...POST_ORDER, body, sent: { body: body.replace('0.01', '9.01') } })],
      ['a space more', bot.ask({ ...POST_ORDER, body, sent: { body: ` ${body}` } })],
      ['unknown key', botOf(rig, { key: strangers, secret: bot.secret }).ask(BALANCE)],
      ['the real key', botOf(rig, { key: { ...bot.key, id: API_KEY }, secret: API_SECRET }).ask(BALANCE)],
      ['just over', bot.ask({ ...BALANCE, expirySec: nowSec - 1 })],
      ['too far ahead', bot.ask({ ...BALANCE, expirySec: nowSec + 400 })],
      ['milliseconds', bot.ask({ ...BALANCE, expirySec: Date.now() + 60_000 })],
    ];
    for (const [what, answer] of cases) {
      const [status, code] = await told(await answer);
      expect([what, status, code === '401' || code === 10500]).toEqual([what, 401, true]);
    }
    const expiry = String(inAMinute());
    const doubled = rawRequest('GET', `/exchange${BALANCE.path}?${BALANCE.query}`, [
      ['Host', rig.host],
      ['x-phemex-access-token', bot.key.id],
      ['x-phemex-access-token', bot.key.id],
      ['x-phemex-request-expiry', expiry],
      ['x-phemex-request-signature', sign(bot.secret, BALANCE.path + BALANCE.query + expiry)],
    ]);
    expect((await sendRaw(rig.port, doubled)).status).toBe(400);
    expect(rig.exchange.asked()).toEqual([]);
  });

  it('[K4] is no browser: with an Origin, a cookie, a token or what a browser adds it is refused', async () => {
    const headers: Record<string, string>[] = [
      { origin: rig.proxy.url },
      { origin: 'https://example.com' },
      { 'sec-fetch-site': 'same-origin' },
      { 'sec-fetch-site': 'none' },
      { 'sec-fetch-dest': 'empty' },
      { cookie: me.cookie },
      { 'x-perpdeck-token': me.headerToken },
    ];
    for (const one of headers) {
      expect([one, (await bot.ask({ ...BALANCE, headers: one })).status]).toEqual([one, 403]);
      expect([one, (await bot.ask({ ...POST_ORDER, body: newOrder(), headers: one })).status]).toEqual([
        one,
        403,
      ]);
    }
    expect(rig.exchange.asked()).toEqual([]);
  });

  it('[K5] reaches what is listed for bots alone: no withdrawal, no transfer, nothing of the proxy’s own', async () => {
    const paths = [
      '/phemex-withdraw/wallets/api/createWithdraw',
      '/exchange/wallets/createWithdraw',
      '/assets/transfer',
      '/phemex-user/users/children',
      '/g-orders/nothing',
      '/api/kill',
      '/api/keys',
      '/api/guard',
      '/api/journal',
      '/api/accounts',
      '/api/status',
    ];
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'PUT', 'DELETE'] as const) {
        const body = method === 'POST' ? '{}' : '';
        expect([path, method, await told(await bot.ask({ method, path, body }))]).toEqual([
          path,
          method,
          [404, 34003],
        ]);
      }
    }
    expect(rig.exchange.asked()).toEqual([]);
  });

  it('[K6] reads and no more, where its key says so', async () => {
    const reader = await newBot(rig, me, { name: 'reader', scope: 'read' });
    expect((await reader.ask(BALANCE)).status).toBe(200);
    const query = 'symbol=BTCUSDT';
    const asked = [
      place({}, reader),
      reader.ask({ method: 'DELETE', path: '/g-orders/all', query }),
      reader.ask({ method: 'PUT', path: '/g-positions/leverage', query: `${query}&leverageRr=5` }),
      reader.ask({ method: 'POST', path: '/api/dead-man', body: '{"seconds":30}' }),
    ];
    for (const answer of asked) expect(await told(await answer)).toEqual([403, 34003]);
    expect(sentOrders()).toEqual([]);
  });

  it('[K7] trades its symbols and stays under its cap, cancels and reduce-only orders included and excepted', async () => {
    const bound = await newBot(rig, me, { name: 'bound', symbols: ['ETHUSDT'], valueMax: '1000' as Money });
    expect(await told(await place({ symbol: 'BTCUSDT' }, bound))).toEqual([403, 34003]);
    const all = { method: 'DELETE', path: '/g-orders/all', query: 'symbol=BTCUSDT' } as const;
    expect(await told(await bound.ask(all))).toEqual([403, 34003]);
    expect(sentOrders()).toEqual([]);

    const eth = (qty: string, more = {}) =>
      place({ symbol: 'ETHUSDT', orderQtyRq: qty, priceRp: '2000', ...more }, bound);
    const refused = await eth('0.51');
    expect(refused.status).toBe(422);
    expect(await refused.json()).toEqual({
      code: 11114,
      msg: 'The order is worth 1020 USDT; the limit of the key bound for one order is 1000 USDT.',
      data: null,
    });
    expect((await eth('0.49')).status).toBe(200);
    // What is under way counts: together they could make a position above the cap.
    expect(await told(await eth('0.02'))).toEqual([422, 11081]);
    expect((await eth('3', { reduceOnly: true })).status).toBe(200);
    expect((await place({ symbol: 'ETHUSDT', orderQtyRq: '3', priceRp: '2000' })).status).toBe(200);
  });

  it('[K8] cannot send anything twice: a placement is answered again, an amendment refused, a cancel just a cancel', async () => {
    const expirySec = inAMinute();
    const order = { ...POST_ORDER, body: newOrder(), expirySec };
    expect((await bot.ask(order)).status).toBe(200);
    expect((await bot.ask(order)).status).toBe(200);
    expect(sentOrders()).toHaveLength(1);

    const query = 'symbol=BTCUSDT&orderID=abc&priceRp=61000&posSide=Merged';
    const amend = { method: 'PUT', path: '/g-orders/replace', query, expirySec } as const;
    expect((await bot.ask(amend)).status).toBe(200);
    expect(await told(await bot.ask(amend))).toEqual([409, 11085]);
    expect(sentOrders()).toHaveLength(2);
    // And both at once.
    const both = [
      bot.ask({ ...amend, expirySec: expirySec + 1 }),
      bot.ask({ ...amend, expirySec: expirySec + 1 }),
    ];
    const statuses = (await Promise.all(both)).map(({ status }) => status);
    expect(statuses.sort()).toEqual([200, 409]);

    const cancel = { method: 'DELETE', path: '/g-orders/all', query: 'symbol=BTCUSDT', expirySec } as const;
    expect((await bot.ask(cancel)).status).toBe(200);
    expect((await bot.ask(cancel)).status).toBe(200);
    expect(sentOrders()).toHaveLength(5);

    // Nor after a restart, while the signature still holds.
    await rig.close();
    await open();
    bot = botOf(rig, bot);
    expect(await told(await bot.ask(amend))).toEqual([409, 11085]);
    expect((await bot.ask(order)).status).toBe(200);
    expect(sentOrders()).toEqual([]);
  });

  it('[K9] is read as strictly as the page, in a query too', async () => {
    const create = 'clOrdID=q-1&side=Buy&orderQtyRq=0.01&priceRp=60000&ordType=Limit&symbol=BTCUSDT';
    const put = (query: string) => bot.ask({ method: 'PUT', path: '/g-orders/create', query });
    for (const more of ['reduceonly=true', 'reduceOnly=yes', 'side=Sell', 'hidden=1', '__proto__=1']) {
      expect([more, await told(await put(`${create}&${more}`))]).toEqual([more, [400, 30000]]);
    }
    const cancel = { method: 'DELETE', path: '/g-orders/all' } as const;
    expect(await told(await bot.ask({ ...cancel, query: 'symbol=BTCUSDT&untriggerred=true' }))).toEqual([
      400, 30000,
    ]);
    expect(sentOrders()).toEqual([]);
    expect((await put(`reduceOnly=true&${create}`)).status).toBe(200);
    expect(sentOrders()[0]?.target).toBe(`/g-orders/create?reduceOnly=true&${create}`);
  });

  it('[K10] has a budget of its own, and cancels after it is spent', async () => {
    await stopClock();
    const asked = await Promise.all(Array.from({ length: 90 }, () => place()));
    const refused = asked.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThan(10);
    expect(await refused[0]?.json()).toMatchObject({ code: 39995, data: null });
    const cancel = {
      method: 'DELETE',
      path: '/g-orders/cancel',
      query: 'symbol=BTCUSDT&orderID=abc',
    } as const;
    // Another bot has its own; the trader's orders pass whatever bots do.
    const second = await newBot(rig, me, { name: 'second' });
    expect((await place({}, second)).status).toBe(200);
    // Cancels and reduce-only orders are not held back: not the 101st, nor those of a bot beside two busy ones.
    const cancelMany = (who: Bot) => Promise.all(Array.from({ length: 110 }, () => who.ask(cancel)));
    const third = await newBot(rig, me, { name: 'third' });
    const answers = [
      ...(await cancelMany(bot)),
      ...(await cancelMany(second)),
      await third.ask(cancel),
      await place({ reduceOnly: true }, third),
    ];
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect((await place({}, third)).status).toBe(429);
    const mine = await call(rig, me, 'POST', '/exchange/g-orders', newOrder());
    expect(mine.status).toBe(200);
  });

  it('fills no disk while nothing can be sent: after a hundred in a row it is tried once a second', async () => {
    const time = createManualTime();
    await rig.close();
    await open({ time });
    bot = botOf(rig, bot);
    const cancel = {
      method: 'DELETE',
      path: '/g-orders/cancel',
      query: 'symbol=BTCUSDT&orderID=abc',
    } as const;
    const cancels = async (count: number) =>
      (await Promise.all(Array.from({ length: count }, () => bot.ask(cancel)))).map(({ status }) => status);
    const rows = () => journalStore.page(0, 1_000).length;
    rig.exchange.answerWith((_request, response) => response.writeHead(429).end());
    await cancels(1);
    time.advance(1_500);
    await cancels(1);
    const before = rows();
    expect(new Set(await cancels(100))).toEqual(new Set([502]));
    expect(rows()).toBe(before + 100);
    expect(new Set(await cancels(20))).toEqual(new Set([429]));
    expect(rows()).toBe(before + 100);
    // The trader's are tried all the same.
    const mine = await call(rig, me, 'DELETE', '/exchange/g-orders/all?symbol=BTCUSDT');
    expect(mine.status).toBe(502);
    time.advance(1_000);
    expect((await cancels(2)).sort()).toEqual([429, 502]);

    rig.exchange.answerWith((_request, response) => response.end('{"code":0,"msg":"","data":null}'));
    time.advance(10_000);
    expect(await cancels(1)).toEqual([200]);
    expect(new Set(await cancels(20))).toEqual(new Set([200]));
  });

  it('[K11] stands in the journal by its name, and beside its orders; no signature and no secret is kept', async () => {
    await place({ clOrdID: 'of-the-bot' });
    await call(rig, me, 'POST', '/exchange/g-orders', newOrder({ clOrdID: 'of-mine' }));
    await bot.ask({ method: 'PUT', path: '/g-positions/leverage', query: 'symbol=BTCUSDT&leverageRr=5' });
    const entries = await journal();
    expect(entries.map(({ who }) => who)).toEqual(['grid-1', 'browser', 'grid-1']);
    const placers = await call(rig, me, 'GET', '/api/placers?ids=of-the-bot,of-mine,of-nobody');
    expect(await placers.json()).toEqual({ 'of-the-bot': 'grid-1' });
    const kept = JSON.stringify([entries, records, rig.logLines]);
    expect(kept).not.toContain(bot.secret);
    expect(kept).not.toMatch(/\b[0-9a-f]{64}\b/);
  });

  it('[K21] names no order as the screen does', async () => {
    expect(await told(await place({ clOrdID: 'pd-AAAAAAAAAAAAAAAAAAAAAAAA' }))).toEqual([403, 34003]);
    expect(sentOrders()).toEqual([]);
  });

  it('[K12] ends with its key: revoked, over, or with other terms than it was made with', async () => {
    const brief = await newBot(rig, me, { name: 'brief', expiresAtMs: Date.now() + 60_000 });
    expect((await brief.ask(BALANCE)).status).toBe(200);
    const [kept] = records.splice(
      records.findIndex(({ id }) => id === brief.key.id),
      1,
    );
    if (kept === undefined) throw new Error('not kept');
    const changes: Partial<KeyRecord['terms']>[] = [
      { expiresAtMs: Date.now() + 3_600_000 },
      { expiresAtMs: null },
      { symbols: ['BTCUSDT'] },
      { valueMax: '5' as Money },
      { name: 'other' },
    ];
    for (const change of changes) {
      records.push({ ...kept, terms: { ...kept.terms, ...change } });
      expect([change, await told(await brief.ask(BALANCE))]).toEqual([change, [401, 10500]]);
      records.pop();
    }
    records.push({ ...kept, terms: { ...kept.terms, expiresAtMs: Date.now() - 1 } });
    expect(await told(await brief.ask(BALANCE))).toEqual([401, 10500]);

    const ended = await call(rig, me, 'POST', '/api/keys/revoke', JSON.stringify({ id: bot.key.id }));
    expect(((await ended.json()) as GatewayKey[]).map(({ name }) => name)).toEqual(['brief']);
    expect(await told(await bot.ask(BALANCE))).toEqual([401, 10500]);
    expect((await call(rig, me, 'POST', '/api/keys/revoke', JSON.stringify({ id: bot.key.id }))).status).toBe(
      404,
    );
  });

  it('[K13] works after a restart, and with no account but its own, which must be unlocked', async () => {
    await bot.ask(BALANCE);
    await rig.close();
    await open();
    expect((await botOf(rig, bot).ask(BALANCE)).status).toBe(200);
    const [key] = (await (await call(rig, me, 'GET', '/api/keys')).json()) as GatewayKey[];
    expect(key?.lastUsedAtMs).toBeGreaterThan(0);
    expect(JSON.stringify(key)).not.toContain(bot.secret);
    await rig.close();
    await open({ signer: undefined });
    expect(await told(await botOf(rig, bot).ask(BALANCE))).toEqual([401, 10500]);
    expect((await fetch(`${rig.proxy.url}/exchange/public/products`)).status).toBe(401);
    await rig.close();
    await open({ trading: { ...TRADING, scope: 'another', keyStore: keyStoreIn(records) } });
    expect((await botOf(rig, bot).ask(BALANCE)).status).toBe(401);
    expect(await (await call(rig, me, 'GET', '/api/keys')).json()).toEqual([]);
  });

  it('makes no key of a name that is taken, without sense, or for who is not signed in', async () => {
    const make = (terms: object) => call(rig, me, 'POST', '/api/keys', JSON.stringify(terms));
    const wrong: [object, number][] = [
      [TERMS, 409],
      [{ ...TERMS, name: 'browser' }, 400],
      [{ ...TERMS, name: 'kill switch' }, 400],
      [{ ...TERMS, name: 'a', scope: 'withdraw' }, 400],
      [{ ...TERMS, name: 'a', valueMax: '-1' }, 400],
      [{ ...TERMS, name: 'a', expiresAtMs: 1 }, 400],
      [{ ...TERMS, name: 'a', paths: ['/phemex-withdraw'] }, 400],
    ];
    for (const [terms, status] of wrong) expect([terms, (await make(terms)).status]).toEqual([terms, status]);
    const unsigned = await fetch(`${rig.proxy.url}/api/keys`, {
      method: 'POST',
      body: JSON.stringify(TERMS),
    });
    expect(unsigned.status).toBe(403);
    expect(records).toHaveLength(1);
  });
});

describe('market data without a key', () => {
  const products = (headers = {}) => fetch(`${rig.proxy.url}/exchange/public/products`, { headers });

  it('[K14] is for bots while a gateway key is in force, at a measured pace; no site gets it, and nothing else', async () => {
    await stopClock();
    expect((await products()).status).toBe(200);
    for (const headers of [{ origin: 'https://example.com' }, { 'sec-fetch-site': 'cross-site' }]) {
      expect((await products(headers)).status).toBe(403);
    }
    expect((await fetch(`${rig.proxy.url}/exchange${BALANCE.path}?${BALANCE.query}`)).status).toBe(401);
    const many = await Promise.all(Array.from({ length: 80 }, () => products()));
    const refused = many.find(({ status }) => status === 429);
    expect(await refused?.json()).toMatchObject({ code: 39995 });
    await call(rig, me, 'POST', '/api/keys/revoke', JSON.stringify({ id: bot.key.id }));
    expect((await products()).status).toBe(401);
  });
});
