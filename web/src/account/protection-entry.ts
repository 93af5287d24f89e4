/**
 * What a trader means by a take-profit or a stop-loss: a price, a move in per cent, a return on margin (ROI) or money,
 * before fees. What that is as a price follows from the entry, that of a held position or of one that an order would
 * make; it counts from there, so that it means the same while the market moves. Pure.
 */
import type { Decimal, Money, Price, Qty, Ratio } from '#contract/brand.ts';
import {
  add,
  negate,
  notional,
  pricePer,
  quotient,
  ratio,
  scale,
  sign,
  sub,
  toFixed,
} from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { snapPrice } from '#contract/product.ts';
import type { Side } from '#contract/vocabulary.ts';
import { readDecimal } from '../lib/read-decimal.ts';
import { effectiveLeverage } from './pnl.ts';

/** The stop first: it is the one that must not be missing. */
export const PURPOSES = ['stop-loss', 'take-profit'] as const;
export type Purpose = (typeof PURPOSES)[number];

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
  /** The market may be beyond a held position's entry already: a distance may have the other sign too. */
  readonly isHeld?: true;
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
  isHeld: true,
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

/** How far the entry is left behind the way that the purpose has, below zero for the other way. */
function readDistance(purpose: Purpose, meant: ProtectionEntry, { isHeld }: ProtectedEntry) {
  const text = meant.text.trim();
  const otherSign = purpose === 'stop-loss' ? '+' : '-';
  if (isHeld !== true || !text.startsWith(otherSign)) return readEntry(purpose, meant);
  const value = readDecimal(text.slice(1));
  return value && negate(value as Price);
}

/** The price it stands for, on the nearest tick; undefined when it is no number, or nothing above zero. */
export function protectionPrice(
  purpose: Purpose,
  meant: ProtectionEntry,
  entry: ProtectedEntry,
): Price | undefined {
  const { product, price, side } = entry;
  const value = meant.unit === 'price' ? readEntry(purpose, meant) : readDistance(purpose, meant, entry);
  if (value === undefined) return undefined;
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

/** A distance in a unit: the other way round from `distanceOf`. */
function inUnit(distance: Price, unit: ProtectionUnit, { price, qty, leverage }: ProtectedEntry) {
  const percent = () => scale(quotient(distance, price, 20), HUNDRED);
  switch (unit) {
    case 'price':
      return undefined;
    case 'percent':
      return percent();
    case 'roi':
      return leverage === undefined || sign(leverage) <= 0 ? undefined : scale(percent(), leverage);
    case 'pnl':
      return qty === undefined ? undefined : notional(distance, qty);
  }
}

/** Enough for a tick of any product, held at any size. */
const PLACES_MAX = 16;

/** With the fewest decimals, two at least, that still stand for the very price. */
function shortest(value: Decimal, isExact: (text: string) => boolean): string | undefined {
  for (let places = 2; places <= PLACES_MAX; places += 1) {
    const text = toFixed(value, places);
    if (isExact(text)) return text;
  }
  return undefined;
}

/** A price as it would be entered in a unit; undefined where the entry does not say enough. */
export function protectionText(
  purpose: Purpose,
  at: Price,
  { unit, entry }: { readonly unit: ProtectionUnit; readonly entry: ProtectedEntry },
): string | undefined {
  if (unit === 'price') return at;
  const distance = liesAbove(purpose, entry.side) ? sub(at, entry.price) : sub(entry.price, at);
  const value = inUnit(distance, unit, entry);
  if (value === undefined) return undefined;
  const otherSign = purpose === 'stop-loss' ? '+' : '-';
  const signed = (text: string) => (text.startsWith('-') ? `${otherSign}${text.slice(1)}` : text);
  const isExact = (text: string) => protectionPrice(purpose, { unit, text: signed(text) }, entry) === at;
  const text = shortest(value, isExact);
  return text && signed(text);
}
