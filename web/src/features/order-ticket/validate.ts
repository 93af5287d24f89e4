/** What is wrong with the ticket, said beside the field that it concerns, or the order that it makes. Pure. */
import type { Price, Qty } from '#contract/brand.ts';
import { orderCost } from '#contract/cost.ts';
import { compare, notional, sign } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import { brokenFilter, type FilterRule } from '#contract/product.ts';
import type { NewProtection } from '#contract/wire/requests.ts';
import type { OrderPlan } from '../../account/placement.ts';
import type { ProtectedEntry } from '../../account/protection-entry.ts';
import { formatMoney, formatPrice, formatQty } from '../../lib/format.ts';
import { readDecimal } from '../../lib/read-decimal.ts';
import {
  closesOnTrigger,
  type Draft,
  hasLimitPrice,
  isConditional,
  isProtecting,
  targetOf,
  timeInForceOf,
} from './draft.ts';
import { closableQty, openingQty, spendable, type TicketContext } from './preview.ts';
import { protectionError, readProtections } from './protection.ts';
import { readPrice, readQty, reckonedPrice } from './reading.ts';
import { readTrigger, triggerErrors } from './trigger.ts';

export interface TicketErrors {
  readonly price?: string;
  readonly qty?: string;
  readonly trigger?: string;
  readonly trail?: string;
  readonly takeProfit?: string;
  readonly stopLoss?: string;
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
  if (!hasLimitPrice(draft)) return undefined;
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
  if (!isClosing) return closesOnTrigger(draft) ? 'It can only close: choose Close' : undefined;
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
  // It locks nothing before it is triggered.
  if (isConditional(draft)) return undefined;
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
  const limit = hasLimitPrice(draft) ? { price } : {};
  const rule = brokenFilter(product, { ...limit, qty });
  const isTooSmall = compare(notional(price, qty), product.orderValueMin) < 0;
  const broken = rule ?? (isTooSmall ? 'value-min' : undefined);
  // A position too small to be worth an order must still be closable.
  if (broken === undefined) return {};
  if (broken === 'value-min' && targetOf(draft, settings.posMode).isClosing) return {};
  return { [RULE_FIELD[broken]]: ruleSentence(broken, product) };
}

interface Reckoned {
  readonly qty: Qty;
  readonly price: Price;
}

/** The entry whose position the ticket's take-profit and stop-loss would protect. */
export function protectedEntry(draft: Draft, context: TicketContext, price: Price): ProtectedEntry {
  const { product, settings } = context;
  const qty = readQty(draft.qtyText, draft.unit, product, price);
  const leverage = context.leverage(targetOf(draft, settings.posMode).posSide);
  return { side: draft.side, product, price, qty, leverage };
}

function protectionErrors(draft: Draft, context: TicketContext, price: Price | undefined): TicketErrors {
  if (!isProtecting(draft, context.settings.posMode) || price === undefined) return {};
  const entry = protectedEntry(draft, context, price);
  const takeProfit = protectionError('take-profit', draft.takeProfit, entry);
  const stopLoss = protectionError('stop-loss', draft.stopLoss, entry);
  return { ...(takeProfit && { takeProfit }), ...(stopLoss && { stopLoss }) };
}

/** Undefined while a price that it starts from is not known. */
function planOf(draft: Draft, { qty, price }: Reckoned, context: TicketContext): OrderPlan | undefined {
  const { settings, product } = context;
  const { posSide, isClosing } = targetOf(draft, settings.posMode);
  const protections: { takeProfit?: NewProtection; stopLoss?: NewProtection } = isProtecting(
    draft,
    settings.posMode,
  )
    ? readProtections(draft, protectedEntry(draft, context, price))
    : {};
  const common = {
    symbol: product.symbol,
    side: draft.side,
    posSide,
    qty,
    timeInForce: timeInForceOf(draft),
    reduceOnly: isClosing,
    ...protections,
  };
  if (draft.ordType === 'Market') return { ...common, ordType: 'Market' };
  if (draft.ordType === 'Limit') return { ...common, ordType: 'Limit', price };
  const read = readTrigger(draft, context);
  if (read === undefined) return undefined;
  const { trigger, trail } = read;
  const waiting = { ...common, trigger, ...(closesOnTrigger(draft) ? { closeOnTrigger: true } : {}) };
  switch (draft.ordType) {
    case 'TrailingStop':
      return { ...waiting, ordType: 'Stop', ...(trail && { trail }) };
    case 'Stop':
    case 'MarketIfTouched':
      return { ...waiting, ordType: draft.ordType };
    case 'StopLimit':
    case 'LimitIfTouched':
      return { ...waiting, ordType: draft.ordType, price };
  }
}

/** Of what each field says by itself. */
function fieldErrors(draft: Draft, context: TicketContext, price: Price | undefined): TicketErrors {
  const wrongPrice = priceError(draft, context.product);
  const wrongQty = qtyTextError(draft);
  return {
    ...(wrongPrice && { price: wrongPrice }),
    ...(wrongQty && { qty: wrongQty }),
    ...triggerErrors(draft, context),
    ...protectionErrors(draft, context, price),
  };
}

export function validate(draft: Draft, context: TicketContext): Verdict {
  const { product, quotes } = context;
  const price = reckonedPrice(draft, product, quotes);
  const wrong = fieldErrors(draft, context, price);
  if (Object.keys(wrong).length > 0) return { ok: false, errors: wrong };
  const wrongQty = (qty: string): Verdict => ({ ok: false, errors: { qty } });
  if (price === undefined) return wrongQty('No market price yet');
  const qty = readQty(draft.qtyText, draft.unit, product, price);
  if (qty === undefined) return wrongQty('Not a number');
  const broken = filterErrors(draft, { qty, price }, context);
  if (Object.keys(broken).length > 0) return { ok: false, errors: broken };
  const unpayable = closingError(draft, qty, context) ?? balanceError(draft, { qty, price }, context);
  if (unpayable !== undefined) return wrongQty(unpayable);
  const plan = planOf(draft, { qty, price }, context);
  return plan === undefined ? wrongQty('No market price yet') : { ok: true, plan };
}
