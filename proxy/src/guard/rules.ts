/**
 * The limits as arithmetic: what an opening order would do, against what it may do. Pure and exact; whoever asks says
 * what is known of the account and the market. Cancels and reduce-only orders never get here.
 */
import type { Money, Price, ProductSymbol, Qty, Ratio } from '#contract/brand.ts';
import {
  add,
  compare,
  max,
  min,
  negate,
  notional,
  quotient,
  scale,
  sign,
  sub,
  ZERO_QTY,
} from '#contract/decimal.ts';
import type { GuardLimits, GuardRefusal } from '#contract/guard.ts';
import type { Order, Position, SymbolSettings } from '#contract/model.ts';
import type { OrdType, PosSide, Side } from '#contract/vocabulary.ts';
import type { LeverageSetting } from '#contract/wire/mutation.ts';

/** An order as the limits see it: a new one, or one as it would be after an amendment. */
export interface OpeningOrder {
  readonly symbol: ProductSymbol;
  readonly side: Side;
  readonly posSide: PosSide;
  /** What could still be filled. */
  readonly qty: Qty;
  readonly ordType: OrdType;
  /** As asked for; only some types keep to it. */
  readonly price?: Price;
  readonly triggerPrice?: Price;
  /** Unsigned; of an order that follows the market. */
  readonly trailDistance?: Price;
  readonly trailProportion?: Ratio;
  readonly isPegged?: true;
}

/** What is known when the order is asked for. */
export interface Situation {
  readonly markPrice: Price | undefined;
  /** In the order's leg; undefined: none. */
  readonly position: Position | undefined;
  /** Of the order's product, as far as they are known; the first that fits counts. */
  readonly legs: SymbolSettings['legs'] | LeverageSetting['legs'];
  /** Other open orders that open positions, those under way included. */
  readonly others: readonly Pick<Order, 'symbol' | 'side' | 'posSide' | 'leavesQty'>[];
  readonly ordersInMinute: number;
  /** Realised since midnight, above zero for a loss. */
  readonly dailyLoss: Money;
  /** An amendment adds no order. */
  readonly isNew: boolean;
}

const refuse = (rule: GuardRefusal['rule'], limit: string, value: string): GuardRefusal => ({
  rule,
  limit,
  value,
});
const PRICE_UNKNOWN = refuse('price-unknown', '', '');

/** Trade at their price or a better one. The others take what the market gives, whatever price they bring along. */
const LIMITED: ReadonlySet<OrdType> = new Set(['Limit', 'StopLimit', 'LimitIfTouched']);

/** The price that the order keeps to; undefined: it keeps to none. */
const limitOf = ({ ordType, price, isPegged }: OpeningOrder): Price | undefined =>
  LIMITED.has(ordType) && isPegged !== true ? price : undefined;

/** A trailing bid's trigger begins so far above the market and never rises; an offer's lies below, where it gets less. */
function trailStarts(order: OpeningOrder, mark: Price): readonly Price[] {
  if (order.side === 'Sell') return [];
  const { trailDistance, trailProportion } = order;
  return [
    ...(trailDistance === undefined ? [] : [add(mark, trailDistance)]),
    ...(trailProportion === undefined ? [] : [add(mark, scale(mark, trailProportion))]),
  ];
}

/** The price at which the order costs most, as far as can be said before it is filled. */
function worstPrice(order: OpeningOrder, mark: Price | undefined): Price | undefined {
  const { side, price, triggerPrice } = order;
  const limit = limitOf(order);
  // A bid that keeps to its price pays no more. Everything else gets what the market gives: now, or at its trigger.
  if (side === 'Buy' && limit !== undefined) return limit;
  if (mark === undefined) return undefined;
  return [price, triggerPrice, ...trailStarts(order, mark)].reduce<Price>(
    (worst, named) => (named === undefined ? worst : max(worst, named)),
    mark,
  );
}

function worstValue(order: OpeningOrder, mark: Price | undefined): Money | undefined {
  const price = worstPrice(order, mark);
  return price === undefined ? undefined : notional(price, order.qty);
}

function checkOrderValue(order: OpeningOrder, { orderValueMax }: GuardLimits, mark: Price | undefined) {
  if (orderValueMax === null) return undefined;
  const value = worstValue(order, mark);
  if (value === undefined) return PRICE_UNKNOWN;
  return compare(value, orderValueMax) > 0 ? refuse('order-value', orderValueMax, value) : undefined;
}

/** Whether to ask first. `before` is the order that an amendment changes: what does not grow is not asked about. */
export function checkConfirmation(
  order: OpeningOrder,
  { confirmAbove }: GuardLimits,
  {
    markPrice,
    before,
  }: { readonly markPrice: Price | undefined; readonly before?: OpeningOrder | undefined },
): GuardRefusal | undefined {
  if (confirmAbove === null) return undefined;
  const value = worstValue(order, markPrice);
  if (value === undefined) return PRICE_UNKNOWN;
  const known = before === undefined ? undefined : worstValue(before, markPrice);
  const isLarge = compare(value, confirmAbove) > 0 && (known === undefined || compare(value, known) > 0);
  return isLarge ? refuse('confirm', confirmAbove, value) : undefined;
}

