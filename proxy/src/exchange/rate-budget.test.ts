import { describe, expect, it } from 'vitest';
import { createManualTime } from '../../tests/manual-time.ts';
import { createRateBudget, type Purpose, type RateBudget } from './rate-budget.ts';

const ORDER = '/g-orders';
/** Spends until it may not; how much that was. */
function exhaust(budget: RateBudget, purpose: Purpose, path: string): number {
  for (let count = 0; count < 10_000; count++) {
    if (!budget.has(purpose, path)) return count;
    budget.spend(path);
  }
  return Number.POSITIVE_INFINITY;
}

describe('[R10] the request budget', () => {
  it('keeps room for what matters more, to the last for cancels', () => {
    const budget = createRateBudget(createManualTime());
    expect(exhaust(budget, 'read', '/g-accounts/accountPositions')).toBe(300);
    expect(exhaust(budget, 'open', ORDER)).toBe(100);
    expect(exhaust(budget, 'look-up', '/g-orders/activeList')).toBe(20);
    expect(exhaust(budget, 'reduce', ORDER)).toBe(8);
    // 60 cancels and 12 cancel-alls would still fit: 72 and no less is left.
    expect(budget.left().contract).toBe(72);
    // Those of bots stop short of what a trader needs to end it all.
    expect(exhaust(budget, 'bot-cancel', '/g-orders/cancel')).toBe(32);
    expect(budget.left().contract).toBe(40);
    expect(exhaust(budget, 'cancel', '/g-orders/cancel')).toBe(Number.POSITIVE_INFINITY);
  });

  it('leaves look-ups the history that the page may not use up', () => {
    const budget = createRateBudget(createManualTime());
    const history = '/exchange/order/v2/orderList';
    expect(exhaust(budget, 'read', history)).toBe(60);
    expect(exhaust(budget, 'look-up', '/api-data/g-futures/orders/by-order-id')).toBe(35);
    expect(budget.has('open', ORDER)).toBe(true);
  });

  it('counts by weight, in a window that slides', () => {
    const time = createManualTime();
    const budget = createRateBudget(time);
    expect(exhaust(budget, 'read', '/g-accounts/positions')).toBe(12);
    time.advance(59_000);
    expect(budget.has('read', ORDER)).toBe(false);
    time.advance(1_500);
    expect(budget.has('read', ORDER)).toBe(true);
  });

  it('of this address bounds public data too', () => {
    const budget = createRateBudget(createManualTime());
    expect(exhaust(budget, 'read', '/exchange/public/md/v2/kline/last')).toBe(4_000);
    expect(budget.has('open', ORDER)).toBe(true);
  });

  it('believes the exchange when it counts more, and waits as long as it says', () => {
    const time = createManualTime();
    const budget = createRateBudget(time);
    budget.spend(ORDER);
    budget.observe(ORDER, {
      'x-ratelimit-remaining-contract': '110',
      'x-ratelimit-capacity-contract': '500',
    });
    expect(budget.left().contract).toBe(110);
    expect([budget.has('open', ORDER), budget.has('cancel', ORDER)]).toEqual([true, true]);
    budget.observe(ORDER, { 'x-ratelimit-remaining-contract': '99' });
    expect(budget.has('open', ORDER)).toBe(false);
    // Its latest word counts: its minute has begun anew. Never less than we have sent ourselves, for ours slides.
    budget.observe(ORDER, { 'x-ratelimit-remaining-contract': '499' });
    expect(budget.left().contract).toBe(499);
    expect(exhaust(budget, 'open', ORDER)).toBe(399);
    budget.observe(ORDER, { 'x-ratelimit-remaining-contract': '499' });
    expect(budget.left().contract).toBe(100);

    const other = createRateBudget(time);
    other.observe(ORDER, { 'x-ratelimit-retry-after-contract': '7' });
    expect([other.has('reduce', ORDER), other.has('cancel', ORDER)]).toEqual([false, true]);
    time.advance(7_000);
    expect(other.has('reduce', ORDER)).toBe(true);
  });

  it('is nobody’s concern at an exchange that does not count', () => {
    const budget = createRateBudget(createManualTime());
    exhaust(budget, 'open', ORDER);
    budget.observe(ORDER, {
      'x-ratelimit-remaining-contract': '500',
      'x-ratelimit-capacity-contract': '500',
    });
    expect(budget.has('open', ORDER)).toBe(true);
  });
});
