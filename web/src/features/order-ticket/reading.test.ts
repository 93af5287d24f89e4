import { describe, expect, it } from 'vitest';
import { price } from '#contract/decimal.ts';
import { crossedBy, isMarketable, marketPrice, midPrice, readPrice, readQty, stepValue } from './reading.ts';
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

it('a typed quantity is cut to the lot', () => {
  expect(readQty('0.01239', product)).toBe('0.0123');
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

it('a limit order is marketable when it reaches the other side', () => {
  const quotes = { bid: price('60000'), ask: price('60000.1') };
  expect(isMarketable('Buy', price('60000.1'), quotes)).toBe(true);
  expect(isMarketable('Buy', price('60000'), quotes)).toBe(false);
  expect(isMarketable('Sell', price('60000'), quotes)).toBe(true);
  expect(isMarketable('Sell', price('60000.1'), quotes)).toBe(false);
});

it('a limit through the book says how far beyond the best price it lies; one that rests does not', () => {
  const quotes = { bid: price('60000'), ask: price('60000.1') };
  expect(crossedBy('Buy', price('60600.1'), quotes)).toBe('0.009999');
  expect(crossedBy('Sell', price('59400'), quotes)).toBe('0.01');
  expect(crossedBy('Buy', price('60000.1'), quotes)).toBe('0');
  expect(crossedBy('Buy', price('60000'), quotes)).toBeUndefined();
  expect(crossedBy('Sell', price('60000.1'), {})).toBeUndefined();
});
