/**
 * An order meets the book. Fills change positions and balances at once, and whatever a smaller position no longer
 * allows (resting reduce-only orders) is cut before the next fill.
 */
import type { Lots, Rate, Ticks } from '../commands.ts';
import type { BookOrder } from '../engine/book-side.ts';
import { match } from '../engine/matching.ts';
import { fillable, rest, wouldCross } from '../engine/order-book.ts';
import type { Execution } from '../events.ts';
import { restsLeftOver } from '../order-types.ts';
import { followPosition, trimClosers } from './closing-orders.ts';
import { type Core, reportClosedPosition, reportOrder, settle } from './core.ts';
import { cancelOrder } from './end-order.ts';
import { tradingFee } from './fee.ts';
import { applyFill, closableQty } from './position.ts';
import { placeProtections } from './protection.ts';
import { REFUSALS } from './refusal.ts';
import { meetingOf, prevention, takerOf } from './self-trade.ts';
import { asUnits, type Listing, type Order } from './state.ts';
import { noticePrice } from './trigger.ts';

interface Fill {
  readonly price: Ticks;
  readonly qty: Lots;
  readonly isMaker: boolean;
  readonly tradeType?: Execution['tradeType'];
}

/** Who is deleveraged did not ask to trade, and pays nothing for it (our choice). */
function feeRateOf({ fees }: Order['account'], { isMaker, tradeType }: Fill): Rate {
  if (tradeType === 'AdlTrade') return 0n as Rate;
  return isMaker ? fees.maker : fees.taker;
}

/** One side of a fill: position, fee, balance, then the event, then the orders that the position no longer bears. */
export function fillOrder(core: Core, order: Order, fill: Fill): void {
  const { leg, account } = order;
  const value = BigInt(fill.price) * BigInt(fill.qty) * leg.listing.product.unitsPerTickLot;
  const feeRate = feeRateOf(account, fill);
  const fee = tradingFee(value, feeRate);
  const sizeBefore = leg.size;
  const change = applyFill(leg, { side: order.side, qty: fill.qty, value, fee, atNs: core.clock.nowNs() });
  core.ledger.fees += fee;
  settle(core, account, change.closedPnl - fee);
  order.cumQty = (order.cumQty + fill.qty) as Lots;
  order.cumValue += value;
  order.cumFee += fee;
  order.closedPnl += change.closedPnl;
  order.closedQty = (order.closedQty + change.closedQty) as Lots;
  order.ordStatus = order.cumQty >= order.qty ? 'Filled' : 'PartiallyFilled';
  const execution: Execution = {
    execID: core.ids.execID(),
    price: fill.price,
    qty: fill.qty,
    value: asUnits(value),
    fee: asUnits(fee),
    feeRate,
    isMaker: fill.isMaker,
    ...(fill.tradeType === undefined ? {} : { tradeType: fill.tradeType }),
    closedPnl: asUnits(change.closedPnl),
    closedQty: change.closedQty,
  };
  const execStatus = fill.isMaker ? 'MakerFill' : 'TakerFill';
  core.journal.keepFill(account, reportOrder(core, order, { action: 'New', execStatus, execution }));
  if (change.ended !== undefined) reportClosedPosition(core, leg, change.ended);
  if (order.ordStatus === 'Filled') core.journal.closeOrder(order);
  else if (fill.isMaker) core.journal.keepOrder(order);
  if (Math.abs(leg.size) < Math.abs(sizeBefore) || sizeBefore * leg.size < 0) trimClosers(core, leg);
  if (leg.conditionals.size > 0) followPosition(core, leg);
  placeProtections(core, order, sizeBefore);
}

/** The public print of a fill: the last price from here on. */
function reportTrade(core: Core, listing: Listing, taker: BookOrder<Order>, fill: Fill): void {
  listing.last = fill.price;
  noticePrice(core, listing, 'ByLastPrice');
  core.journal.emit({
    kind: 'trade',
    symbol: listing.product.symbol,
    atNs: core.clock.nowNs(),
    takerSide: taker.side,
    price: fill.price,
    qty: fill.qty,
  });
}

interface Traded {
  readonly lastPrice?: Ticks;
  /** Self-trade prevention ended the taker. */
  readonly isStopped: boolean;
}

/** Trades a taker, an account's or the crowd's, against the book. */
export function trade(
  core: Core,
  listing: Listing,
  taker: BookOrder<Order>,
  onTrade?: (price: Ticks, qty: Lots) => void,
): Traded {
  const by = taker.owner && takerOf(taker.owner);
  let lastPrice: Ticks | undefined;
  let isStopped = false;
  match(listing.book, taker, {
    meet(maker) {
      const meeting = meetingOf(by, maker.owner);
      if (meeting === 'trade') return meeting;
      isStopped = meeting === 'stop';
      if (maker.owner !== undefined && prevention(by, maker.owner) !== 'CancelTaker') {
        cancelOrder(core, maker.owner);
      }
      return meeting;
    },
    onReplenish(maker) {
      if (maker.owner !== undefined) maker.owner.queuedSeq = core.ids.queuedSeq();
    },
    onFill(maker, price, qty) {
      lastPrice = price;
      onTrade?.(price, qty);
      reportTrade(core, listing, taker, { price, qty, isMaker: false });
      if (maker.owner !== undefined) fillOrder(core, maker.owner, { price, qty, isMaker: true });
      if (taker.owner !== undefined) fillOrder(core, taker.owner, { price, qty, isMaker: false });
    },
  });
  return { isStopped, ...(lastPrice === undefined ? {} : { lastPrice }) };
}

/** Whether all of it could trade now, which is what a fill-or-kill order asks for. */
function isFillable(order: Order): boolean {
  const { leg, side, inBook } = order;
  const { price: limit, leavesQty: qty } = inBook;
  const by = takerOf(order);
  const meet = (maker: Order) => meetingOf(by, maker);
  return fillable(leg.listing.book, { side, limit, qty, meet }).qty === qty;
}

/** An accepted order, plain or triggered, meets the market. */
export function enterMarket(core: Core, order: Order): void {
  order.leg.orders.add(order);
  order.ordStatus = 'New';
  reportOrder(core, order, { action: 'New', execStatus: 'New' });
  if (order.timeInForce === 'FillOrKill' && !isFillable(order))
    cancelOrder(core, order, REFUSALS.noEnoughQty);
  else work(core, order);
}

/** Matches an accepted order; what is left rests or, if it may not wait, ends. */
export function work(core: Core, order: Order): void {
  const { listing } = order.leg;
  if (order.timeInForce === 'PostOnly' && wouldCross(listing.book, order.side, order.inBook.price)) {
    cancelOrder(core, order, REFUSALS.willCross);
    return;
  }
  const { lastPrice, isStopped } = trade(core, listing, order.inBook);
  if (order.inBook.leavesQty === 0) return;
  if (restsLeftOver(order.ordType) && lastPrice !== undefined) order.inBook.price = lastPrice;
  const waits = order.timeInForce === 'GoodTillCancel' || order.timeInForce === 'PostOnly';
  const mayRest = waits && !isStopped && (!restsLeftOver(order.ordType) || lastPrice !== undefined);
  // A closing order's position may have gone while it traded (its own fills, or what they canceled).
  if (!mayRest || (order.closesOnly && closableQty(order.leg, order.side) === 0)) {
    cancelOrder(core, order, mayRest || isStopped ? undefined : REFUSALS.noEnoughQty);
    return;
  }
  order.queuedSeq = core.ids.queuedSeq();
  rest(listing.book, order.inBook);
  core.journal.keepOrder(order);
  core.journal.touchLeg(order.leg);
}
