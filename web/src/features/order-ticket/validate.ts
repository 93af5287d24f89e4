/** What is wrong with the ticket, said beside the field that it concerns, or the order that it makes. Pure. */
import type { Money, Price, Qty } from '#contract/brand.ts';
import { orderCost } from '#contract/cost.ts';
import { add, compare, max, notional, sign, sub, ZERO_MONEY } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import { brokenFilter, type FilterRule } from '#contract/product.ts';
import type { NewProtection } from '#contract/wire/requests.ts';
import { closableOf, type LegOrders, lockedByOrders, openingValue } from '../../account/leg.ts';
import { SOURCE_NAMES } from '../../account/order-words.ts';
import type { OrderPlan } from '../../account/placement.ts';
import { formatMoney, formatPrice, formatQty } from '../../lib/format.ts';
import { readDecimal } from '../../lib/read-decimal.ts';
import {
  closesOnTrigger,
  type Draft,
  hasLimitPrice,
  isConditional,
  isIceberg,
  isProtecting,
  type QtyUnit,
  targetOf,
  timeInForceOf,
} from './draft.ts';
import {
  availableOf,
  closableQty,
  type LegFacts,
  legFacts,
  positionValueMax,
  type TicketContext,
} from './facts.ts';
import { executionOf, openingLoss } from './outcome.ts';
import { protectionError, protectionLimitError, readProtections } from './protection.ts';
import { readPrice, readQty, reckonedPrice } from './reading.ts';
import { protectedEntry, readSize } from './sizing.ts';
import { readTrigger, sourcePrice, triggerErrors, waitsFor } from './trigger.ts';

export interface TicketErrors {
  readonly price?: string;
  readonly qty?: string;
  readonly trigger?: string;
  readonly trail?: string;
  readonly takeProfit?: string;
  readonly stopLoss?: string;
  readonly display?: string;
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
  if (draft.qtyText.trim() === '')
    return draft.unit === 'risk' ? 'Enter what you would lose' : 'Enter a quantity';
  return readDecimal(draft.qtyText) === undefined ? 'Not a number' : undefined;
}

/** Why a readable amount says no quantity. */
const UNSIZED: Readonly<Record<QtyUnit, string>> = {
  base: 'Not a number',
  quote: 'No market price yet',
  cost: 'No market price yet',
  risk: 'Set a stop loss on the losing side: by price, % or ROI',
};

/** What may only close is cut to the position, not refused: only where there is nothing to close is it wrong. */
function closingError(draft: Draft, context: TicketContext): string | undefined {
  const { posSide, isClosing } = targetOf(draft, context.settings.posMode);
  if (!isClosing) return closesOnTrigger(draft) ? 'It can only close: choose Close' : undefined;
  if (sign(closableQty(draft, context)) > 0) return undefined;
  return posSide === 'Merged'
    ? `No position that a ${draft.side.toLowerCase()} would reduce`
    : `No ${posSide.toLowerCase()} position to close`;
}

/**
 * A closing stop that stands beyond the price at which the exchange liquidates is refused by it: it would never come to
 * be triggered. That price is the exchange's own, no estimate; if-touched orders lie on the other side.
 */
function liquidationErrors(draft: Draft, context: TicketContext): TicketErrors {
  const { settings, positions, product } = context;
  const read = readTrigger(draft, context);
  const isStop = waitsFor(draft) === (draft.side === 'Buy' ? 'rise' : 'fall') || read?.trail?.from === 'now';
  if (read === undefined || !isStop || !closesOnTrigger(draft)) return {};
  const { posSide } = targetOf(draft, settings.posMode);
  const held = positions.find((position) => position.posSide === posSide);
  const liquidation = held && held.side !== draft.side ? held.liquidationPrice : undefined;
  if (liquidation === undefined) return {};
  const isBefore = compare(read.trigger.price, liquidation) * (draft.side === 'Sell' ? 1 : -1) > 0;
  const field = draft.ordType === 'TrailingStop' ? 'trail' : 'trigger';
  return isBefore
    ? {}
    : { [field]: `Liquidation comes first, at ${formatPrice(liquidation, product.tickSize)}` };
}

