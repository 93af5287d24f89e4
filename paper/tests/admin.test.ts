/** The admin endpoint: who gets in, and what can be done there. */
import { request as plainRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createVirtualClock } from '../src/clock.ts';
import { createSpeedClock } from '../src/speed-clock.ts';
import {
  ALICE,
  BOB,
  connect,
  drain,
  get,
  type Message,
  place,
  START_MS,
  SYMBOL,
  send,
  start,
  startStill,
  type TestServer,
  touch,
} from './harness.ts';

const TOKEN = 'a-token-of-sixteen-or-more';

const startAdmin = (): Promise<TestServer> => startStill({ adminToken: TOKEN });

async function ask(
  server: { readonly url: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; json: Message }> {
  const response = await fetch(`${server.url}/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: response.status, json: await response.json() };
}

/** `fetch` keeps some headers to itself. */
const askWith = (server: TestServer, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = plainRequest(
      { host: '127.0.0.1', port: server.port, path: '/admin/accounts', headers },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    request.on('error', reject);
    request.end();
  });

const balanceOf = async (server: TestServer): Promise<string> =>
  (await send(server, ALICE, '/g-accounts/accountPositions', { query: 'currency=USDT' })).json.data.account
    .accountBalanceRv;

describe('[ADM1] the admin endpoint', () => {
  it('is not there without a token', async () => {
    const server = await startStill();
    expect((await ask(server, 'GET', '/accounts')).status).toBe(404);
  });

  it('lets in who knows the token, from this machine, and no browser', async () => {
    const server = await startAdmin();
    const authorization = `Bearer ${TOKEN}`;
    const host = `127.0.0.1:${server.port}`;
    const cases: readonly [Record<string, string>, number][] = [
      [{ host, authorization }, 200],
      [{ host: `localhost:${server.port}`, authorization }, 200],
      [{ host }, 401],
      [{ host, authorization: 'Bearer wrong' }, 401],
      [{ host, authorization: TOKEN }, 401],
      [{ host: `rebound.example:${server.port}`, authorization }, 403],
      [{ host: '127.0.0.1', authorization }, 403],
      [{ host, authorization, origin: `http://${host}` }, 403],
      [{ host, authorization, origin: 'null' }, 403],
      [{ host, authorization, 'sec-fetch-site': 'none' }, 403],
    ];
    for (const [headers, status] of cases)
      expect([headers, await askWith(server, headers)]).toEqual([headers, status]);
  });

  it('says in one sentence what is wrong with a request', async () => {
    const server = await startAdmin();
    for (const [method, path, body, status, error] of [
      ['GET', '/nothing', undefined, 404, 'There is no /admin/nothing'],
      ['PUT', '/faults', {}, 405, 'PUT is not for /admin/faults'],
      ['POST', '/faults', '{', 400, 'The body is not JSON'],
      ['POST', '/faults', { kind: 'rain' }, 400, 'unknown kind'],
      ['POST', '/faults', { kind: 'drop', pth: '/g-orders' }, 400, 'unknown: pth'],
      ['POST', '/faults', { kind: 'delay', ms: 'x' }, 400, 'ms: expected a number, got "x"'],
      ['DELETE', '/faults/7', undefined, 404, 'There is no fault 7 (any more)'],
      ['GET', '/accounts/carol', undefined, 404, 'There is no account carol'],
      ['POST', '/accounts/alice/deposit', { amount: 'much' }, 400, 'much is not an amount'],
      ['POST', '/accounts/alice/deposit', { amount: '-1' }, 400, 'A deposit must be above zero'],
      ['PUT', '/clock', { speed: 2 }, 409, 'The time of this exchange cannot be changed'],
    ] as const) {
      expect(await ask(server, method, path, body)).toEqual({ status, json: { error } });
    }
  });
});

describe('[ADM2] accounts', () => {
  it('are listed with what they have and pay, and never with a secret', async () => {
    const server = await startAdmin();
    const { json } = await ask(server, 'GET', '/accounts');
    expect(json).toEqual([
      {
        name: 'alice',
        apiKey: ALICE.apiKey,
        currency: 'USDT',
        balance: '100000',
        used: '0',
        fees: { maker: '0.0001', taker: '0.0006' },
      },
      expect.objectContaining({ name: 'bob', apiKey: BOB.apiKey }),
    ]);
  });

  it('get play money, are made anew, and pay the fees of their tier', async () => {
    const server = await startAdmin();
    expect((await ask(server, 'POST', '/accounts/alice/deposit', { amount: '0.5' })).json.balance).toBe(
      '100000.5',
    );
    expect(await balanceOf(server)).toBe('100000.5');
    await ask(server, 'PUT', '/accounts/alice/fees', { maker: '-0.00005', taker: '0.0004' });
    await place(server, ALICE, { ordType: 'Market' });
    await place(server, ALICE, { priceRp: '20000', clOrdID: 'resting' });
    const query = 'currency=USDT';
    const [fill] = (await send(server, ALICE, '/exchange/order/v2/tradingList', { query })).json.data;
    expect(fill.feeRateRr).toBe('0.0004');
    expect((await ask(server, 'POST', '/accounts/alice/reset', { balance: 500 })).json).toMatchObject({
      balance: '500',
      used: '0',
    });
    expect((await ask(server, 'POST', '/accounts/alice/reset')).json.balance).toBe('100000');
    const { json } = await send(server, ALICE, '/g-accounts/accountPositions', { query });
    expect(json.data.positions.every(({ size }: Message) => size === '0')).toBe(true);
    expect((await ask(server, 'GET', '/accounts/bob')).json.balance).toBe('100000');
  });
});

