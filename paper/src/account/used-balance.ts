/**
 * What an account's positions and open orders lock.
 *   used = Σ over legs (assigned balance + cost of open orders); available = balance − used
 *   assigned = position cost, plus a cross position's unrealised loss (profit is not lent out) or the margin added to
 *   an isolated one
 *   cost of open orders = the larger of the two sides: buys and sells cannot both add to one position. Lots that
 *   would close the position are free, the best-priced first, and closing-only orders lock nothing.
 * Source: usedBalanceRv, assignedPosBalanceRv, totalUsedBalanceRv recorded from the exchange.
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Rate } from '../commands.ts';
import {
  type MarginFigures,
  marginFigures,
  orderCost,
  type PositionTerms,
  positionCost,
  valueToCost,
} from './margin.ts';
import { closableQty } from './position.ts';
import { ceilDiv, maxOf } from './ratio.ts';
import { type Account, type Leg, legsInUse, type Order } from './state.ts';
import { effectiveLeverage } from './tier.ts';

export const isCross = (leg: Leg): boolean => leg.leverage <= 0n;
export const leverageOf = (leg: Leg): Rate => effectiveLeverage(leg.listing.product, leg.leverage);

/** Value of the position at the mark price, or at its entry while no mark price is known. */
export function markValue(leg: Leg): bigint {
  const { mark, product } = leg.listing;
  if (mark === undefined) return leg.value;
  return BigInt(Math.abs(leg.size)) * BigInt(mark) * product.unitsPerTickLot;
}

export function unrealisedPnl(leg: Leg): bigint {
  if (leg.size === 0) return 0n;
  return leg.size > 0 ? markValue(leg) - leg.value : leg.value - markValue(leg);
}

export function termsOf(leg: Leg, taker: Rate): PositionTerms | undefined {
  if (leg.size === 0) return undefined;
  return {
    product: leg.listing.product,
    side: leg.size > 0 ? 'Buy' : 'Sell',
    size: BigInt(Math.abs(leg.size)),
    value: leg.value,
    leverage: leverageOf(leg),
    taker,
  };
}

export function assignedBalance(leg: Leg, taker: Rate): bigint {
  const terms = termsOf(leg, taker);
  if (terms === undefined) return 0n;
  return positionCost(terms) + (isCross(leg) ? maxOf(0n, -unrealisedPnl(leg)) : leg.addedMargin);
}

/** An order that is not in the book yet, or one that is about to be replaced. */
export interface Intent {
  readonly side: Side;
  readonly qty: number;
  readonly value: bigint;
  /** The open order it replaces. */
  readonly replaces?: Order;
}

const leavesValue = (order: Order, lots: number = order.inBook.leavesQty): bigint =>
  BigInt(order.inBook.price) * BigInt(lots) * order.leg.listing.product.unitsPerTickLot;

/** Value of what this side's open orders, and the intent first of all, could add to a position. */
export function openingValue(leg: Leg, side: Side, intent?: Intent): bigint {
  let free: number = closableQty(leg, side);
  let total = 0n;
  if (intent !== undefined && intent.side === side && intent.qty > 0) {
    const opening = Math.max(0, intent.qty - free);
    free = Math.max(0, free - intent.qty);
    total += ceilDiv(intent.value * BigInt(opening), BigInt(intent.qty));
  }
  const resting: Order[] = [];
  for (const order of leg.orders) {
    if (order.side === side && !order.closesOnly && order !== intent?.replaces) resting.push(order);
  }
  if (free > 0) {
    resting.sort((a, b) =>
      side === 'Buy' ? b.inBook.price - a.inBook.price : a.inBook.price - b.inBook.price,
    );
  }
  for (const order of resting) {
    const closing = Math.min(free, order.inBook.leavesQty);
    free -= closing;
    total += leavesValue(order, order.inBook.leavesQty - closing);
  }
  return total;
}

export function openOrderCost(leg: Leg, taker: Rate, intent?: Intent): bigint {
  if (leg.orders.size === 0 && intent === undefined) return 0n;
  const leverage = leverageOf(leg);
  const cost = (side: Side) => orderCost(openingValue(leg, side, intent), valueToCost(side, leverage, taker));
  return maxOf(cost('Buy'), cost('Sell'));
}

/** All that open orders of a side still ask for, closing ones included. */
export function leavesOf(leg: Leg, side: Side): { qty: number; value: bigint } {
  let qty = 0;
  let value = 0n;
  for (const order of leg.orders) {
    if (order.side !== side) continue;
    qty += order.inBook.leavesQty;
    value += leavesValue(order);
  }
  return { qty, value };
}

export function usedBalance(account: Account, taker: Rate): bigint {
  let used = 0n;
  for (const holding of account.holdings.values()) {
    for (const leg of legsInUse(holding)) used += assignedBalance(leg, taker) + openOrderCost(leg, taker);
  }
  return used;
}

export const availableBalance = (account: Account, taker: Rate): bigint =>
  account.balance - usedBalance(account, taker);

/** `available` is the account's, worked out once by the caller. */
export function figuresOf(leg: Leg, taker: Rate, available: bigint): MarginFigures | undefined {
  const terms = termsOf(leg, taker);
  if (terms === undefined) return undefined;
  const assigned = assignedBalance(leg, taker);
  // Other positions may have lost more than the account has: then there is nothing left to lose.
  return marginFigures(terms, isCross(leg), isCross(leg) ? maxOf(0n, available + assigned) : assigned);
}
