/**
 * What an order's edited price, trigger and quantity ask the exchange for: one atomic replace, on the order's own leg,
 * that names what has changed and nothing else. Pure.
 */
import type { Price, Qty } from '#contract/brand.ts';
import { canonical, compare, sign } from '#contract/decimal.ts';
import type { Order, Product } from '#contract/model.ts';
import { brokenFilter, type FilterRule, snapPrice, snapQty } from '#contract/product.ts';
import type { PosSide } from '#contract/vocabulary.ts';
import type { OrderAmendment } from '../exchange/commands.ts';
import { kindOf } from './order-words.ts';

/** An order's terms as text; fields that the order does not have are not looked at. */
export interface TermTexts {
  readonly price: string;
  readonly qty: string;
  readonly trigger: string;
}
export type TermField = keyof TermTexts;
/** What was typed over an order. What was not stays as the order has it by then, whoever has changed it meanwhile. */
export type TypedTerms = Partial<TermTexts>;

export type Amendment =
  | { readonly ok: true; readonly request: OrderAmendment }
  /** Nothing to ask for. */
  | { readonly ok: false; readonly isSame: true }
  | { readonly ok: false; readonly isSame: false; readonly field: TermField; readonly error: string };

const wrong = (field: TermField, error: string): Amendment => ({ ok: false, isSame: false, field, error });

/** The leg that cancel and amend must name, or the exchange refuses (20004). */
export const legOfOrder = (order: Order): PosSide => order.posSide ?? 'Merged';

export const hasPrice = (order: Order): boolean => sign(order.price) > 0;
export const hasTrigger = (order: Order): boolean =>
  order.trigger !== undefined && kindOf(order) === 'conditional';
/** A closing order of the whole position has no quantity of its own. */
export const hasQty = (order: Order): boolean => sign(order.qty) > 0;

export const termsOf = (order: Order): TermTexts => ({
  price: order.price,
  qty: order.qty,
  trigger: order.trigger?.price ?? '',
});

interface Terms {
  readonly price: Price;
  readonly qty: Qty;
  readonly trigger: Price | undefined;
}

const readOr = (typed: string | undefined, own: string | undefined): string | undefined =>
  typed === undefined ? own : canonical(typed.trim());

/** The typed terms on tick and lot: a price never worse than typed. */
function readTerms(order: Order, product: Product, typed: TypedTerms): Terms | Amendment {
  const price = hasPrice(order) ? readOr(typed.price, order.price) : order.price;
  const qty = hasQty(order) ? readOr(typed.qty, order.qty) : order.qty;
  const trigger = hasTrigger(order) ? readOr(typed.trigger, order.trigger?.price) : order.trigger?.price;
  if (price === undefined || (hasPrice(order) && sign(price as Price) <= 0))
    return wrong('price', 'Enter a price');
  if (hasTrigger(order) && (trigger === undefined || sign(trigger as Price) <= 0)) {
    return wrong('trigger', 'Enter a trigger price');
  }
  if (qty === undefined) return wrong('qty', 'Enter a quantity');
  return {
    price: snapPrice(product, price as Price, order.side === 'Buy' ? 'down' : 'up'),
    qty: snapQty(product, qty as Qty),
    trigger: trigger === undefined ? undefined : snapPrice(product, trigger as Price),
  };
}

function ruleError(rule: FilterRule | undefined, order: Order, product: Product): Amendment | undefined {
  if (rule === 'price-min' || rule === 'price-max') return wrong('price', 'Outside of the price limits');
  if (rule === 'value-min' && !order.reduceOnly) {
    return wrong('qty', `Worth at least ${product.orderValueMin} ${product.quote}`);
  }
  if (rule === 'qty-zero') return wrong('qty', `At least ${product.qtyStep}`);
  if (rule === 'qty-max') return wrong('qty', `At most ${product.qtyMax}`);
  return undefined;
}

const TERM_NAMES: Readonly<Record<TermField, string>> = {
  price: 'price',
  qty: 'quantity',
  trigger: 'trigger',
};

/** What has become of an order since its terms were these; undefined: nothing. */
export function changedSince(before: TermTexts, order: Order): string | undefined {
  const now = termsOf(order);
  const fields: readonly TermField[] = ['price', 'trigger', 'qty'];
  const changes = fields.flatMap((field) =>
    before[field] === now[field] ? [] : [`${TERM_NAMES[field]} ${before[field]} is now ${now[field]}`],
  );
  return changes.length === 0 ? undefined : `Changed elsewhere: ${changes.join(', ')}`;
}

/** `qty` is the new total, the filled part included. */
export function amendmentOf(order: Order, product: Product, typed: TypedTerms): Amendment {
  const terms = readTerms(order, product, typed);
  if ('ok' in terms) return terms;
  const { price, qty, trigger } = terms;
  if (hasTrigger(order) && trigger !== undefined) {
    const rule = brokenFilter(product, { price: trigger, qty: product.qtyMax });
    if (rule === 'price-min' || rule === 'price-max') return wrong('trigger', 'Outside of the price limits');
  }
  if (hasQty(order)) {
    const rule = brokenFilter(product, hasPrice(order) ? { price, qty } : { qty });
    const broken = ruleError(rule, order, product);
    if (broken !== undefined) return broken;
    if (compare(qty, order.cumQty) <= 0) return wrong('qty', `Above the ${order.cumQty} already filled`);
  }
  const changes = {
    ...(price === order.price ? {} : { price }),
    ...(qty === order.qty ? {} : { qty }),
    ...(trigger === undefined || trigger === order.trigger?.price ? {} : { triggerPrice: trigger }),
  };
  if (Object.keys(changes).length === 0) return { ok: false, isSame: true };
  const { symbol, orderID } = order;
  return { ok: true, request: { symbol, order: { orderID }, posSide: legOfOrder(order), ...changes } };
}
