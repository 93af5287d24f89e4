/** What the ticket's texts mean: decimals, snapped to tick and lot before anything else sees them. Pure. */
import type { Decimal, Price, Qty, Ratio } from '#contract/brand.ts';
import { abs, add, compare, max, quotient, ratio, scale, sign, snapToStep, sub } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import { snapPrice, snapQty } from '#contract/product.ts';
import type { Side } from '#contract/vocabulary.ts';
import { readDecimal } from '../../lib/read-decimal.ts';
import { type Draft, hasLimitPrice, isConditional } from './draft.ts';

/** Best prices, mark and index of the product; absent while not known. */
export interface Quotes {
  readonly bid?: Price | undefined;
  readonly ask?: Price | undefined;
  readonly last?: Price | undefined;
  readonly mark?: Price | undefined;
  readonly index?: Price | undefined;
}

/** To the tick that is never worse than what was typed: down for a buy, up for a sell. */
export function readPrice(text: string, side: Side, product: Product): Price | undefined {
  const value = readDecimal(text);
  if (value === undefined) return undefined;
  return snapPrice(product, value as Price, side === 'Buy' ? 'down' : 'up');
}

/** Where a market order would begin to trade. */
export const marketPrice = (side: Side, { bid, ask, last, mark }: Quotes): Price | undefined =>
  (side === 'Buy' ? ask : bid) ?? last ?? mark;

/** A trigger, an activation price, a protection: to the nearest tick, above zero. */
export function readTickPrice(text: string, product: Product): Price | undefined {
  const value = readDecimal(text);
  const price = value === undefined ? undefined : snapPrice(product, value as Price, 'nearest');
  return price !== undefined && sign(price) > 0 ? price : undefined;
}

/** The price by which the ticket reckons: the limit, else the trigger, else where the market is. */
export function reckonedPrice(draft: Draft, product: Product, quotes: Quotes): Price | undefined {
  if (!hasLimitPrice(draft)) {
    const hasTrigger = isConditional(draft) && draft.ordType !== 'TrailingStop';
    const trigger = hasTrigger ? readTickPrice(draft.triggerText, product) : undefined;
    return trigger ?? marketPrice(draft.side, quotes);
  }
  const price = readPrice(draft.priceText, draft.side, product);
  return price !== undefined && sign(price) > 0 ? price : undefined;
}

/** Base quantity, down to the lot. */
export function readQty(text: string, product: Product): Qty | undefined {
  const value = readDecimal(text);
  return value === undefined ? undefined : snapQty(product, value as Qty);
}

/** Whether a limit order at this price would trade at once. */
export function isMarketable(side: Side, price: Price, { bid, ask }: Quotes): boolean {
  const opposite = side === 'Buy' ? ask : bid;
  if (opposite === undefined) return false;
  return side === 'Buy' ? compare(price, opposite) >= 0 : compare(price, opposite) <= 0;
}

/** How far beyond the best price of the other side a limit lies, as a part of it; undefined: it would rest. */
export function crossedBy(side: Side, price: Price, quotes: Quotes): Ratio | undefined {
  const opposite = side === 'Buy' ? quotes.ask : quotes.bid;
  if (opposite === undefined || !isMarketable(side, price, quotes)) return undefined;
  return quotient(abs(sub(price, opposite)), opposite, 6);
}

const HALF = ratio('0.5');

/** Between best bid and ask, on the tick that would not trade at once. */
export function midPrice(side: Side, product: Product, { bid, ask, last }: Quotes): Price | undefined {
  if (bid === undefined || ask === undefined) return last;
  return snapPrice(product, scale(add(bid, ask), HALF), side === 'Buy' ? 'down' : 'up');
}

/** The field's text some steps further, never below zero; undefined when it is no number. */
export function stepValue<D extends Decimal>(text: string, step: D, steps: number): D | undefined {
  const value = readDecimal(text === '' ? '0' : text);
  if (value === undefined) return undefined;
  const snapped = snapToStep(value as D, step, 'nearest');
  return max(add(snapped, scale(step, ratio(String(steps)))), '0' as D);
}
