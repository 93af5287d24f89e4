/**
 * What a trader means by a take-profit or a stop-loss: a price, a move in per cent, a return on margin (ROI) or money,
 * before fees. What that is as a price follows from the entry, that of a held position or of one that an order would
 * make; it counts from there, so that it means the same while the market moves. Pure.
 */
import type { Money, Price, Qty, Ratio } from '#contract/brand.ts';
import { add, pricePer, quotient, ratio, scale, sign, sub } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { snapPrice } from '#contract/product.ts';
import type { Side } from '#contract/vocabulary.ts';
import { readDecimal } from '../lib/read-decimal.ts';
import { effectiveLeverage } from './pnl.ts';

export type Purpose = 'take-profit' | 'stop-loss';

export const PROTECTION_UNITS = ['price', 'percent', 'roi', 'pnl'] as const;
export type ProtectionUnit = (typeof PROTECTION_UNITS)[number];

export interface ProtectionEntry {
  readonly unit: ProtectionUnit;
  readonly text: string;
}

/** The entry that is protected, as far as it is known. */
export interface ProtectedEntry {
  readonly side: Side;
  readonly product: Product;
  readonly price: Price;
  readonly qty: Qty | undefined;
  readonly leverage: Ratio | undefined;
}

export const entryOfPosition = (
  { side, size, value, leverage }: Position,
  product: Product,
): ProtectedEntry => ({
  side,
  product,
  price: pricePer(value, size),
  qty: size,
  leverage: effectiveLeverage(leverage, product),
});

/** A profit lies above a buy and below a sell, a loss the other way. */
export const liesAbove = (purpose: Purpose, side: Side): boolean =>
  (purpose === 'take-profit') === (side === 'Buy');

/** A distance may repeat the sign that it has: "-2" per cent is a loss. */
export function readEntry(purpose: Purpose, { unit, text }: ProtectionEntry): string | undefined {
  const trimmed = text.trim();
  const ownSign = purpose === 'stop-loss' ? '-' : '+';
  return readDecimal(unit !== 'price' && trimmed.startsWith(ownSign) ? trimmed.slice(1) : trimmed);
}

const HUNDRED = ratio('100');

/** How far from the entry, in price; undefined where the entry does not say enough. */
function distanceOf(value: string, unit: ProtectionUnit, { price, qty, leverage }: ProtectedEntry) {
  const percent = () => quotient(value as Ratio, HUNDRED);
  switch (unit) {
    case 'price':
      return undefined;
    case 'percent':
      return scale(price, percent());
    case 'roi':
      if (leverage === undefined || sign(leverage) <= 0) return undefined;
      return scale(price, quotient(percent(), leverage));
    case 'pnl':
      return qty === undefined || sign(qty) <= 0 ? undefined : pricePer(value as Money, qty);
  }
}

/** The price it stands for, on the nearest tick; undefined when it is no number, or nothing above zero. */
export function protectionPrice(
  purpose: Purpose,
  meant: ProtectionEntry,
  entry: ProtectedEntry,
): Price | undefined {
  const value = readEntry(purpose, meant);
  if (value === undefined) return undefined;
  const { product, price, side } = entry;
  const distance = distanceOf(value, meant.unit, entry);
  if (meant.unit !== 'price' && distance === undefined) return undefined;
  const exact =
    distance === undefined
      ? (value as Price)
      : liesAbove(purpose, side)
        ? add(price, distance)
        : sub(price, distance);
  const snapped = snapPrice(product, exact, 'nearest');
  return sign(snapped) > 0 ? snapped : undefined;
}
