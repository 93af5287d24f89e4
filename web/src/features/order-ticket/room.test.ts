import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money, price, qty } from '#contract/decimal.ts';
import { type Draft, FIRST_DRAFT } from './draft.ts';
import { legFacts } from './facts.ts';
import { maxQty, shareOf, spendable } from './room.ts';
import { contextOf, HEDGED, orderOf, positionOf, product } from './ticket-testbed.ts';
import { validate } from './validate.ts';

const limit = (change: Partial<Draft> = {}): Draft => ({ ...FIRST_DRAFT, priceText: '60000', ...change });

describe('what there is room for', () => {
  it('adds what closes to what the balance opens', () => {
    const flat = maxQty(limit({ side: 'Sell' }), contextOf());
    const held = maxQty(limit({ side: 'Sell' }), contextOf({ positions: [positionOf()] }));
    // 10,000 ÷ (60,000 × (0.10126 + 0.0005)): at mark, which may move before the order arrives.
    expect(flat).toBe('1.6378');
    expect(held).toBe('1.6878');
  });

  it('is the position itself for an order that only closes', () => {
    const context = contextOf({ positions: [positionOf()] });
    expect(maxQty(limit({ side: 'Sell', isReduceOnly: true }), context)).toBe('0.05');
    expect(maxQty(limit({ side: 'Buy', isReduceOnly: true }), context)).toBe('0');
  });

  it('knows the legs of hedged mode apart', () => {
    const long = positionOf({ posSide: 'Long' });
    const context = contextOf({ settings: HEDGED, positions: [long] });
    expect(maxQty(limit({ side: 'Sell', intent: 'close' }), context)).toBe('0.05');
    expect(maxQty(limit({ side: 'Buy', intent: 'close' }), context)).toBe('0');
    expect(maxQty(limit({ side: 'Sell', intent: 'open' }), context)).toBe('1.6378');
  });

  it('ends where the leverage’s largest position ends', () => {
    const rich = contextOf({ available: money('100000000') });
    expect(maxQty(limit(), rich)).toBe('66.6666');
    const held = contextOf({ ...rich, positions: [positionOf({ value: money('3970000') })] });
    expect(maxQty(limit(), held)).toBe('0.5');
  });

  it('leaves room for the market to move, so that the largest position is never exceeded', () => {
    const rich = contextOf({ available: money('100000000') });
    // 4,000,000 at 60,000 and two in a thousand more, whichever way it trades.
    expect(maxQty(limit({ ordType: 'Market', side: 'Sell' }), rich)).toBe('66.5335');
    expect(maxQty(limit({ side: 'Sell', priceText: '59000' }), rich)).toBe('66.5335');
    expect(maxQty(limit({ side: 'Sell', priceText: '61000' }), rich)).toBe('65.5737');
    const waiting = orderOf({ side: 'Sell', price: price('60000'), leavesQty: qty('60') });
    const beside = maxQty(limit({ side: 'Sell', priceText: '61000' }), { ...rich, openOrders: [waiting] });
    expect(beside).toBe('6.5573');
  });

  it('keeps nothing for mark where the price is out of its reach', () => {
    // 10,000 ÷ (60,060 × 0.10126)
    expect(maxQty(limit({ side: 'Sell', priceText: '60060' }), contextOf())).toBe('1.6442');
  });

  it('is not paid for twice where an order of the other side already locks more', () => {
    const context = contextOf({ openOrders: [orderOf({ side: 'Buy' })] });
    const facts = legFacts(limit(), context);
    if (facts === undefined) throw new Error('the account has told enough');
    expect(spendable(facts, 'Buy', context)).toBe('10000');
    // 0.1 at 50,000 locks 505.7 for buys.
    expect(spendable(facts, 'Sell', context)).toBe('10505.7');
  });

  it('always passes the ticket’s own check of the balance', () => {
    const shape = fc.record({
      side: fc.constantFrom('Buy', 'Sell') as fc.Arbitrary<'Buy' | 'Sell'>,
      ordType: fc.constantFrom('Limit', 'Market') as fc.Arbitrary<'Limit' | 'Market'>,
      ticks: fc.integer({ min: 550_000, max: 650_000 }),
      cents: fc.integer({ min: 1, max: 100_000_000 }),
      share: fc.integer({ min: 1, max: 100 }),
    });
    fc.assert(
      fc.property(shape, ({ side, ordType, ticks, cents, share }) => {
        const context = contextOf({ available: money(String(cents / 100)) });
        const draft = limit({ side, ordType, priceText: String(ticks / 10) });
        const most = maxQty(draft, context);
        const qtyText = most === undefined ? '' : shareOf(product, most, share);
        const verdict = validate({ ...draft, qtyText }, context);
        if (!verdict.ok) expect(verdict.errors.qty).toMatch(/^At least|^An order is worth at least/);
      }),
    );
  });
});