describe('[ADM3] faults', () => {
  it('are asked for, listed and lifted', async () => {
    const server = await startAdmin();
    const drop = { kind: 'drop', method: 'POST', path: '/g-orders', count: 2 };
    expect((await ask(server, 'POST', '/faults', drop)).json).toEqual({ id: 1 });
    expect((await ask(server, 'POST', '/faults', { kind: 'maintenance' })).json).toEqual({ id: 2 });
    expect((await fetch(`${server.url}/public/time`)).status).toBe(503);
    expect((await ask(server, 'DELETE', '/faults/2')).json).toEqual([{ id: 1, fault: drop, left: 2 }]);
    await expect(place(server, ALICE, { priceRp: '20000' })).rejects.toThrow();
    expect((await ask(server, 'GET', '/faults')).json).toEqual([{ id: 1, fault: drop, left: 1 }]);
    expect((await ask(server, 'DELETE', '/faults')).json).toEqual([]);
    expect((await place(server, ALICE, { priceRp: '20000' })).json.code).toBe(0);
  });
});

describe('[ADM4] the clock', () => {
  it('is paused, stepped and set to another pace', async () => {
    const clock = createSpeedClock({ speed: 0 });
    const server = await start({ adminToken: TOKEN, clock });
    const at = clock.nowMs();
    expect((await ask(server, 'GET', '/clock')).json).toEqual({ nowMs: at, speed: 0 });
    expect((await ask(server, 'POST', '/clock/step', { ms: 5000 })).json).toEqual({
      nowMs: at + 5000,
      speed: 0,
    });
    expect((await get(server, '/public/time')).json.data.serverTime).toBe(at + 5000);
    expect((await ask(server, 'PUT', '/clock', { speed: 100 })).json.speed).toBe(100);
    while (clock.nowMs() < at + 6000) await get(server, '/public/time');
    expect((await ask(server, 'PUT', '/clock', { speed: -1 })).status).toBe(400);
    expect((await ask(server, 'POST', '/clock/step', { ms: 0 })).status).toBe(400);
    clock.stop();
  });

  it('leaves to connections what they are promised: heartbeats, budgets, the pace of messages', async () => {
    const machine = createVirtualClock(START_MS);
    const server = await startStill({ machine, hasRateLimit: true });
    server.market.stop();
    const client = await connect(server);
    await client.call('orderbook_p.subscribe', [SYMBOL]);
    const query = 'currency=USDT';
    const left = async () =>
      (
        await send(server, ALICE, '/g-accounts/positions', { query, expirySec: START_MS / 1000 + 60 })
      ).headers.get('x-ratelimit-remaining-contract');
    expect(await left()).toBe('475');
    // An hour of the exchange's time in no time of the machine's.
    server.clock.advance(3_600_000);
    expect(await left()).toBe('450');
    expect((await touch(server)).bid).toBeGreaterThan(0);
    const { bid } = await touch(server);
    await place(server, ALICE, { priceRp: String(bid) });
    server.clock.advance(1_000);
    await drain(client);
    expect(client.messages.filter(({ type }) => type === 'incremental')).toEqual([]);
    machine.advance(20);
    await client.next(({ type }) => type === 'incremental');
    expect(client.socket.readyState).toBe(WebSocket.OPEN);
    machine.advance(31_000);
    expect(await client.closed).toBe(1006);
  });

  it('takes a signature until it is over by both clocks', async () => {
    const machine = createVirtualClock(START_MS - 3_600_000);
    const server = await startStill({ machine });
    const query = 'currency=USDT';
    const statusAt = async (expirySec: number) =>
      (await send(server, ALICE, '/g-accounts/accountPositions', { query, expirySec })).status;
    const machineSec = machine.nowMs() / 1000;
    // A client that goes by its own clock, one that asked for the server's, and one that is late by both.
    expect(await statusAt(machineSec + 60)).toBe(200);
    expect(await statusAt(machineSec + 3660)).toBe(200);
    expect(await statusAt(machineSec - 1)).toBe(401);
  });
});

describe('[ADM5] scenarios', () => {
  const statusOf = async ({ url }: TestServer) => (await fetch(`${url}/public/time`)).status;

  it('are started, listed and stopped; an outage shuts the doors while it lasts', async () => {
    const server = await startAdmin();
    const crash = await ask(server, 'POST', '/scenarios', { name: 'flash-crash', symbol: 'BTCUSDT' });
    expect(crash.json).toMatchObject({ name: 'flash-crash', symbol: 'BTCUSDT', atMs: server.clock.nowMs() });
    const atMs = server.clock.nowMs() + 10_000;
    expect((await ask(server, 'POST', '/scenarios', { name: 'outage', atMs })).json.atMs).toBe(atMs);
    expect((await ask(server, 'GET', '/scenarios')).json).toHaveLength(2);
    expect(await statusOf(server)).toBe(200);
    server.clock.advance(11_000);
    expect(await statusOf(server)).toBe(503);
    expect((await ask(server, 'DELETE', `/scenarios/${crash.json.id}`)).json).toHaveLength(1);
    server.clock.advance(60_000);
    expect(await statusOf(server)).toBe(200);
    expect((await ask(server, 'GET', '/scenarios')).json).toEqual([]);
  });

  it('are refused when unknown or for a product that does not exist', async () => {
    const server = await startAdmin();
    expect((await ask(server, 'POST', '/scenarios', { name: 'meteor' })).status).toBe(400);
    expect((await ask(server, 'POST', '/scenarios', { name: 'gap', symbol: 'NOUSDT' })).status).toBe(404);
    expect((await ask(server, 'DELETE', '/scenarios/1')).status).toBe(404);
  });
});