/** What the order asks of the balance as the exchange reckons it: at the book's prices for what trades at once. */
function balanceError(draft: Draft, { qty, price }: Reckoned, context: TicketContext): string | undefined {
  // It locks nothing before it is triggered.
  const facts = isConditional(draft) ? undefined : legFacts(draft, context);
  if (facts === undefined || facts.isClosing) return undefined;
  const { side } = draft;
  const closable = closableOf(facts.leg, side);
  // A reducing order is never stopped by an estimate.
  if (compare(qty, closable) <= 0) return undefined;
  const execution = executionOf(draft, { side, qty, price }, context);
  const { takenQty, takenValue, restQty } = execution;
  const intent = { side, qty: add(takenQty, restQty), value: add(takenValue, notional(price, restQty)) };
  const withIt: LegOrders = { ...facts, intent };
  const value = openingValue(withIt, side);
  const tooLarge = sizeError(value, facts, { side, context });
  if (tooLarge !== undefined) return tooLarge;
  const more = sub(lockedByOrders(withIt, facts.rates), lockedByOrders(facts, facts.rates));
  const loss = openingLoss(execution, { side, closable, mark: context.quotes.mark });
  return unpayable({ more, loss }, context);
}

/** What the leverage's largest position has no room for. */
function sizeError(
  opening: Money,
  { leg, terms, rates }: LegFacts,
  { side, context }: { readonly side: Draft['side']; readonly context: TicketContext },
): string | undefined {
  const { product } = context;
  const held = leg?.side === side ? leg.value : ZERO_MONEY;
  const most = positionValueMax(product, terms.leverage);
  if (sign(orderCost(opening, rates[side])) <= 0 || compare(add(held, opening), most) <= 0) return undefined;
  return `At ${terms.leverage}x a position is at most ${formatMoney(most, 0)} ${product.settle}`;
}

function unpayable(
  { more, loss }: { readonly more: Money; readonly loss: Money },
  context: TicketContext,
): string | undefined {
  const { settle } = context.product;
  const available = max(ZERO_MONEY, availableOf(context));
  const room = `${formatMoney(available)} available`;
  if (sign(more) > 0 && compare(more, available) > 0) return `Costs ${formatMoney(more)} ${settle}, ${room}`;
  if ((sign(more) <= 0 && sign(loss) === 0) || compare(add(more, loss), available) <= 0) return undefined;
  return `Begins ${formatMoney(loss)} ${settle} behind mark: ${room}`;
}

/** An order without a price of its own is worth what it is at mark. */
function filterErrors(draft: Draft, { qty, price }: Reckoned, context: TicketContext): TicketErrors {
  const { product, settings, quotes } = context;
  const hasPrice = hasLimitPrice(draft);
  const rule = brokenFilter(product, { ...(hasPrice ? { price } : {}), qty });
  const value = notional(hasPrice ? price : (quotes.mark ?? price), qty);
  const broken = rule ?? (compare(value, product.orderValueMin) < 0 ? 'value-min' : undefined);
  // A position too small to be worth an order must still be closable.
  if (broken === undefined) return {};
  if (broken === 'value-min' && targetOf(draft, settings.posMode).isClosing) return {};
  return { [RULE_FIELD[broken]]: ruleSentence(broken, product) };
}

interface Reckoned {
  readonly qty: Qty;
  readonly price: Price;
}

/** What the exchange holds a take-profit and a stop-loss against: the entry's own price, else what its source says. */
function protectionBase(draft: Draft, price: Price, { quotes }: TicketContext) {
  if (draft.ordType !== 'Market') return { price, name: '' };
  const source = draft.protectionSource;
  return { price: sourcePrice(source, quotes) ?? price, name: `${SOURCE_NAMES[source]}, ` };
}

