import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { money, notional, price, qty, ratio, scale } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import {
  entryOfPosition,
  PROTECTION_UNITS,
  type ProtectedEntry,
  type ProtectionUnit,
  PURPOSES,
  type Purpose,
  protectionPrice,
  protectionText,
} from './protection-entry.ts';

const product = { tickSize: price('0.1'), leverageMax: 100 } as Product;
const position = {
  symbol: 'BTCUSDT' as ProductSymbol,
  side: 'Buy',
  size: qty('0.1'),
  value: money('6000'),
  // Rounded: what the position is worth decides, not this.
  avgEntryPrice: price('60000.3'),
  leverage: ratio('10'),
} as Position;
/** A position, and an order that would make the same one: to a protection they are alike. */
const held = entryOfPosition(position, product);
const ordered: ProtectedEntry = {
  side: 'Buy',
  product,
  price: price('60000'),
  qty: qty('0.1'),
  leverage: ratio('10'),
};

describe.each([
  ['a held position', held],
  ['an entry', ordered],
])('a protection of %s', (_, long) => {
  const short: ProtectedEntry = { ...long, side: 'Sell' };
  const at = (purpose: Purpose, text: string, unit: ProtectionUnit, entry = long) =>
    protectionPrice(purpose, { unit, text }, entry);

  it.each([
    ['take-profit', '61000.04', 'price', '61000'],
    ['take-profit', '61,000.06', 'price', '61000.1'],
    ['take-profit', '5', 'percent', '63000'],
    ['stop-loss', '5', 'percent', '57000'],
    ['take-profit', '50', 'roi', '63000'],
    ['stop-loss', '20', 'roi', '58800'],
    ['take-profit', '250', 'pnl', '62500'],
    ['stop-loss', '250', 'pnl', '57500'],
  ] as const)('is on a tick: %s %s by %s is %s', (purpose, text, unit, price) => {
    expect(at(purpose, text, unit)).toBe(price);
  });

  it('mirrors for a sell', () => {
    expect(at('take-profit', '5', 'percent', short)).toBe('57000');
    expect(at('stop-loss', '250', 'pnl', short)).toBe('62500');
    expect(at('stop-loss', '2', 'percent', short)).toBe('61200');
  });

  it('may be typed with the sign that it has', () => {
    expect(at('stop-loss', '-2', 'percent')).toBe('58800');
    expect(at('take-profit', '+120', 'pnl')).toBe('61200');
    expect(at('stop-loss', '-58800', 'price')).toBeUndefined();
  });

  it('stays what was meant when the entry moves', () => {
    const later = { ...long, price: price('50000') };
    expect(at('take-profit', '5', 'percent', later)).toBe('52500');
    expect(at('take-profit', '61000', 'price', later)).toBe('61000');
  });

  it('is nothing when it is no number, no price, or nothing that the entry can say', () => {
    expect(at('take-profit', '', 'price')).toBeUndefined();
    expect(at('stop-loss', '100', 'percent')).toBeUndefined();
    expect(at('stop-loss', '10', 'pnl', { ...long, qty: undefined })).toBeUndefined();
    expect(at('stop-loss', '10', 'roi', { ...long, leverage: undefined })).toBeUndefined();
  });
});

it('a cross leverage of 0 is the product’s maximum', () => {
  expect(entryOfPosition({ ...position, leverage: ratio('0') }, product).leverage).toBe('100');
});

it('the other sign is for a position that the market has left behind, not for an entry', () => {
  const at = (purpose: Purpose, text: string, entry: ProtectedEntry) =>
    protectionPrice(purpose, { unit: 'percent', text }, entry);
  expect(at('stop-loss', '+2', held)).toBe('61200');
  expect(at('take-profit', '-2', held)).toBe('58800');
  expect(at('stop-loss', '+2', { ...held, side: 'Sell' })).toBe('58800');
  expect(at('stop-loss', '+2', ordered)).toBeUndefined();
  expect(at('take-profit', '-2', ordered)).toBeUndefined();
});

describe('a price in another unit', () => {
  it.each([
    ['take-profit', '63000', 'percent', '5.00'],
    ['stop-loss', '58800', 'percent', '2.00'],
    ['stop-loss', '61200', 'percent', '+2.00'],
    ['take-profit', '58800', 'roi', '-20.00'],
    ['stop-loss', '58800', 'roi', '20.00'],
    ['take-profit', '62500', 'pnl', '250.00'],
    ['stop-loss', '57500', 'price', '57500'],
  ] as const)('%s at %s by %s is %s', (purpose, at, unit, text) => {
    expect(protectionText(purpose, price(at), { unit, entry: held })).toBe(text);
  });

  it('is not said where the entry does not say enough', () => {
    const entry = { ...held, leverage: undefined };
    expect(protectionText('stop-loss', price('58800'), { unit: 'roi', entry })).toBeUndefined();
  });

  it('[property] means the very same tick, of any product and size', () => {
    const held = fc.record({
      tick: fc.constantFrom('0.1', '0.01', '0.0001', '0.0000001', '0.000000001'),
      entryTicks: fc.integer({ min: 1_000, max: 5_000_000 }),
      atTicks: fc.integer({ min: 1, max: 10_000_000 }),
      size: fc.constantFrom('0.001', '0.07', '1', '13', '250000'),
      leverage: fc.integer({ min: 1, max: 100 }),
      side: fc.constantFrom('Buy' as const, 'Sell' as const),
    });
    const meant = fc.record({
      purpose: fc.constantFrom(...PURPOSES),
      unit: fc.constantFrom(...PROTECTION_UNITS),
    });
    fc.assert(
      fc.property(held, meant, ({ tick, entryTicks, atTicks, size, leverage, side }, { purpose, unit }) => {
        const at = (ticks: number) => scale(price(tick), ratio(String(ticks)));
        const entry = entryOfPosition(
          {
            side,
            size: qty(size),
            value: notional(at(entryTicks), qty(size)),
            leverage: ratio(String(leverage)),
          } as Position,
          { tickSize: price(tick), leverageMax: 100 } as Product,
        );
        const text = protectionText(purpose, at(atTicks), { unit, entry }) ?? 'none';
        expect(protectionPrice(purpose, { unit, text }, entry)).toBe(at(atTicks));
      }),
      { numRuns: 500 },
    );
  });
});
