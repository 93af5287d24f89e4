/** The socket itself: errors, heartbeats, limits. */
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ALICE, type Client, connect, drain, login, type Message, SYMBOL, startStill } from './harness.ts';

const INVALID = { code: 6001, message: 'invalid argument' };

describe('a request that makes no sense', () => {
  it('is answered 6001 with its id, or null where it has none, and the socket stays open', async () => {
    const client = await connect(await startStill());
    for (const [method, params] of [
      ['nope.subscribe', [SYMBOL]],
      ['orderbook_p.subscribe', ['NOPEUSDT']],
      ['orderbook_p.subscribe', [SYMBOL, false, 20]],
      ['orderbook_p.subscribe', []],
      ['orderbook_p', [SYMBOL]],
      ['trade_p.subscribe', ['BTCUSD']],
      ['kline_p.subscribe', [SYMBOL, 61]],
      ['tick_p.subscribe', ['BTCUSDT']],
      ['constructor.subscribe', []],
    ] as const) {
      expect(await client.call(method, params)).toMatchObject({ error: INVALID, result: null });
    }
    client.socket.send('hello');
    expect(await client.next(({ id }) => id === null)).toEqual({ error: INVALID, id: null, result: null });
    client.socket.send('[1,2,3]');
    await client.next(({ id }) => id === null);
    expect(await client.call('server.ping')).toMatchObject({ error: null, result: 'pong' });
  });
});

describe('user.auth', () => {
  it('accepts a good signature and refuses a bad one, a stranger, and one that is over or too far ahead', async () => {
    const server = await startStill();
    const client = await connect(server);
    const refusal = { error: { code: 6012, message: 'invalid login token' }, result: null };
    expect(await login(server, client, { ...ALICE, secret: 'wrong' })).toMatchObject(refusal);
    expect(await login(server, client, { ...ALICE, apiKey: 'nobody' })).toMatchObject(refusal);
    const now = Math.floor(server.clock.nowMs() / 1000);
    for (const expiry of [now - 1, now + 3600]) {
      expect(await client.call('user.auth', ['API', ALICE.apiKey, '0'.repeat(64), expiry])).toMatchObject(
        refusal,
      );
    }
    expect(await client.call('aop_p.subscribe')).toMatchObject({ error: { code: 6006 }, result: null });
    expect(await login(server, client, ALICE)).toMatchObject({ error: null, result: { status: 'success' } });
  });
});

describe('a connection', () => {
  it('is dropped after 30 s without a heartbeat, whatever else it has sent', async () => {
    const server = await startStill();
    server.market.stop();
    const silent = await connect(server);
    const pinging = await connect(server);
    const framing = await connect(server);
    await silent.call('orderbook_p.subscribe', [SYMBOL]);
    for (let second = 0; second < 32; second += 1) {
      server.clock.advance(1000);
      await drain(pinging);
      const pong = new Promise((resolve) => framing.socket.once('pong', resolve));
      framing.socket.ping();
      await pong;
    }
    expect(await silent.closed).toBe(1006);
    expect([pinging.socket.readyState, framing.socket.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN]);
  });

  it('[LIM3] has room for 20 subscriptions, and for one more when one ends', async () => {
    const server = await startStill({ hasRateLimit: true });
    const client = await connect(server);
    const intervals = [60, 180, 300, 900, 1800, 3600, 7200, 10800, 14400, 21600];
    const topics = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'].flatMap((symbol) =>
      intervals.map((interval) => [symbol, interval]),
    );
    for (const topic of topics.slice(0, 20)) {
      expect(await client.call('kline_p.subscribe', topic)).toMatchObject({ error: null });
      server.clock.advance(100);
    }
    const refusal = { error: { code: 6015, message: 'subscription limit exceeded' }, result: null };
    expect(await client.call('kline_p.subscribe', topics[20])).toMatchObject(refusal);
    server.clock.advance(1000);
    expect(await client.call('kline_p.subscribe', topics[0])).toMatchObject({ error: null });
    await client.call('kline_p.unsubscribe', ['ETHUSDT']);
    expect(await client.call('kline_p.subscribe', topics[20])).toMatchObject({ error: null });
  });

  it('[LIM3] may ask 20 times a second', async () => {
    const server = await startStill({ hasRateLimit: true });
    const client = await connect(server);
    for (let count = 0; count < 20; count += 1) await client.call('server.ping');
    expect(await client.call('server.ping')).toMatchObject({ error: { code: 39995 }, result: null });
    server.clock.advance(1000);
    expect(await client.call('server.ping')).toMatchObject({ result: 'pong' });
  });

  it('[LIM3] is one of at most five of an account, until one of them ends', async () => {
    const server = await startStill({ hasRateLimit: true });
    const clients: Client[] = [];
    for (let count = 0; count < 5; count += 1) {
      clients.push(await connect(server));
      expect(await login(server, clients[count] as Client, ALICE)).toMatchObject({ error: null });
    }
    const sixth = await connect(server);
    const refusal = { error: { code: 6015, message: 'connection limit exceeded' }, result: null };
    expect(await login(server, sixth, ALICE)).toMatchObject(refusal);
    clients[0]?.close();
    await clients[0]?.closed;
    // The exchange may learn of the end a moment after the client.
    await expect.poll(() => login(server, sixth, ALICE), { timeout: 30_000 }).toMatchObject({ error: null });
  });

  it('[LIM3] is one of at most five of an address that listen without signing in; a sixth may still sign in', async () => {
    const server = await startStill({ hasRateLimit: true });
    const trades = (client: Client) => client.call('trade_p.subscribe', [SYMBOL]);
    const first = await connect(server);
    expect(await trades(first)).toMatchObject({ error: null });
    for (let count = 1; count < 5; count += 1) {
      expect(await trades(await connect(server))).toMatchObject({ error: null });
    }
    const sixth = await connect(server);
    const refusal = { error: { code: 6015, message: 'connection limit exceeded' }, result: null };
    expect(await trades(sixth)).toMatchObject(refusal);
    expect(await first.call('kline_p.subscribe', [SYMBOL, 60])).toMatchObject({ error: null });
    await login(server, sixth, ALICE);
    expect(await trades(sixth)).toMatchObject({ error: null });
    for (const stream of ['trade_p', 'kline_p']) await first.call(`${stream}.unsubscribe`);
    expect(await trades(await connect(server))).toMatchObject({ error: null });
    expect(await trades(first)).toMatchObject(refusal);
  });

  it('is only to be had at /ws', async () => {
    const server = await startStill();
    const socket = new WebSocket(server.url.replace('http', 'ws'));
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(error.message).toContain('404');
  });
});

