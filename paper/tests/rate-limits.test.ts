/** Budgets of requests and connections, as the documents grant them. */
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../src/clock.ts';
import { createRateLimits } from '../src/wire/rate-limits.ts';
import {
  ALICE,
  BOB,
  connect,
  drain,
  get,
  type SignedRequest,
  START_MS,
  send,
  startStill,
} from './harness.ts';

const POSITIONS = '/g-accounts/positions';
const query = 'currency=USDT';

describe('the request budget of an account', () => {
  it('is spent by weight, refuses with the seconds to wait, and comes back with the next minute', async () => {
    const server = await startStill({ hasRateLimit: true });
    server.market.stop();
    for (let spent = 25; spent <= 500; spent += 25) {
      const { headers } = await send(server, ALICE, POSITIONS, { query });
      expect(headers.get('x-ratelimit-remaining-contract')).toBe(String(500 - spent));
    }
    server.clock.advance(20_000);
    const refused = await send(server, ALICE, POSITIONS, { query });
    expect(refused.status).toBe(429);
    expect(refused.json).toEqual({ code: 39995, msg: 'Too many requests.' });
    expect(refused.headers.get('x-ratelimit-retry-after-contract')).toBe('40');
    const other = await send(server, BOB, POSITIONS, { query });
    expect(other.status).toBe(200);
    const otherGroup = await send(server, ALICE, '/exchange/order/v2/tradingList', { query });
    expect(otherGroup.status).toBe(200);
    server.clock.advance(40_000);
    const again = await send(server, ALICE, POSITIONS, { query });
    expect([again.status, again.headers.get('x-ratelimit-remaining-contract')]).toEqual([200, '475']);
  });

  it('never refuses when limits are off', async () => {
    const server = await startStill({ hasRateLimit: false });
    for (let count = 0; count < 25; count += 1) {
      const { status, headers } = await send(server, ALICE, POSITIONS, { query });
      expect([status, headers.get('x-ratelimit-remaining-contract')]).toEqual([200, '500']);
    }
  });

  it('leaves anonymous requests to the budget of their address', async () => {
    const server = await startStill({ hasRateLimit: true });
    const { headers } = await get(server, '/public/time');
    expect(headers.get('x-ratelimit-capacity')).toBe('5000');
    expect(headers.get('x-ratelimit-remaining')).toBe('4999');
  });
});

/** Every path of the documents' "API groups" that is served here, and what it counts as. */
const DOCUMENTED: readonly (readonly [SignedRequest['method'], string, 'contract' | 'others', number])[] = [
  ['POST', '/g-orders', 'contract', 1],
  ['PUT', '/g-orders/create', 'contract', 1],
  ['PUT', '/g-orders/replace', 'contract', 1],
  ['DELETE', '/g-orders/cancel', 'contract', 1],
  ['DELETE', '/g-orders/all', 'contract', 3],
  ['DELETE', '/g-orders', 'contract', 1],
  ['GET', '/g-orders/activeList', 'contract', 1],
  ['GET', '/g-accounts/accountPositions', 'contract', 1],
  ['GET', '/g-accounts/positions', 'contract', 25],
  ['PUT', '/g-positions/leverage', 'contract', 1],
  ['PUT', '/g-positions/switch-pos-mode-sync', 'contract', 1],
  ['GET', '/g-accounts/risk-unit', 'others', 1],
  ['GET', '/exchange/order/v2/orderList', 'others', 1],
  ['GET', '/exchange/order/v2/tradingList', 'others', 1],
  ['GET', '/api-data/g-futures/orders/by-order-id', 'others', 1],
  ['GET', '/exchange/public/md/v2/kline/last', 'others', 10],
  ['GET', '/exchange/public/md/v2/kline/list', 'others', 10],
  ['GET', '/public/time', 'others', 1],
];

describe('[LIM1] what a signed request counts as', () => {
  it('is its group and weight of the documents, told in the headers of that group alone', async () => {
    const server = await startStill({ hasRateLimit: true });
    server.market.stop();
    const capacity = { contract: 500, others: 100 };
    for (const [method = 'GET', path, group, weight] of DOCUMENTED) {
      server.clock.advance(60_000);
      const { headers } = await send(server, ALICE, path, { method });
      const suffix = group === 'contract' ? '-contract' : '';
      const told = [...headers].filter(([name]) => name.startsWith('x-ratelimit'));
      expect([path, Object.fromEntries(told)]).toEqual([
        path,
        {
          [`x-ratelimit-capacity${suffix}`]: String(capacity[group]),
          [`x-ratelimit-remaining${suffix}`]: String(capacity[group] - weight),
        },
      ]);
    }
  });

  it('is refused when it counts more than is left, and a lighter one is not', async () => {
    const server = await startStill({ hasRateLimit: true });
    server.market.stop();
    const path = '/exchange/public/md/v2/kline/last';
    for (let count = 0; count < 9; count += 1) await send(server, ALICE, path);
    for (let count = 0; count < 5; count += 1) await send(server, ALICE, '/public/time');
    const refused = await send(server, ALICE, path);
    expect([refused.status, refused.headers.get('x-ratelimit-remaining')]).toEqual([429, '5']);
    expect(refused.headers.get('x-ratelimit-retry-after')).toBe('60');
    expect((await send(server, ALICE, '/public/time')).status).toBe(200);
  });
});

describe('[LIM2] an address', () => {
  it('is shut out for five minutes once it has asked more than 5,000 times in five', () => {
    const clock = createVirtualClock(START_MS);
    const limits = createRateLimits(clock, true);
    const ask = () => limits.spendAddress('here').retryAfterSec;
    for (let count = 0; count < 5000; count += 1) expect(ask()).toBeUndefined();
    clock.advance(299_000);
    expect(ask()).toBe(300);
    clock.advance(299_000);
    expect([ask(), limits.spendAddress('there').remaining]).toEqual([1, 4999]);
    clock.advance(1_000);
    expect(ask()).toBeUndefined();
  });

  it('opens at most 200 sockets in five minutes', async () => {
    const server = await startStill({ hasRateLimit: true });
    server.market.stop();
    for (let count = 0; count < 200; count += 1) (await connect(server)).socket.terminate();
    await expect(connect(server)).rejects.toThrow('429');
    server.clock.advance(300_000);
    await drain(await connect(server));
  });
});
