import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import {
  entryOfPosition,
  type ProtectedEntry,
  type ProtectionUnit,
  type Purpose,
  protectionPrice,
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

  it('may be typed with the sign that it has, and with no other', () => {
    expect(at('stop-loss', '-2', 'percent')).toBe('58800');
    expect(at('take-profit', '+120', 'pnl')).toBe('61200');
    expect(at('take-profit', '-2', 'percent')).toBeUndefined();
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