/** Where the market stands when the order gets there: at its trigger, or where it is if that is behind it already. */
function meetingPrice({ ordType, side, triggerPrice }: OpeningOrder, mark: Price): Price {
  if (triggerPrice === undefined || ordType === 'Limit') return mark;
  // A bid's stop waits for the price to rise, and what waits to be touched for it to fall; an offer's the other way.
  const waitsForRise = (ordType === 'StopLimit') === (side === 'Buy');
  return waitsForRise ? max(triggerPrice, mark) : min(triggerPrice, mark);
}

/** Only beyond the mark price: a bid far below it waits, a bid far above it pays. */
function checkDistance(order: OpeningOrder, { priceDistanceMax }: GuardLimits, mark: Price | undefined) {
  const limit = limitOf(order);
  if (priceDistanceMax === null || limit === undefined) return undefined;
  if (mark === undefined) return PRICE_UNKNOWN;
  const reference = meetingPrice(order, mark);
  const beyond = order.side === 'Buy' ? sub(limit, reference) : sub(reference, limit);
  if (sign(beyond) <= 0) return undefined;
  const distance = quotient(beyond, reference, 6);
  return compare(distance, priceDistanceMax) > 0
    ? refuse('price-distance', priceDistanceMax, distance)
    : undefined;
}

const signed = (side: Side, qty: Qty): Qty => (side === 'Buy' ? qty : negate(qty));
const absolute = (qty: Qty): Qty => (sign(qty) < 0 ? negate(qty) : qty);

/** The largest the leg could become if everything on the order's side were filled. */
function sizeAfter(order: OpeningOrder, { position, others }: Situation): { before: Qty; after: Qty } {
  const onSide = others.filter(
    (other) =>
      other.symbol === order.symbol &&
      other.side === order.side &&
      (other.posSide ?? order.posSide) === order.posSide,
  );
  const resting = onSide.reduce((sum, { leavesQty }) => add(sum, leavesQty), order.qty);
  const held = position === undefined ? ZERO_QTY : signed(position.side, position.size);
  return { before: absolute(held), after: absolute(add(held, signed(order.side, resting))) };
}

function checkPositionValue(order: OpeningOrder, { positionValueMax }: GuardLimits, situation: Situation) {
  if (positionValueMax === null) return undefined;
  const { before, after } = sizeAfter(order, situation);
  // Less than before is never too much. A hedged leg cannot turn round: what is on its other side closes it.
  const isClosing =
    (order.posSide === 'Long' && order.side === 'Sell') ||
    (order.posSide === 'Short' && order.side === 'Buy');
  if (isClosing || compare(after, before) <= 0) return undefined;
  const price = situation.markPrice ?? worstPrice(order, undefined);
  if (price === undefined) return PRICE_UNKNOWN;
  const value = notional(price, after);
  return compare(value, positionValueMax) > 0 ? refuse('position-value', positionValueMax, value) : undefined;
}

/** Zero is cross margin at the product's maximum: above every limit. */
export function checkLeverage(leverage: Ratio, { leverageMax }: GuardLimits): GuardRefusal | undefined {
  if (leverageMax === null) return undefined;
  const isOver = sign(leverage) === 0 || compare(leverage, leverageMax) > 0;
  return isOver ? refuse('leverage', leverageMax, leverage) : undefined;
}

export function checkSymbol(symbol: string, { symbols }: GuardLimits): GuardRefusal | undefined {
  return symbols === null || symbols.includes(symbol)
    ? undefined
    : refuse('symbol', symbols.join(', '), symbol);
}

/**
 * Of a product whose leverage was never set, of which the account stream therefore has no row: what the exchange's own
 * list of products says of all of them (`defaultLeverage` "-10": ten times, cross), but for some that have less.
 */
const UNSET_LEVERAGE = '10' as Ratio;

function checkLegLeverage(order: OpeningOrder, limits: GuardLimits, legs: Situation['legs']) {
  const leg = legs.find(({ posSide }) => posSide === order.posSide);
  return checkLeverage(leg?.leverage ?? UNSET_LEVERAGE, limits);
}

function checkCounts(limits: GuardLimits, { ordersInMinute, others, isNew }: Situation) {
  const { ordersPerMinuteMax, openOrdersMax } = limits;
  if (ordersPerMinuteMax !== null && ordersInMinute >= ordersPerMinuteMax) {
    return refuse('orders-per-minute', String(ordersPerMinuteMax), String(ordersInMinute + 1));
  }
  if (isNew && openOrdersMax !== null && others.length >= openOrdersMax) {
    return refuse('open-orders', String(openOrdersMax), String(others.length + 1));
  }
  return undefined;
}

function checkLoss({ dailyLossMax }: GuardLimits, { dailyLoss }: Situation) {
  const isOver = dailyLossMax !== null && compare(dailyLoss, dailyLossMax) >= 0;
  return isOver ? refuse('daily-loss', dailyLossMax, dailyLoss) : undefined;
}

/** The first limit that an opening order breaks. */
export function brokenLimit(
  order: OpeningOrder,
  limits: GuardLimits,
  situation: Situation,
): GuardRefusal | undefined {
  const { markPrice, legs } = situation;
  return (
    checkSymbol(order.symbol, limits) ??
    checkLoss(limits, situation) ??
    checkDistance(order, limits, markPrice) ??
    checkOrderValue(order, limits, markPrice) ??
    checkPositionValue(order, limits, situation) ??
    checkLegLeverage(order, limits, legs) ??
    checkCounts(limits, situation)
  );
}
