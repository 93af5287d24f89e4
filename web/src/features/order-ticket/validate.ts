/** What is wrong with the ticket, said beside the field that it concerns, or the order that it makes. Pure. */
import type { Price, Qty } from '#contract/brand.ts';
import { orderCost } from '#contract/cost.ts';
import { compare, notional, sign } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import { brokenFilter, type FilterRule } from '#contract/product.ts';
import type { OrderPlan } from '../../account/placement.ts';
import { formatMoney, formatPrice, formatQty } from '../../lib/format.ts';
import { type Draft, targetOf, timeInForceOf } from './draft.ts';
import { closableQty, openingQty, spendable, type TicketContext } from './preview.ts';
import { readDecimal, readPrice, readQty, reckonedPrice } from './reading.ts';

export interface TicketErrors {
  readonly price?: string;
  readonly qty?: string;
}

export type Verdict =
  | { readonly ok: true; readonly plan: OrderPlan }
  | { readonly ok: false; readonly errors: TicketErrors };

const RULE_FIELD: Readonly<Record<FilterRule, keyof TicketErrors>> = {
  'price-tick': 'price',
  'price-min': 'price',
  'price-max': 'price',
  'qty-zero': 'qty',
  'qty-step': 'qty',
  'qty-max': 'qty',
  'value-min': 'qty',
};

function ruleSentence(rule: FilterRule, product: Product): string {
  const { tickSize, qtyStep, base, quote } = product;
  switch (rule) {
    case 'price-tick':
      return `Prices move in steps of ${tickSize}`;
    case 'price-min':
      return `At least ${formatPrice(product.priceMin, tickSize)}`;
    case 'price-max':
      return `At most ${formatPrice(product.priceMax, tickSize)}`;
    case 'qty-zero':
      return `At least ${qtyStep} ${base}`;
    case 'qty-step':
      return `Quantities move in steps of ${qtyStep}`;
    case 'qty-max':
      return `At most ${formatQty(product.qtyMax, qtyStep)} ${base} per order`;
    case 'value-min':
      return `An order is worth at least ${product.orderValueMin} ${quote}`;
  }
}

function priceError(draft: Draft, product: Product): string | undefined {
  if (draft.ordType === 'Market') return undefined;
  if (draft.priceText.trim() === '') return 'Enter a price';
  if (readDecimal(draft.priceText) === undefined) return 'Not a number';
  const price = readPrice(draft.priceText, draft.side, product);
  return price === undefined || sign(price) <= 0 ? ruleSentence('price-min', product) : undefined;
}

function qtyTextError(draft: Draft): string | undefined {
  if (draft.qtyText.trim() === '') return 'Enter a quantity';
  return readDecimal(draft.qtyText) === undefined ? 'Not a number' : undefined;
}

function closingError(draft: Draft, qty: Qty, context: TicketContext): string | undefined {
  const { product, settings } = context;
  const { posSide, isClosing } = targetOf(draft, settings.posMode);
  if (!isClosing) return undefined;
  const closable = closableQty(draft, context);
  if (sign(closable) === 0) {
    return posSide === 'Merged'
      ? `No position that a ${draft.side.toLowerCase()} would reduce`
      : `No ${posSide.toLowerCase()} position to close`;
  }
  if (compare(qty, closable) <= 0) return undefined;
  return `The position is ${formatQty(closable, product.qtyStep)} ${product.base}`;
}

/** Only what opens is held against the balance: a reducing order is never stopped by an estimate. */
function balanceError(
  draft: Draft,
  { qty, price }: { qty: Qty; price: Price },
  context: TicketContext,
): string | undefined {
  const { product, settings } = context;
  const rate = context.costRate(targetOf(draft, settings.posMode).posSide, draft.side);
  if (rate === undefined) return undefined;
  const cost = orderCost(price, openingQty(draft, qty, context), rate);
  const room = spendable(draft, context);
  if (compare(cost, room) <= 0) return undefined;
  return `Costs ${formatMoney(cost)} ${product.settle}, ${formatMoney(room)} available`;
}

function filterErrors(
  draft: Draft,
  { qty, price }: { qty: Qty; price: Price },
  context: TicketContext,
): TicketErrors {
  const { product, settings } = context;
  const limit = draft.ordType === 'Limit' ? { price } : {};
  const rule = brokenFilter(product, { ...limit, qty });
  const isTooSmall = compare(notional(price, qty), product.orderValueMin) < 0;
  const broken = rule ?? (isTooSmall ? 'value-min' : undefined);
  // A position too small to be worth an order must still be closable.
  if (broken === undefined) return {};
  if (broken === 'value-min' && targetOf(draft, settings.posMode).isClosing) return {};
  return { [RULE_FIELD[broken]]: ruleSentence(broken, product) };
}

function planOf(draft: Draft, { qty, price }: { qty: Qty; price: Price }, context: TicketContext): OrderPlan {
  const { posSide, isClosing } = targetOf(draft, context.settings.posMode);
  const common = {
    symbol: context.product.symbol,
    side: draft.side,
    posSide,
    qty,
    timeInForce: timeInForceOf(draft),
    reduceOnly: isClosing,
  };
  return draft.ordType === 'Market'
    ? { ...common, ordType: 'Market' }
    : { ...common, ordType: 'Limit', price };
}

export function validate(draft: Draft, context: TicketContext): Verdict {
  const { product, quotes } = context;
  const wrongPrice = priceError(draft, product);
  const wrongQty = qtyTextError(draft);
  const price = reckonedPrice(draft, product, quotes);
  const errors = (price?: string, qty?: string): Verdict => ({
    ok: false,
    errors: { ...(price === undefined ? {} : { price }), ...(qty === undefined ? {} : { qty }) },
  });
  if (wrongPrice !== undefined || wrongQty !== undefined) return errors(wrongPrice, wrongQty);
  if (price === undefined) return errors(undefined, 'No market price yet');
  const qty = readQty(draft.qtyText, draft.unit, product, price);
  if (qty === undefined) return errors(undefined, 'Not a number');
  const broken = filterErrors(draft, { qty, price }, context);
  if (broken.price !== undefined || broken.qty !== undefined) return errors(broken.price, broken.qty);
  const unpayable = closingError(draft, qty, context) ?? balanceError(draft, { qty, price }, context);
  if (unpayable !== undefined) return errors(undefined, unpayable);
  return { ok: true, plan: planOf(draft, { qty, price }, context) };
}
