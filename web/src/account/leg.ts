/**
 * One leg of the account as the exchange keeps it: what a fill makes of its position, and what its open orders lock.
 * Rounded where the exchange rounds. Of buys and sells the dearer side counts, since they cannot both add to one
 * position, and lots that would close the position are free, the best-priced first. Settlement currency. Pure.
 */
import type { Money, Price, Qty, Ratio } from '#contract/brand.ts';
import { orderCost, positionCost } from '#contract/cost.ts';
import {
  add,
  compare,
  max,
  min,
  notional,
  shareOf,
  sign,
  sub,
  toNumberLossy,
  ZERO_MONEY,
  ZERO_QTY,
} from '#contract/decimal.ts';
import type { Position } from '#contract/model.ts';
import type { Side } from '#contract/vocabulary.ts';

export interface Leg {
  readonly side: Side;
  /** Above zero: a flat leg is undefined. */
  readonly size: Qty;
  /** At entry. */
  readonly value: Money;
  /** Margin that an isolated position was given beyond its cost. */
  readonly added: Money;
}

export interface LegTerms {
  readonly leverage: Ratio;
  readonly takerFeeRate: Ratio;
}

export function legOfPosition(
  { side, size, value, marginMode, assignedBalance }: Position,
  { leverage, takerFeeRate }: LegTerms,
): Leg {
  const cost = positionCost({ side, value }, leverage, takerFeeRate);
  const isGiven = marginMode === 'isolated' && assignedBalance !== undefined;
  return { side, size, value, added: isGiven ? max(ZERO_MONEY, sub(assignedBalance, cost)) : ZERO_MONEY };
}

/** What an order of this side could close. */
export const closableOf = (leg: Pick<Leg, 'side' | 'size'> | undefined, side: Side): Qty =>
  leg === undefined || leg.side === side ? ZERO_QTY : leg.size;

export interface LegFill {
  readonly side: Side;
  readonly price: Price;
  readonly qty: Qty;
}

export interface FilledLeg {
  readonly leg: Leg | undefined;
  /** Of the part that closed, fees not taken off. */
  readonly closedPnl: Money;
}

function closePart(leg: Leg, qty: Qty, price: Price): FilledLeg {
  const isAll = compare(qty, leg.size) === 0;
  const entryValue = isAll ? leg.value : shareOf(leg.value, [qty, leg.size], 'down');
  const exitValue = notional(price, qty);
  const closedPnl = leg.side === 'Buy' ? sub(exitValue, entryValue) : sub(entryValue, exitValue);
  if (isAll) return { leg: undefined, closedPnl };
  const left: Leg = {
    side: leg.side,
    size: sub(leg.size, qty),
    value: sub(leg.value, entryValue),
    added: sub(leg.added, shareOf(leg.added, [qty, leg.size], 'up')),
  };
  return { leg: left, closedPnl };
}

/** The part against the position closes at a profit or loss, the rest opens at the fill's price. */
export function fillLeg(leg: Leg | undefined, { side, price, qty }: LegFill): FilledLeg {
  const closing = min(qty, closableOf(leg, side));
  const closed =
    leg !== undefined && sign(closing) > 0 ? closePart(leg, closing, price) : { leg, closedPnl: ZERO_MONEY };
  const opening = sub(qty, closing);
  if (sign(opening) <= 0) return closed;
  const held = closed.leg ?? { size: ZERO_QTY, value: ZERO_MONEY, added: ZERO_MONEY };
  const grown: Leg = {
    side,
    size: add(held.size, opening),
    value: add(held.value, notional(price, opening)),
    added: held.added,
  };
  return { leg: grown, closedPnl: closed.closedPnl };
}

/** What the exchange has assigned to the position, without the unrealised loss that a cross one locks besides. */
export const assignedTo = (leg: Leg | undefined, { leverage, takerFeeRate }: LegTerms): Money =>
  leg === undefined ? ZERO_MONEY : add(positionCost(leg, leverage, takerFeeRate), leg.added);

/** What is open of an order that may open or enlarge a position. */
export interface OpenLots {
  readonly side: Side;
  readonly price: Price;
  readonly qty: Qty;
}

/** Open orders of one side, and what they are worth in all. */
interface SideLots {
  /** Best price first. */
  readonly orders: readonly OpenLots[];
  readonly value: Money;
}

/** Open orders of a leg that may open or enlarge its position: worked out once, asked about often. */
export type RestingLots = Readonly<Record<Side, SideLots>>;

/** A price of 15 digits or fewer, as every product's is, has a number of its own. */
const bestFirst = (orders: readonly OpenLots[], side: Side): readonly OpenLots[] =>
  orders
    .map((order) => ({ order, key: toNumberLossy(order.price) * (side === 'Buy' ? -1 : 1) }))
    .sort((a, b) => a.key - b.key)
    .map(({ order }) => order);

const worthOf = ({ price, qty }: OpenLots): Money => notional(price, qty);

export function restingLots(orders: readonly OpenLots[]): RestingLots {
  const of = (side: Side): SideLots => {
    const own = orders.filter((order) => order.side === side);
    const value = own.reduce((sum, order) => add(sum, worthOf(order)), ZERO_MONEY);
    return { orders: bestFirst(own, side), value };
  };
  return { Buy: of('Buy'), Sell: of('Sell') };
}

/** With one more. */
export function withLots(resting: RestingLots, more: OpenLots): RestingLots {
  const { orders, value } = resting[more.side];
  const side = { orders: bestFirst([...orders, more], more.side), value: add(value, worthOf(more)) };
  return { ...resting, [more.side]: side };
}

/** An order that is not in the book yet: its value is what it would trade at, and what closes is taken off it first. */
export interface Intent {
  readonly side: Side;
  readonly qty: Qty;
  readonly value: Money;
}

export interface LegOrders {
  readonly leg: Leg | undefined;
  readonly orders: RestingLots;
  readonly intent?: Intent | undefined;
}

/** Value of what this side's orders could add to a position. */
export function openingValue({ leg, orders, intent }: LegOrders, side: Side): Money {
  let free = closableOf(leg, side);
  let total = orders[side].value;
  if (intent?.side === side && sign(intent.qty) > 0) {
    const opening = max(ZERO_QTY, sub(intent.qty, free));
    free = max(ZERO_QTY, sub(free, intent.qty));
    total = add(total, shareOf(intent.value, [opening, intent.qty], 'up'));
  }
  for (const { price, qty } of orders[side].orders) {
    if (sign(free) <= 0) break;
    const closing = min(free, qty);
    free = sub(free, closing);
    total = sub(total, notional(price, closing));
  }
  return total;
}

/** Margin per unit of value that an opening order of each side locks. */
export type CostRates = Readonly<Record<Side, Ratio>>;

export function lockedByOrders(orders: LegOrders, rates: CostRates): Money {
  const cost = (side: Side) => orderCost(openingValue(orders, side), rates[side]);
  return max(cost('Buy'), cost('Sell'));
}
