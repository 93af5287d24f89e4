/** A bot's own socket: what it hears, its share of the exchange's topics, and when it ends. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { KeyRecord } from '#contract/gateway.ts';
import type { ProxyOptions } from '../../src/server.ts';
import { createHappenings } from '../happenings.ts';
import { createManualTime } from '../manual-time.ts';
import { type Credentials, call, openTab, type Rig, startRig, TRADING } from '../rig.ts';
import { type Bot, inAMinute, keyStoreIn, newBot, sign } from './bot.ts';

let rig: Rig;
let me: Credentials;
let bot: Bot;
let records: KeyRecord[];
/** On the same keys as before. */
const open = async (options: Partial<ProxyOptions> = {}) => {
  rig = await startRig({ trading: { ...TRADING, keyStore: keyStoreIn(records) }, ...options });
  me = await rig.signIn();
};
beforeEach(async () => {
  records = [];
  await open();
  bot = await newBot(rig, me);
});
afterEach(() => rig.close());

describe('a bot’s socket', () => {
  const connect = async (headers: Record<string, string> = {}) => {
    const socket = new WebSocket(`${rig.proxy.url.replace('http', 'ws')}/exchange/ws`, { headers });
    const happenings = createHappenings();
    const received: string[] = [];
    let closedWith: number | undefined;
    socket.on('message', (bytes) => {
      received.push(String(bytes));
      happenings.tell();
    });
    socket.on('close', (code) => {
      closedWith = code;
      happenings.tell();
    });
    await new Promise<void>((done, failed) => {
      socket.once('open', () => done());
      socket.once('error', failed);
    });
    let id = 0;
    return {
      received,
      closed: () => happenings.until(() => closedWith),
      async ask(method: string, params: readonly unknown[] = []) {
        id += 1;
        const own = id;
        socket.send(JSON.stringify({ id, method, params }));
        const text = await happenings.until(() => received.find((one) => one.includes(`"id":${own},`)));
        return JSON.parse(text) as { error: unknown; result: unknown };
      },
      until: (part: string) => happenings.until(() => received.find((one) => one.includes(part))),
    };
  };
  const auth = (who = bot, expirySec = inAMinute()) =>
    ['API', who.key.id, sign(who.secret, `${who.key.id}${expirySec}`), expirySec] as const;

  it('hears the market at once, and the account after user.auth, in the exchange’s words alone', async () => {
    rig.exchange.follow(({ method }) =>
      method === 'aop_p.subscribe'
        ? {
            followedBy: [
              '{"accounts_p":[],"orders_p":[],"positions_p":[],"sequence":1,"timestamp":1,"type":"snapshot"}',
            ],
          }
        : undefined,
    );
    const socket = await connect();
    expect(await socket.ask('trade_p.subscribe', ['BTCUSDT'])).toMatchObject({
      result: { status: 'success' },
    });
    expect(await socket.ask('aop_p.subscribe')).toMatchObject({ error: { code: 6001 }, result: null });
    expect(await socket.ask('user.auth', auth(bot, inAMinute() - 120))).toMatchObject({
      error: { code: 6001 },
    });
    const forged = { ...bot, secret: 'x' };
    expect(await socket.ask('user.auth', auth(forged))).toMatchObject({
      error: { code: 6001 },
      result: null,
    });
    expect(await socket.ask('aop_p.subscribe')).toMatchObject({ error: { code: 6001 }, result: null });
    expect(await socket.ask('user.auth', auth())).toMatchObject({
      error: null,
      result: { status: 'success' },
    });
    expect(await socket.ask('aop_p.subscribe')).toMatchObject({ error: null });
    expect(await socket.ask('server.ping')).toMatchObject({ result: 'pong' });
    expect(socket.received.join()).not.toContain('perpdeck');
  });

  it('[W17] has a share of the exchange’s topics, bots together too, and none without wanting something', async () => {
    const time = createManualTime();
    await rig.close();
    await open({ time });
    const asked = async (
      socket: Awaited<ReturnType<typeof connect>>,
      method: string,
      params: readonly unknown[],
    ) => {
      let answer: { error: unknown } | undefined;
      void socket.ask(method, params).then((told) => {
        answer = told;
      });
      while (answer === undefined) {
        time.advance(10);
        await new Promise((resolve) => setImmediate(resolve));
      }
      return answer.error === null;
    };
    const ask = (socket: Awaited<ReturnType<typeof connect>>, method: string, symbol: string) =>
      asked(socket, method, [symbol]);
    const idle = await connect();
    const sockets: Awaited<ReturnType<typeof connect>>[] = [];
    const granted: number[] = [];
    // Forty for all that show no key, as for one key.
    for (const at of [0, 1, 2, 3, 4]) {
      const socket = await connect();
      sockets.push(socket);
      if (at >= 3) expect(await asked(socket, 'user.auth', auth())).toBe(true);
      let count = 0;
      while (count < 25 && (await ask(socket, 'trade_p.subscribe', `T${at}N${count}USDT`))) count += 1;
      granted.push(count);
    }
    expect(granted).toEqual([20, 20, 0, 20, 0]);
    time.advance(10_000);
    expect(await idle.closed()).toBe(4401);
    // What is given back can be had by another; the page has had its room all the while.
    const [first] = sockets;
    if (first === undefined) throw new Error('no socket');
    const last = await connect();
    const tab = await openTab(rig, me);
    const id = tab.request('trade_p.subscribe', ['PAGEUSDT']);
    expect(await tab.frame(`"id":${id},`)).toContain('success');
    expect(await ask(first, 'trade_p.unsubscribe', 'T0N0USDT')).toBe(true);
    expect(await ask(last, 'trade_p.subscribe', 'T3N0USDT')).toBe(true);
  });

  it('[W8] leaves room for others: eight for one key, eight without one, where the newcomer gets the oldest’s place', async () => {
    const signedIn = async (who = bot) => {
      const socket = await connect();
      return { socket, answer: await socket.ask('user.auth', auth(who)) };
    };
    const { socket: first } = await signedIn();
    const strangers = [];
    for (let i = 0; i < 8; i++) {
      const socket = await connect();
      await socket.ask('trade_p.subscribe', ['BTCUSDT']);
      strangers.push(socket);
    }
    for (let i = 1; i < 8; i++) expect((await signedIn()).answer.error).toBeNull();
    await strangers[0]?.closed();
    expect(await strangers[1]?.ask('server.ping')).toMatchObject({ result: 'pong' });
    expect((await signedIn()).answer.error).toMatchObject({
      message: expect.stringContaining('of this key'),
    });
    expect((await signedIn(await newBot(rig, me, { name: 'grid-2' }))).answer.error).toBeNull();
    expect(await first.ask('server.ping')).toMatchObject({ result: 'pong' });
  });

  it('ends when its key is revoked, and is not opened by a browser or without a key in force', async () => {
    const socket = await connect();
    await socket.ask('user.auth', auth());
    await call(rig, me, 'POST', '/api/keys/revoke', JSON.stringify({ id: bot.key.id }));
    expect(await socket.closed()).toBe(4401);
    await expect(connect()).rejects.toThrow('403');
    bot = await newBot(rig, me);
    await expect(connect({ origin: 'https://example.com' })).rejects.toThrow('403');
    await expect(connect({ 'sec-fetch-site': 'cross-site' })).rejects.toThrow('403');
  });
});
