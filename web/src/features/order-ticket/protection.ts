/** The take-profit and stop-loss that an entry brings along: what is wrong with them, and what they come to. Pure. */
import type { Money, Price } from '#contract/brand.ts';
import { unrealisedPnl } from '#contract/cost.ts';
import { compare, notional } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import type { NewProtection } from '#contract/wire/requests.ts';
import {
  liesAbove,
  type ProtectedEntry,
  type ProtectionEntry,
  type Purpose,
  protectionPrice,
  readEntry,
} from '../../account/protection-entry.ts';
import { formatPrice } from '../../lib/format.ts';
import type { Draft, ProtectionKind } from './draft.ts';
import { readTickPrice } from './reading.ts';

export const PURPOSES: Readonly<Record<ProtectionKind, Purpose>> = {
  takeProfit: 'take-profit',
  stopLoss: 'stop-loss',
};

export interface ProtectionQuestion {
  readonly entry: ProtectedEntry;
  /** What it has to lie beyond, and how that is called. */
  readonly base: { readonly price: Price; readonly name: string };
}

/** What is wrong with it; an empty one is none at all. */
export function protectionError(
  purpose: Purpose,
  meant: ProtectionEntry,
  { entry, base }: ProtectionQuestion,
): string | undefined {
  if (meant.text.trim() === '') return undefined;
  if (readEntry(purpose, meant) === undefined) return 'Not a number';
  const { product, side, qty } = entry;
  const at = protectionPrice(purpose, meant, entry);
  if (at === undefined)
    return meant.unit === 'pnl' && qty === undefined ? 'Enter a quantity first' : 'Not a price';
  if (compare(at, product.priceMin) < 0) return `Below ${formatPrice(product.priceMin, product.tickSize)}`;
  if (compare(at, product.priceMax) > 0) return `Above ${formatPrice(product.priceMax, product.tickSize)}`;
  const above = liesAbove(purpose, side);
  const isRight = above ? compare(at, base.price) > 0 : compare(at, base.price) < 0;
  const beyond = `${base.name}${formatPrice(base.price, product.tickSize)}`;
  return isRight ? undefined : `Must be ${above ? 'above' : 'below'} ${beyond}`;
}

/** What is wrong with the price of the limit order that it is to become; undefined for one that closes at market. */
export function protectionLimitError(text: string | undefined, product: Product): string | undefined {
  if (text === undefined) return undefined;
  if (text.trim() === '') return 'Enter its limit price';
  const { priceMin, priceMax, tickSize } = product;
  const price = readTickPrice(text, product);
  if (price === undefined) return 'Its limit is not a price';
  if (compare(price, priceMin) < 0) return `Its limit is at least ${formatPrice(priceMin, tickSize)}`;
  return compare(price, priceMax) > 0 ? `Its limit is at most ${formatPrice(priceMax, tickSize)}` : undefined;
}

export interface ProtectionOutcome {
  readonly price: Price;
  /** Of the whole order, before fees. */
  readonly pnl: Money | undefined;
}

/** What it comes to, as far as it can be said. */
export function protectionOutcome(
  purpose: Purpose,
  meant: ProtectionEntry,
  entry: ProtectedEntry,
): ProtectionOutcome | undefined {
  const price = protectionPrice(purpose, meant, entry);
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
    const price = protectionPrice(PURPOSES[kind], draft[kind], entry);
    const limit = readTickPrice(draft.protectionLimits[kind] ?? '', entry.product);
    return price && { price, source: draft.protectionSource, ...(limit && { limit }) };
  };
  const takeProfit = read('takeProfit');
  const stopLoss = read('stopLoss');
  return { ...(takeProfit && { takeProfit }), ...(stopLoss && { stopLoss }) };
}