function protectionErrors(draft: Draft, context: TicketContext, price: Price | undefined): TicketErrors {
  const { settings, positions } = context;
  if (!isProtecting(draft, settings.posMode) || price === undefined) return {};
  const { posSide } = targetOf(draft, settings.posMode);
  const isHeld = positions.some((position) => position.posSide === posSide);
  const entry = protectedEntry(draft, context, { price, qty: readSize(draft, context) });
  const base = protectionBase(draft, price, context);
  const errorOf = (kind: 'takeProfit' | 'stopLoss') => {
    if (draft[kind].text.trim() === '') return undefined;
    if (isHeld) return 'There is a position: set it on its row';
    const purpose = kind === 'takeProfit' ? 'take-profit' : 'stop-loss';
    return (
      protectionError(purpose, draft[kind], { entry, base }) ??
      protectionLimitError(draft.protectionLimits[kind], context.product)
    );
  };
  const [takeProfit, stopLoss] = [errorOf('takeProfit'), errorOf('stopLoss')];
  return { ...(takeProfit && { takeProfit }), ...(stopLoss && { stopLoss }) };
}

/** A part of the order, in whole lots. */
function displayError(draft: Draft, qty: Qty, { product }: TicketContext): string | undefined {
  if (!isIceberg(draft)) return undefined;
  const display = readQty(draft.displayText, product);
  if (display === undefined) return draft.displayText.trim() === '' ? 'Enter what to show' : 'Not a number';
  if (sign(display) <= 0) return ruleSentence('qty-zero', product);
  return compare(display, qty) < 0 ? undefined : `Less than ${formatQty(qty, product.qtyStep)}`;
}

/** Undefined while a price that it starts from is not known. */
function planOf(draft: Draft, { qty, price }: Reckoned, context: TicketContext): OrderPlan | undefined {
  const { settings, product } = context;
  const { posSide, isClosing } = targetOf(draft, settings.posMode);
  const protections: { takeProfit?: NewProtection; stopLoss?: NewProtection } = isProtecting(
    draft,
    settings.posMode,
  )
    ? readProtections(draft, protectedEntry(draft, context, { price, qty }))
    : {};
  const displayQty = isIceberg(draft) ? readQty(draft.displayText, product) : undefined;
  const common = {
    symbol: product.symbol,
    side: draft.side,
    posSide,
    qty,
    timeInForce: timeInForceOf(draft),
    reduceOnly: isClosing,
    ...protections,
    ...(displayQty && { displayQty }),
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
    ...liquidationErrors(draft, context),
    ...triggerErrors(draft, context),
    ...protectionErrors(draft, context, price),
  };
}

/** Of what the order is as a whole. */
function orderErrors(draft: Draft, reckoned: Reckoned, context: TicketContext): TicketErrors {
  const broken = filterErrors(draft, reckoned, context);
  if (Object.keys(broken).length > 0) return broken;
  const display = displayError(draft, reckoned.qty, context);
  if (display !== undefined) return { display };
  const qty = closingError(draft, context) ?? balanceError(draft, reckoned, context);
  return qty === undefined ? {} : { qty };
}

export function validate(draft: Draft, context: TicketContext): Verdict {
  const { product, quotes } = context;
  const price = reckonedPrice(draft, product, quotes);
  const wrong = fieldErrors(draft, context, price);
  if (Object.keys(wrong).length > 0) return { ok: false, errors: wrong };
  const wrongQty = (qty: string): Verdict => ({ ok: false, errors: { qty } });
  if (price === undefined) return wrongQty('No market price yet');
  const qty = readSize(draft, context);
  if (qty === undefined) return wrongQty(UNSIZED[draft.unit]);
  const errors = orderErrors(draft, { qty, price }, context);
  if (Object.keys(errors).length > 0) return { ok: false, errors };
  const plan = planOf(draft, { qty, price }, context);
  return plan === undefined ? wrongQty('No market price yet') : { ok: true, plan };
}