/** Every channel with a way to subscribe, and what tells its messages. */
const CHANNELS = [
  ['orderbook_p', [SYMBOL], 'orderbook_p'],
  ['trade_p', [SYMBOL], 'trades_p'],
  ['kline_p', [SYMBOL, 60], 'kline_p'],
  ['perp_market24h_pack_p', [], 'fields'],
  ['market24h_p', [], 'market24h_p'],
  ['tick_p', ['.MBTCUSDT'], 'tick_p'],
] as const;

describe.each(CHANNELS)('[STR1] %s', (name, params, key) => {
  const isMeant = (message: Message) => message[key] !== undefined;
  /** The texts of a client's messages of the channel that were sent after its first. */
  const followUps = (client: Client) => client.texts.filter((_, at) => isMeant(client.messages[at])).slice(1);

  it('tells a late subscriber its state at once, then what everybody hears, and ends with unsubscribe', async () => {
    const server = await startStill();
    const early = await connect(server);
    await early.call(`${name}.subscribe`, params);
    for (let second = 0; second < 5; second += 1) server.clock.advance(1000);
    await drain(early);
    const late = await connect(server);
    await late.call(`${name}.subscribe`, params);
    await drain(late);
    expect(late.messages.filter(isMeant).length).toBeGreaterThan(0);
    const before = late.messages.length;
    for (let second = 0; second < 5; second += 1) server.clock.advance(1000);
    await drain(early);
    await drain(late);
    const heard = late.texts.slice(before).filter((_, at) => isMeant(late.messages[before + at]));
    expect(heard.length).toBeGreaterThan(0);
    expect(followUps(early).slice(-heard.length)).toEqual(heard);

    expect(await late.call(`${name}.unsubscribe`, [])).toMatchObject({
      error: null,
      result: { status: 'success' },
    });
    const count = late.messages.filter(isMeant).length;
    for (let second = 0; second < 5; second += 1) server.clock.advance(1000);
    await drain(late);
    expect(late.messages.filter(isMeant)).toHaveLength(count);
  });
});

it.each(['trade_p', 'kline_p'])('[STR1] %s ends for one symbol, and goes on for others', async (name) => {
  const server = await startStill();
  const client = await connect(server);
  const params = name === 'kline_p' ? [60] : [];
  for (const symbol of ['BTCUSDT', 'ETHUSDT']) await client.call(`${name}.subscribe`, [symbol, ...params]);
  await client.call(`${name}.unsubscribe`, ['ETHUSDT']);
  const before = client.messages.length;
  for (let second = 0; second < 20; second += 1) server.clock.advance(1000);
  await drain(client);
  const symbols = client.messages.slice(before).flatMap(({ symbol = [] }) => symbol);
  expect([...new Set(symbols)]).toEqual(['BTCUSDT']);
});
