/**
 * The limit order book of one product: price-time priority on integers of ticks and lots.
 * It knows nothing of accounts or money; who owns an order is opaque, and what a fill means is the caller's concern.
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Lots, Ticks } from '../commands.ts';
import {
  type BookOrder,
  type BookSide,
  bestLevel,
  createBookSide,
  dequeue,
  enqueue,
  type LevelListener,
} from './book-side.ts';

export interface OrderBook<Owner> {
  readonly bids: BookSide<Owner>;
  readonly asks: BookSide<Owner>;
}

export function createOrderBook<Owner>(onLevel: LevelListener): OrderBook<Owner> {
  return { bids: createBookSide('Buy', onLevel), asks: createBookSide('Sell', onLevel) };
}

export const sideOf = <Owner>(book: OrderBook<Owner>, side: Side): BookSide<Owner> =>
  side === 'Buy' ? book.bids : book.asks;

export const opposite = (side: Side): Side => (side === 'Buy' ? 'Sell' : 'Buy');

export const bestPrice = <Owner>(book: OrderBook<Owner>, side: Side): Ticks | undefined =>
  bestLevel(sideOf(book, side))?.price;

/** True when an order of `side` limited to `limit` may trade at `price`. */
export const mayTradeAt = (side: Side, limit: Ticks, price: Ticks): boolean =>
  side === 'Buy' ? price <= limit : price >= limit;

export function wouldCross<Owner>(book: OrderBook<Owner>, side: Side, price: Ticks): boolean {
  const best = bestPrice(book, opposite(side));
  return best !== undefined && mayTradeAt(side, price, best);
}

export interface NewBookOrder<Owner> {
  readonly side: Side;
  readonly price: Ticks;
  readonly qty: Lots;
  readonly owner: Owner | undefined;
  readonly displayQty?: Lots | undefined;
}

/** An order that does not rest yet. One literal makes them all, so that the matching loop sees one object shape. */
export function createBookOrder<Owner>(order: NewBookOrder<Owner>): BookOrder<Owner> {
  return {
    side: order.side,
    owner: order.owner,
    price: order.price,
    leavesQty: order.qty,
    displayQty: order.displayQty ?? (0 as Lots),
    shownQty: 0 as Lots,
    level: undefined,
    before: undefined,
    after: undefined,
  };
}

/** Rests at the end of its price's queue. The caller has matched it first: a book never stands crossed. */
export function rest<Owner>(book: OrderBook<Owner>, order: BookOrder<Owner>): void {
  const side = sideOf(book, order.side);
  const level = enqueue(side, order);
  side.onLevel(order.side, level.price, level.qty);
}

/** Takes an order out; it has nothing left afterwards. */
export function takeOut<Owner>(order: BookOrder<Owner>): void {
  const level = order.level;
  if (level !== undefined) {
    dequeue(order);
    level.of.onLevel(order.side, level.price, level.qty);
  }
  order.leavesQty = 0 as Lots;
  order.shownQty = 0 as Lots;
}

/** Shows no more than `shownQty` of a resting order (less when less is left), in the same place of the queue. */
export function show<Owner>(order: BookOrder<Owner>, shownQty: Lots): void {
  const { level, leavesQty } = order;
  const shown = shownQty < leavesQty ? shownQty : leavesQty;
  if (level === undefined || shown === order.shownQty) return;
  level.qty = (level.qty - order.shownQty + shown) as Lots;
  order.shownQty = shown;
  level.of.onLevel(order.side, level.price, level.qty);
}

/** A smaller quantity in the same place of the queue, or a larger one at its end. Does nothing to an order that is gone. */
export function resize<Owner>(order: BookOrder<Owner>, qty: Lots): void {
  const level = order.level;
  if (level === undefined || qty === order.leavesQty) return;
  if (qty < order.leavesQty) {
    order.leavesQty = qty;
    show(order, order.shownQty);
    return;
  }
  dequeue(order);
  order.leavesQty = qty;
  const end = enqueue(level.of, order);
  level.of.onLevel(order.side, end.price, end.qty);
}

/** What happens when a taker comes to a resting order: they trade, that order is taken out, or the taker is done. */
export type Meeting = 'trade' | 'clear' | 'stop';

/** What a taker of `side` would get now: quantity and Σ price × quantity, of what is shown and what is not. */
export function fillable<Owner>(
  book: OrderBook<Owner>,
  taker: { side: Side; limit: Ticks; qty: Lots; meet: (owner: Owner) => Meeting },
): { qty: Lots; tickLots: bigint } {
  const { levels } = sideOf(book, opposite(taker.side));
  let left: number = taker.qty;
  let tickLots = 0n;
  let isStopped = false;
  for (let index = levels.length - 1; index >= 0 && left > 0 && !isStopped; index--) {
    const level = levels[index];
    if (level === undefined || !mayTradeAt(taker.side, taker.limit, level.price)) break;
    let qtyHere = 0;
    for (let order = level.first; order !== undefined && qtyHere < left; order = order.after) {
      const meeting = order.owner === undefined ? 'trade' : taker.meet(order.owner);
      if (meeting === 'trade') qtyHere += order.leavesQty;
      isStopped = meeting === 'stop';
      if (isStopped) break;
    }
    const taken = Math.min(qtyHere, left);
    left -= taken;
    tickLots += BigInt(level.price) * BigInt(taken);
  }
  return { qty: (taker.qty - left) as Lots, tickLots };
}

/** Best first, at most `max` levels. */
export function topLevels<Owner>(
  book: OrderBook<Owner>,
  side: Side,
  max: number,
): readonly (readonly [Ticks, Lots])[] {
  const { levels } = sideOf(book, side);
  const top: (readonly [Ticks, Lots])[] = [];
  for (let index = levels.length - 1; index >= 0 && top.length < max; index--) {
    const level = levels[index];
    if (level !== undefined) top.push([level.price, level.qty]);
  }
  return top;
}
