/** What an order's edited price and quantity ask the exchange for: one atomic replace, on the order's own leg. Pure. */
import type { Price, Qty } from '#contract/brand.ts';
import { canonical, compare, sign } from '#contract/decimal.ts';
import type { Order, Product } from '#contract/model.ts';
import { brokenFilter, snapPrice, snapQty } from '#contract/product.ts';
import type { PosSide } from '#contract/vocabulary.ts';
import type { OrderAmendment } from '../exchange/commands.ts';

export type Amendment =
  | { readonly ok: true; readonly request: OrderAmendment }
  /** Nothing to ask for. */
  | { readonly ok: false; readonly isSame: true }
  | { readonly ok: false; readonly isSame: false; readonly field: 'price' | 'qty'; readonly error: string };

const wrong = (field: 'price' | 'qty', error: string): Amendment => ({
  ok: false,
  isSame: false,
  field,
  error,
});

/** The leg that cancel and amend must name, or the exchange refuses (20004). */
export const legOfOrder = (order: Order): PosSide => order.posSide ?? 'Merged';

/** `qty` is the new total, the filled part included. */
export function amendmentOf(
  order: Order,
  product: Product,
  typed: { readonly price: string; readonly qty: string },
): Amendment {
  const price = canonical(typed.price.trim());
  const qty = canonical(typed.qty.trim());
  if (price === undefined || sign(price as Price) <= 0) return wrong('price', 'Enter a price');
  if (qty === undefined) return wrong('qty', 'Enter a quantity');
  const newPrice = snapPrice(product, price as Price, order.side === 'Buy' ? 'down' : 'up');
  const newQty = snapQty(product, qty as Qty);
  const rule = brokenFilter(product, { price: newPrice, qty: newQty });
  if (rule === 'price-min' || rule === 'price-max') return wrong('price', 'Outside of the price limits');
  if (rule === 'value-min' && !order.reduceOnly)
    return wrong('qty', `Worth at least ${product.orderValueMin} ${product.quote}`);
  if (rule === 'qty-zero') return wrong('qty', `At least ${product.qtyStep}`);
  if (rule === 'qty-max') return wrong('qty', `At most ${product.qtyMax}`);
  if (compare(newQty, order.cumQty) <= 0) return wrong('qty', `Above the ${order.cumQty} already filled`);
  const changes = {
    ...(newPrice === order.price ? {} : { price: newPrice }),
    ...(newQty === order.qty ? {} : { qty: newQty }),
  };
  if (Object.keys(changes).length === 0) return { ok: false, isSame: true };
  const { symbol, orderID } = order;
  return { ok: true, request: { symbol, order: { orderID }, posSide: legOfOrder(order), ...changes } };
}
