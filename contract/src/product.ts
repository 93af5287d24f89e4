/** A product's own rules: what a price or quantity must look like before anything else sees it. */
import type { Price, Qty } from './brand.ts';
import { compare, isMultipleOf, notional, sign, snapToStep, sub } from './decimal.ts';
import type { Product } from './model.ts';

/** Nearest tick; a maker's price keeps its side by passing 'down' for a buy and 'up' for a sell. */
export function snapPrice(
  product: Product,
  value: Price,
  rounding: 'down' | 'nearest' | 'up' = 'nearest',
): Price {
  return snapToStep(value, product.tickSize, rounding);
}

/** Down to the lot: never more than was asked for. */
export function snapQty(product: Product, value: Qty): Qty {
  return snapToStep(value, product.qtyStep, 'down');
}

/** A quantity in as few orders as the product takes it: each of the most that one may be, then what is left. */
export function inOrders(
  { qtyMax, qtyStep }: Pick<Product, 'qtyMax' | 'qtyStep'>,
  whole: Qty,
): readonly [Qty, ...Qty[]] {
  const most = snapToStep(qtyMax, qtyStep, 'down');
  if (sign(most) <= 0) return [whole];
  const full: Qty[] = [];
  let left = whole;
  for (; compare(left, most) > 0; left = sub(left, most)) full.push(most);
  const [first, ...rest] = full;
  return first === undefined ? [left] : [first, ...rest, left];
}

export type FilterRule =
  | 'price-tick'
  | 'price-min'
  | 'price-max'
  | 'qty-zero'
  | 'qty-step'
  | 'qty-max'
  | 'value-min';

/** The first rule of the product that an order breaks, or undefined. `price` is absent for market orders. */
export function brokenFilter(product: Product, order: { price?: Price; qty: Qty }): FilterRule | undefined {
  const { price, qty } = order;
  if (price !== undefined) {
    if (!isMultipleOf(price, product.tickSize)) return 'price-tick';
    if (compare(price, product.priceMin) < 0) return 'price-min';
    if (compare(price, product.priceMax) > 0) return 'price-max';
  }
  if (sign(qty) <= 0) return 'qty-zero';
  if (!isMultipleOf(qty, product.qtyStep)) return 'qty-step';
  if (compare(qty, product.qtyMax) > 0) return 'qty-max';
  if (price !== undefined && compare(notional(price, qty), product.orderValueMin) < 0) return 'value-min';
  return undefined;
}
