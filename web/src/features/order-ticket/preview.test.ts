import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compare, money, price, qty } from '#contract/decimal.ts';
import { type Draft, FIRST_DRAFT } from './draft.ts';
import { isMarketable, maxQty, previewOf, shareOf, spendable } from './preview.ts';
import { contextOf, HEDGED, orderOf, positionOf, product } from './ticket-testbed.ts';
import { validate } from './validate.ts';

const limit = (change: Partial<Draft> = {}): Draft => ({ ...FIRST_DRAFT, priceText: '60000', ...change });

describe('the preview', () => {
  it('costs what the account’s own rate says, to the last digit', () => {
    // A recorded order: 36 USDT at ten times locked 3.64104.
    const draft = limit({ priceText: '36000' });
    expect(previewOf(draft, qty('0.001'), contextOf())).toMatchObject({
      value: '36',
      cost: '3.64104',
      makerFee: '0.0036',
      takerFee: '0.0216',
    });
    expect(previewOf({ ...draft, side: 'Sell' }, qty('0.001'), contextOf())?.cost).toBe('3.64536');
  });

  it('costs nothing for the part that closes', () => {
    const context = contextOf({ positions: [positionOf()] });
    expect(previewOf(limit({ side: 'Sell' }), qty('0.05'), context)?.cost).toBe('0');
    // 0.01 beyond the position's 0.05.
    expect(previewOf(limit({ side: 'Sell' }), qty('0.06'), context)?.cost).toBe('60.756');
    expect(previewOf(limit({ side: 'Sell', isReduceOnly: true }), qty('0.06'), context)?.cost).toBe('0');
  });

  it('reckons a market order at the side it would trade with', () => {
    const market = limit({ ordType: 'Market', priceText: '' });
    expect(previewOf(market, qty('1'), contextOf())?.value).toBe('60000.1');
    expect(previewOf({ ...market, side: 'Sell' }, qty('1'), contextOf())?.value).toBe('60000');
  });

  it('says where the position it makes would be liquidated, and nothing for one that only closes', () => {
    const thin = contextOf({ available: money('700') });
    const liquidation = previewOf(limit(), qty('0.1'), thin)?.liquidation;
    expect(liquidation && compare(liquidation, price('60000'))).toBe(-1);
    const closing = contextOf({ positions: [positionOf()] });
    expect(previewOf(limit({ side: 'Sell' }), qty('0.05'), closing)).not.toHaveProperty('liquidation');
  });
});

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
    expect(spendable(limit({ side: 'Buy' }), context)).toBe('10000');
    // 0.1 at 50,000 locks 505.7 for buys.
    expect(spendable(limit({ side: 'Sell' }), context)).toBe('10505.7');
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

it('a limit order is marketable when it reaches the other side', () => {
  const { quotes } = contextOf();
  expect(isMarketable('Buy', price('60000.1'), quotes)).toBe(true);
  expect(isMarketable('Buy', price('60000'), quotes)).toBe(false);
  expect(isMarketable('Sell', price('60000'), quotes)).toBe(true);
  expect(isMarketable('Sell', price('60000.1'), quotes)).toBe(false);
});
