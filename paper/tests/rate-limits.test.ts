import { describe, expect, it } from 'vitest';
import { ALICE, BOB, get, send, startStill } from './harness.ts';

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
