/** What is measured between two of the trader's presses is no matter of what the computer's clock is set to. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { qty } from '#contract/decimal.ts';
import { exchangePlacer } from './exchange-placer.ts';
import { sendForLeg } from './leg-orders.ts';
import type { OrderPlan, Placement } from './placement.ts';

const HOUR_MS = 3_600_000;
const PLAN: OrderPlan = {
  symbol: 'BTCUSDT' as ProductSymbol,
  side: 'Sell',
  posSide: 'Merged',
  ordType: 'Market',
  qty: qty('1'),
  timeInForce: 'ImmediateOrCancel',
  reduceOnly: true,
};

let requests = 0;

beforeEach(() => {
  requests = 0;
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  vi.stubGlobal('fetch', async () => {
    requests += 1;
    return new Response(JSON.stringify({ code: 11056, msg: 'TE_REFUSED', data: null }));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const setClock = (byMs: number) => vi.setSystemTime(Date.now() + byMs);

it('a leg is closed again a second later, on a clock that was set back', async () => {
  const leg = 'BTCUSDT Merged' as Parameters<typeof sendForLeg>[0];
  expect(sendForLeg(leg, 'form', [PLAN])).toBe(true);
  await vi.waitFor(() => expect(requests).toBe(1));
  vi.advanceTimersByTime(1_000);
  setClock(-HOUR_MS);
  await vi.waitFor(() => expect(sendForLeg(leg, 'form', [PLAN])).toBe(true));
});

it('an order is sent again a second later, and not as half of a double click, whatever the clock says', async () => {
  const states: Placement['at'][] = [];
  const placer = exchangePlacer(({ at }) => states.push(at));
  expect(placer.send(PLAN, 'wish')).toBe(true);
  await vi.waitFor(() => expect(states).toEqual(['sending', 'refused']));
  setClock(HOUR_MS);
  expect(placer.send(PLAN, 'wish')).toBe(false);
  vi.advanceTimersByTime(1_000);
  setClock(-2 * HOUR_MS);
  expect(placer.send(PLAN, 'wish')).toBe(true);
});
