/** The socket itself: errors, heartbeats, limits. */
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ALICE, connect, drain, login, SYMBOL, startStill } from './harness.ts';

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

  it('[LIM3] is one of at most five of an account', async () => {
    const server = await startStill({ hasRateLimit: true });
    for (let count = 0; count < 5; count += 1) {
      expect(await login(server, await connect(server), ALICE)).toMatchObject({ error: null });
    }
    expect(await login(server, await connect(server), ALICE)).toMatchObject({ error: { code: 6015 } });
  });

  it('is only to be had at /ws', async () => {
    const server = await startStill();
    const socket = new WebSocket(server.url.replace('http', 'ws'));
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(error.message).toContain('404');
  });
});
