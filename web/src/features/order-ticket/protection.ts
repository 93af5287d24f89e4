/**
 * Take-profit and stop-loss of an entry. They are meant as a price, a move in per cent, a return on margin (ROI) or a
 * profit in money, before fees; what that is as a price follows from where the entry would trade. Pure.
 */
import type { Money, Price, Qty, Ratio } from '#contract/brand.ts';
import { unrealisedPnl } from '#contract/cost.ts';
import { add, compare, notional, pricePer, quotient, ratio, scale, sign, sub } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import { snapPrice } from '#contract/product.ts';
import type { Side } from '#contract/vocabulary.ts';
import type { NewProtection } from '#contract/wire/requests.ts';
import { formatPrice } from '../../lib/format.ts';
import type { Draft, ProtectionEntry, ProtectionKind } from './draft.ts';
import { readDecimal, readTickPrice } from './reading.ts';

/** The entry that is protected, as far as it is known. */
export interface ProtectedEntry {
  readonly side: Side;
  readonly product: Product;
  readonly price: Price;
  readonly qty: Qty | undefined;
  readonly leverage: Ratio | undefined;
}

const HUNDRED = ratio('100');

/** A profit lies above a buy and below a sell, a loss the other way. */
const isAbove = (kind: ProtectionKind, side: Side): boolean => (kind === 'takeProfit') === (side === 'Buy');

/** How far from the entry, in price; undefined where the text or the entry does not say. */
function distanceOf({ text, by }: ProtectionEntry, entry: ProtectedEntry): Price | undefined {
  const { price, qty, leverage } = entry;
  const value = readDecimal(text);
  if (value === undefined) return undefined;
  switch (by) {
    case 'price':
      return undefined;
    case 'percent':
      return scale(price, quotient(value as Ratio, HUNDRED));
    case 'roi':
      if (leverage === undefined || sign(leverage) <= 0) return undefined;
      return scale(price, quotient(quotient(value as Ratio, HUNDRED), leverage));
    case 'pnl':
      return qty === undefined || sign(qty) <= 0 ? undefined : pricePer(value as Money, qty);
  }
}

/** The price it stands for, on a tick; undefined while that cannot be said. */
export function protectionPrice(
  kind: ProtectionKind,
  meant: ProtectionEntry,
  entry: ProtectedEntry,
): Price | undefined {
  const { product, price, side } = entry;
  if (meant.by === 'price') return readTickPrice(meant.text, product);
  const distance = distanceOf(meant, entry);
  if (distance === undefined) return undefined;
  return snapPrice(product, isAbove(kind, side) ? add(price, distance) : sub(price, distance), 'nearest');
}

/** What is wrong with it; an empty one is none at all. */
export function protectionError(
  kind: ProtectionKind,
  meant: ProtectionEntry,
  entry: ProtectedEntry,
): string | undefined {
  if (meant.text.trim() === '') return undefined;
  if (readDecimal(meant.text) === undefined) return 'Not a number';
  const { product, side, price, qty } = entry;
  const at = protectionPrice(kind, meant, entry);
  if (at === undefined)
    return meant.by === 'pnl' && qty === undefined ? 'Enter a quantity first' : 'Not a price';
  if (compare(at, product.priceMin) < 0) return `Below ${formatPrice(product.priceMin, product.tickSize)}`;
  if (compare(at, product.priceMax) > 0) return `Above ${formatPrice(product.priceMax, product.tickSize)}`;
  const above = isAbove(kind, side);
  const isRight = above ? compare(at, price) > 0 : compare(at, price) < 0;
  return isRight ? undefined : `Must be ${above ? 'above' : 'below'} ${formatPrice(price, product.tickSize)}`;
}

export interface ProtectionOutcome {
  readonly price: Price;
  /** Of the whole order, before fees. */
  readonly pnl: Money | undefined;
}

/** What a sound one comes to. */
export function protectionOutcome(
  kind: ProtectionKind,
  meant: ProtectionEntry,
  entry: ProtectedEntry,
): ProtectionOutcome | undefined {
  if (protectionError(kind, meant, entry) !== undefined) return undefined;
  const price = protectionPrice(kind, meant, entry);
  if (price === undefined) return undefined;
  const { side, qty } = entry;
  const pnl =
    qty === undefined
      ? undefined
      : unrealisedPnl({ side, size: qty, value: notional(entry.price, qty) }, price);
  return { price, pnl };
}

/** Of a draft without protection errors. */
export function readProtections(
  draft: Draft,
  entry: ProtectedEntry,
): { readonly takeProfit?: NewProtection; readonly stopLoss?: NewProtection } {
  const read = (kind: ProtectionKind): NewProtection | undefined => {
    const price = draft[kind].text.trim() === '' ? undefined : protectionPrice(kind, draft[kind], entry);
    return price && { price, source: draft.protectionSource };
  };
  const takeProfit = read('takeProfit');
  const stopLoss = read('stopLoss');
  return { ...(takeProfit && { takeProfit }), ...(stopLoss && { stopLoss }) };
}
