import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { add, compare, isMultipleOf, money, notional, price, qty, sub } from '#contract/decimal.ts';
import { type Draft, FIRST_DRAFT } from './draft.ts';
import { outcomeOf } from './outcome.ts';
import { lossOf, readSize, riskOf, writeSize } from './sizing.ts';
import { contextOf, product } from './ticket-testbed.ts';

const draftOf = (change: Partial<Draft>): Draft => ({ ...FIRST_DRAFT, priceText: '60000', ...change });
const stopAt = (text: string): Partial<Draft> => ({ isProtected: true, stopLoss: { text, unit: 'price' } });

describe('a quantity', () => {
  it('in quote currency is what it buys at the price, never more', () => {
    expect(readSize(draftOf({ unit: 'quote', qtyText: '1000' }), contextOf())).toBe('0.0166');
    const unpriced = draftOf({ ordType: 'Market', unit: 'quote', qtyText: '1000' });
    expect(readSize(unpriced, contextOf({ quotes: {} }))).toBeUndefined();
  });

  it('by cost is what that much margin and fees open, at the account’s own rate', () => {
    // 60,000 · 0.10114 = 6,068.4 for one.
    expect(readSize(draftOf({ unit: 'cost', qtyText: '606.84' }), contextOf())).toBe('0.1');
    expect(readSize(draftOf({ unit: 'cost', qtyText: '606.83' }), contextOf())).toBe('0.0999');
  });

  it('is written in any unit, and reads back as itself', () => {
    const context = contextOf();
    const draft = draftOf(stopAt('59000'));
    expect(writeSize(draft, 'quote', qty('0.05'), context)).toBe('3000');
    for (const unit of ['base', 'quote', 'cost', 'risk'] as const) {
      const qtyText = writeSize(draft, unit, qty('0.0537'), context);
      expect(readSize({ ...draft, unit, qtyText }, context)).toBe('0.0537');
    }
  });
});

describe('a quantity by risk', () => {
  const risked = (loss: string, change: Partial<Draft> = {}) =>
    readSize(draftOf({ ...stopAt('59000'), unit: 'risk', qtyText: loss, ...change }), contextOf());

  it('loses no more than that at the stop, the fees of both ways included', () => {
    // One loses 1,000, 36 to enter and 35.4 to leave.
    expect(risked('107.14')).toBe('0.1');
    expect(risked('107.13')).toBe('0.0999');
    // Post-only enters as a maker: 1,000 + 6 + 35.4.
    expect(risked('104.14', { isPostOnly: true })).toBe('0.1');
    expect(risked('107.26', { side: 'Sell', ...stopAt('61000') })).toBe('0.1');
  });

  it('knows the stop by per cent or ROI too, but not by the profit that depends on the quantity', () => {
    expect(risked('107.14', { stopLoss: { text: '1.666666666667', unit: 'percent' } })).toBe('0.1');
    expect(risked('100', { stopLoss: { text: '100', unit: 'pnl' } })).toBeUndefined();
  });

  it('needs a stop on the losing side', () => {
    expect(risked('100', { isProtected: false })).toBeUndefined();
    expect(risked('100', stopAt(''))).toBeUndefined();
    expect(risked('100', stopAt('60001'))).toBeUndefined();
    expect(risked('100', { ...stopAt('59000'), isReduceOnly: true })).toBeUndefined();
  });

  it('of a market order holds at what the book would make of it', () => {
    const sides = fc.constantFrom('Buy', 'Sell') as fc.Arbitrary<'Buy' | 'Sell'>;
    const lots = fc.array(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(sides, lots, fc.integer({ min: 1, max: 5_000 }), (side, offered, loss) => {
        const away = side === 'Buy' ? 1 : -1;
        const levels = offered.map(
          (size, index) => [price(String(60_000 + away * index * 7)), qty(String(size / 10_000))] as const,
        );
        const context = contextOf({
          quotes: { bid: price('60000'), ask: price('60000') },
          book: { bids: levels, asks: levels },
        });
        const stop = stopAt(String(60_000 - away * 600));
        const draft = draftOf({ ...stop, side, ordType: 'Market', unit: 'risk', qtyText: String(loss) });
        const size = readSize(draft, context);
        const outcome = size && outcomeOf(draft, { qty: size, price: price('60000') }, context);
        fc.pre(outcome !== undefined && !outcome.isPastBook);
        const worth = notional(price(String(60_000 - away * 600)), outcome.takenQty);
        const lost = side === 'Buy' ? sub(outcome.takenValue, worth) : sub(worth, outcome.takenValue);
        const exitFee = Number(worth) * 0.0006;
        expect(Number(add(lost, outcome.fees.taker)) + exitFee).toBeLessThanOrEqual(loss + 1e-6);
        expect(isMultipleOf(outcome.takenQty, product.qtyStep)).toBe(true);
      }),
    );
  });

  it('is the largest such quantity: one lot more would lose too much', () => {
    const cents = fc.integer({ min: 1, max: 1_000_000 });
    fc.assert(
      fc.property(cents, fc.integer({ min: 1, max: 9_999 }), (loss, tenths) => {
        const draft = draftOf({
          ...stopAt(String(60_000 - tenths / 10)),
          unit: 'risk',
          qtyText: String(loss / 100),
        });
        const [size, risk] = [readSize(draft, contextOf()), riskOf(draft, contextOf())];
        if (size === undefined || risk === undefined) throw new Error('It has a stop');
        const wanted = money(String(loss / 100));
        expect(compare(lossOf(risk, size), wanted)).not.toBe(1);
        expect(compare(lossOf(risk, add(size, product.qtyStep)), wanted)).toBe(1);
      }),
    );
  });
});
