/** An order's life: made, shown, closed. */
import type { ClOrdID } from '#contract/brand.ts';
import type { PosSide, Side, TimeInForce } from '#contract/vocabulary.ts';
import type { Instructions, Lots, OrderType, OrderView, Ticks } from '../commands.ts';
import { createBookOrder } from '../engine/order-book.ts';
import { asUnits, type Leg, type Order } from './state.ts';

/** Closed orders and fills that are kept in memory, which is what a snapshot of the account tells. */
export const CLOSED_ORDERS_MAX = 100;
export const FILLS_MAX = 100;
/** Active orders of an account in one product (11032 past it). */
export const OPEN_ORDERS_MAX = 500;
/** Waiting conditional orders of an account in one product (11031 past it). */
export const CONDITIONALS_MAX = 100;

export interface NewOrder {
  readonly orderID: Order['orderID'];
  readonly clOrdID: ClOrdID;
  readonly side: Side;
  readonly ordType: OrderType;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
  readonly price: Ticks;
  readonly qty: Lots;
  readonly leavesQty: Lots;
  readonly atNs: bigint;
  readonly instructions?: Instructions | undefined;
}

/** In a hedged leg one side opens and the other closes; a merged leg has no closing side. */
const isClosingSide = (posSide: PosSide, side: Side): boolean =>
  (posSide === 'Long' && side === 'Sell') || (posSide === 'Short' && side === 'Buy');

export const closesOnly = (posSide: PosSide, side: Side, reduceOnly: boolean): boolean =>
  reduceOnly || isClosingSide(posSide, side);

export function createOrder(leg: Leg, of: NewOrder): Order {
  // The book's node and the order point at each other.
  const inBook = createBookOrder<Order>({
    side: of.side,
    price: of.price,
    qty: of.leavesQty,
    owner: undefined,
    displayQty: of.instructions?.displayQty,
  });
  const order: Order = {
    account: leg.account,
    leg,
    orderID: of.orderID,
    clOrdID: of.clOrdID,
    side: of.side,
    ordType: of.ordType,
    timeInForce: of.timeInForce,
    reduceOnly: of.reduceOnly,
    closesOnly: closesOnly(leg.posSide, of.side, of.reduceOnly),
    inBook,
    instructions: of.instructions,
    qty: of.qty,
    cumQty: 0 as Lots,
    cumValue: 0n,
    cumFee: 0n,
    closedPnl: 0n,
    closedQty: 0 as Lots,
    ordStatus: 'Created',
    actionNs: of.atNs,
    transactNs: of.atNs,
    execSeq: 0,
    queuedSeq: 0,
  };
  inBook.owner = order;
  return order;
}

export function viewOrder(order: Order): OrderView {
  const { instructions } = order;
  return Object.freeze({
    accountID: order.account.id,
    orderID: order.orderID,
    clOrdID: order.clOrdID,
    symbol: order.leg.listing.product.symbol,
    side: order.side,
    posSide: order.leg.posSide,
    ordType: order.ordType,
    price: order.inBook.price,
    qty: order.qty,
    cumQty: order.cumQty,
    leavesQty: order.inBook.leavesQty,
    cumValue: asUnits(order.cumValue),
    cumFee: asUnits(order.cumFee),
    closedPnl: asUnits(order.closedPnl),
    closedQty: order.closedQty,
    timeInForce: order.timeInForce,
    reduceOnly: order.reduceOnly,
    ordStatus: order.ordStatus,
    actionNs: order.actionNs,
    transactNs: order.transactNs,
    execSeq: order.execSeq,
    ...(instructions === undefined ? {} : { instructions }),
    ...(instructions?.displayQty === undefined ? {} : { shownQty: order.inBook.shownQty }),
  });
}

/** The inverse of `viewOrder`, for an order that was open when the exchange stopped. */
export function reviveOrder(leg: Leg, view: OrderView, queuedSeq: number): Order {
  const order = createOrder(leg, { ...view, atNs: view.actionNs });
  order.cumQty = view.cumQty;
  order.cumValue = view.cumValue;
  order.cumFee = view.cumFee;
  order.closedPnl = view.closedPnl;
  order.closedQty = view.closedQty;
  order.ordStatus = view.ordStatus;
  order.transactNs = view.transactNs;
  order.execSeq = view.execSeq;
  order.queuedSeq = queuedSeq;
  return order;
}

/** From here on it can be found and is open, whether it waits or works. */
export function openOrder(order: Order): void {
  order.account.openByID.set(order.orderID, order);
  order.account.openByClOrdID.set(order.clOrdID, order);
}

/** A conditional order begins to wait for its trigger. */
export function startWaiting(order: Order): void {
  order.leg.conditionals.add(order);
  order.leg.listing.waiting.add(order);
}

/** Drops the oldest so that `list` holds at most `max`. */
export function trimHistory<T>(list: T[], max: number): void {
  if (list.length > max) list.splice(0, list.length - max);
}
