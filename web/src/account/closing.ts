/** The order that closes a position, or part of it: the other side, on the same leg, never more than is held. Pure. */
import type { Price, Qty } from '#contract/brand.ts';
import { canonical, compare, sign } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { brokenFilter, snapPrice, snapQty } from '#contract/product.ts';
import type { OrderPlan } from './placement.ts';

const closingTerms = ({ symbol, side, posSide }: Position) =>
  ({ symbol, side: side === 'Buy' ? 'Sell' : 'Buy', posSide, reduceOnly: true }) as const;

export function marketClose(position: Position): OrderPlan {
  const { size } = position;
  return { ...closingTerms(position), ordType: 'Market', qty: size, timeInForce: 'ImmediateOrCancel' };
}

export type LimitClose =
  | { readonly ok: true; readonly plan: OrderPlan }
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
  return { ok: true, plan: { ...plan, timeInForce: 'GoodTillCancel' } };
}
