import { describe, expect, it } from 'vitest';
import { createManualTime } from '../../tests/manual-time.ts';
import { createRateBudget, type Purpose, type RateBudget } from './rate-budget.ts';

const ORDER = '/g-orders';
function has(budget: RateBudget, purpose: Purpose, path: string): boolean {
  const giveBack = budget.reserve(purpose, path);
  giveBack?.();
  return giveBack !== undefined;
}
/** Spends until it may not; how much that was. */
function exhaust(budget: RateBudget, purpose: Purpose, path: string): number {
  for (let count = 0; count < 10_000; count++) {
    if (!has(budget, purpose, path)) return count;
    budget.spend(path)();
  }
  return Number.POSITIVE_INFINITY;
}
const leftOf = (contract: number) => ({
  'x-ratelimit-remaining-contract': String(contract),
  'x-ratelimit-capacity-contract': '500',
});

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
    expect(has(budget, 'open', ORDER)).toBe(true);
  });

  it('counts by weight, in a window that slides', () => {
    const time = createManualTime();
    const budget = createRateBudget(time);
    expect(exhaust(budget, 'read', '/g-accounts/positions')).toBe(12);
    time.advance(59_000);
    expect(has(budget, 'read', ORDER)).toBe(false);
    time.advance(1_500);
    expect(has(budget, 'read', ORDER)).toBe(true);
  });

  it('of this address bounds public data too', () => {
    const budget = createRateBudget(createManualTime());
    expect(exhaust(budget, 'read', '/exchange/public/md/v2/kline/last')).toBe(4_000);
    expect(has(budget, 'open', ORDER)).toBe(true);
  });

  it('believes the exchange when it counts more, and waits as long as it says', () => {
    const time = createManualTime();
    const budget = createRateBudget(time);
    budget.spend(ORDER)(leftOf(110));
    expect(budget.left().contract).toBe(110);
    expect([has(budget, 'open', ORDER), has(budget, 'cancel', ORDER)]).toEqual([true, true]);
    budget.spend(ORDER)(leftOf(99));
    expect(has(budget, 'open', ORDER)).toBe(false);
    // Its latest word counts: its minute has begun anew. Never less than we have sent ourselves, for ours slides.
    budget.spend(ORDER)(leftOf(499));
    expect(budget.left().contract).toBe(497);
    expect(exhaust(budget, 'open', ORDER)).toBe(397);
    budget.spend(ORDER)(leftOf(499));
    expect(budget.left().contract).toBe(99);

    const other = createRateBudget(time);
    other.spend(ORDER)({ 'x-ratelimit-retry-after-contract': '7' });
    expect([has(other, 'reduce', ORDER), has(other, 'cancel', ORDER)]).toEqual([false, true]);
    time.advance(7_000);
    expect(has(other, 'reduce', ORDER)).toBe(true);
  });

  it('keeps the room of what is let through and not sent yet', () => {
    const budget = createRateBudget(createManualTime());
    const history = '/api-data/g-futures/orders/by-order-id';
    const rooms = Array.from({ length: 200 }, () => budget.reserve('look-up', history));
    const taken = rooms.filter((room) => room !== undefined);
    expect(taken).toHaveLength(95);
    // Sent: it counts for good, and not twice.
    for (const giveBack of taken.slice(1)) {
      budget.spend(history);
      giveBack();
      giveBack();
    }
    expect(exhaust(budget, 'look-up', history)).toBe(0);
    // Not sent after all.
    taken[0]?.();
    expect(exhaust(budget, 'look-up', history)).toBe(1);
  });

  it('takes what is not answered yet for not counted yet, and forgets of its own what the exchange forgets', () => {
    const time = createManualTime();
    const budget = createRateBudget(time);
    // An earlier process has sent 300; the answer to the first of ours may know of the first alone.
    const [first] = Array.from({ length: 20 }, () => budget.spend(ORDER));
    first?.(leftOf(199));
    expect(budget.left().contract).toBe(180);

    const own = createRateBudget(time);
    for (let count = 0; count < 480; count += 1) own.spend(ORDER)();
    time.advance(50_000);
    own.spend(ORDER)(leftOf(19));
    // Nobody has asked since, and yet there is room: the exchange's count was ours.
    time.advance(11_000);
    expect(own.left().contract).toBe(499);
  });

  it('forgets no request before the exchange does', () => {
    const time = createManualTime();
    const budget = createRateBudget(time);
    budget.spend(ORDER)();
    time.advance(400);
    for (let count = 1; count < 400; count += 1) budget.spend(ORDER)();
    time.advance(59_900);
    expect(has(budget, 'open', ORDER)).toBe(false);
    time.advance(300);
    expect(has(budget, 'open', ORDER)).toBe(true);
  });

  it('is nobody’s concern at an exchange that does not count', () => {
    const budget = createRateBudget(createManualTime());
    exhaust(budget, 'open', ORDER);
    budget.spend(ORDER)(leftOf(500));
    expect(has(budget, 'open', ORDER)).toBe(true);
  });
});
