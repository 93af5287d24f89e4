/**
 * The orders that close a position, or part of it, or turn it round: on the same leg, and never more than is held
 * unless it is to be turned. Several where one would be larger than the product takes. Pure.
 */
import type { Price, Qty, Ratio } from '#contract/brand.ts';
import { add, canonical, compare, quotient, ratio, scale, sign } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { brokenFilter, inOrders, snapPrice, snapQty } from '#contract/product.ts';
import type { OrderPlan, OrderPlans } from './placement.ts';
import { breakEvenPrice } from './position-figures.ts';

const closingTerms = ({ symbol, side, posSide }: Position) =>
  ({ symbol, side: side === 'Buy' ? 'Sell' : 'Buy', posSide, reduceOnly: true }) as const;

/** The same order as often as the product's largest one goes into it. */
function split(plan: OrderPlan, product: Product): OrderPlans {
  const [first, ...rest] = inOrders(product, plan.qty);
  return [{ ...plan, qty: first }, ...rest.map((qty) => ({ ...plan, qty }))];
}

/** `product` is undefined only where its rules are not known: then nobody knows better than to send it whole. */
export function marketClose(
  position: Position,
  product: Product | undefined,
  qty: Qty = position.size,
): OrderPlans {
  const plan = {
    ...closingTerms(position),
    ordType: 'Market',
    qty,
    timeInForce: 'ImmediateOrCancel',
  } as const;
  return product === undefined ? [plan] : split(plan, product);
}

/** A share of the position in per cent, down to the lot; all of it at 100, also where it is no whole number of lots. */
export function partOf({ size }: Position, product: Product, percent: number): Qty {
  if (percent >= 100) return size;
  return snapQty(product, scale(size, quotient(ratio(String(percent)), ratio('100'))));
}

/**
 * A resting order that closes all of it where nothing is lost; undefined when closing at once (`market` is where that
 * would trade) is already as good. Post-only, so that it can only trade at that price, and as a maker.
 */
export function breakEvenClose(
  position: Position,
  product: Product,
  { market, takerFeeRate }: { readonly market: Price | undefined; readonly takerFeeRate: Ratio },
): OrderPlans | undefined {
  const price = breakEvenPrice(position, product, takerFeeRate);
  if (price === undefined) return undefined;
  const { side, size } = position;
  if (market !== undefined && compare(market, price) * (side === 'Buy' ? 1 : -1) >= 0) return undefined;
  const terms = { ...closingTerms(position), ordType: 'Limit', price, timeInForce: 'PostOnly' } as const;
  return split({ ...terms, qty: size }, product);
}

/**
 * Turns the position round at market. One-way: one order for twice the size, so that there is no moment between (more,
 * where that would be too large for the product). Hedged: its leg is closed, and once all of it is, the other opened.
 */
export function reversal(position: Position, product: Product): OrderPlans {
  const { posSide, size } = position;
  const closes = marketClose(position, product);
  const opened = { ...closes[0], reduceOnly: false, qty: size } as const;
  const twice = add(size, size);
  if (posSide === 'Merged' && compare(twice, product.qtyMax) <= 0) return [{ ...opened, qty: twice }];
  const other = posSide === 'Merged' ? posSide : posSide === 'Long' ? 'Short' : 'Long';
  return [...closes, ...split({ ...opened, posSide: other }, product)];
}

export type LimitClose =
  | { readonly ok: true; readonly qty: Qty; readonly plans: OrderPlans }
  | { readonly ok: false; readonly priceError?: string; readonly qtyError?: string };

/** Snapped so that it never sells lower or buys higher than typed, nor more than typed. */
export function limitClose(
  position: Position,
  product: Product,
  typed: { readonly price: string; readonly qty: string },
): LimitClose {
  const terms = closingTerms(position);
  const price = canonical(typed.price.trim());
  const qty = canonical(typed.qty.trim());
  if (price === undefined || sign(price as Price) <= 0) return { ok: false, priceError: 'Enter a price' };
  if (qty === undefined) return { ok: false, qtyError: 'Enter a quantity' };
  const snappedPrice = snapPrice(product, price as Price, terms.side === 'Buy' ? 'down' : 'up');
  const snappedQty = snapQty(product, qty as Qty);
  const rule = brokenFilter(product, { price: snappedPrice, qty: snappedQty });
  if (rule === 'price-min' || rule === 'price-max') {
    return { ok: false, priceError: 'Outside of what the exchange accepts' };
  }
  if (sign(snappedQty) <= 0) return { ok: false, qtyError: `At least ${product.qtyStep}` };
  if (compare(snappedQty, position.size) > 0) return { ok: false, qtyError: `At most ${position.size}` };
  const plan = { ...terms, ordType: 'Limit', price: snappedPrice, qty: snappedQty } as const;
  return {
    ok: true,
    qty: snappedQty,
    plans: split({ ...plan, timeInForce: 'GoodTillCancel' }, product),
  };
}
