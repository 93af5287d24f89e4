import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMultipleOf, price, qty } from '#contract/decimal.ts';
import { marketPrice, midPrice, readPrice, readQty, stepValue, writeQty } from './reading.ts';
import { product } from './ticket-testbed.ts';

describe('a typed price', () => {
  it('snaps to the tick that is never worse: down for a buy, up for a sell', () => {
    expect(readPrice('60000.18', 'Buy', product)).toBe('60000.1');
    expect(readPrice('60000.12', 'Sell', product)).toBe('60000.2');
    expect(readPrice('60000.1', 'Sell', product)).toBe('60000.1');
  });

  it('steps by whole ticks and never below zero', () => {
    expect(stepValue('60000.1', product.tickSize, 1)).toBe('60000.2');
    expect(stepValue('60000.14', product.tickSize, -10)).toBe('59999.1');
    expect(stepValue('', product.tickSize, -1)).toBe('0');
    expect(stepValue('abc', product.tickSize, 1)).toBeUndefined();
  });
});

describe('a typed quantity', () => {
  it('is cut to the lot', () => {
    expect(readQty('0.01239', 'base', product, undefined)).toBe('0.0123');
  });

  it('in quote currency is what it buys at the price, never more', () => {
    expect(readQty('1000', 'quote', product, price('60000'))).toBe('0.0166');
    expect(readQty('1000', 'quote', product, undefined)).toBeUndefined();
  });

  it('is always whole lots', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.integer({ min: 1, max: 1e6 }),
        (value, at) => {
          const read = readQty(value.toFixed(8), 'quote', product, price(String(at)));
          expect(read !== undefined && isMultipleOf(read, product.qtyStep)).toBe(true);
        },
      ),
    );
  });

  it('is written in either unit', () => {
    expect(writeQty(qty('0.05'), 'base', undefined)).toBe('0.05');
    expect(writeQty(qty('0.05'), 'quote', price('60000'))).toBe('3000');
    expect(writeQty(qty('0.05'), 'quote', undefined)).toBe('');
  });
});

describe('the market’s price', () => {
  const quotes = { bid: price('60000'), ask: price('60000.3'), last: price('60000.2') };

  it('is the side an order would trade with', () => {
    expect(marketPrice('Buy', quotes)).toBe('60000.3');
    expect(marketPrice('Sell', quotes)).toBe('60000');
    expect(marketPrice('Sell', { last: price('5') })).toBe('5');
    expect(marketPrice('Sell', {})).toBeUndefined();
  });

  it('in the middle lies on the tick that would not trade at once', () => {
    expect(midPrice('Buy', product, quotes)).toBe('60000.1');
    expect(midPrice('Sell', product, quotes)).toBe('60000.2');
    expect(midPrice('Sell', product, { last: price('60000.2') })).toBe('60000.2');
  });
});
