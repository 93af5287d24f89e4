/**
 * The matching loop: the best price first, and at one price the order that came first.
 * A fill happens at the resting order's price.
 */
import type { Lots, Ticks } from '../commands.ts';
import { type BookOrder, bestLevel, dequeue } from './book-side.ts';
import { mayTradeAt, type OrderBook, opposite, sideOf } from './order-book.ts';

export interface MatchHandler<Owner> {
  /** Whether the taker may not trade with this resting order: it is then handed to `onOwn`, which must take it out. */
  isOwn(maker: BookOrder<Owner>): boolean;
  onOwn(maker: BookOrder<Owner>): void;
  /**
   * Both orders have already lost the quantity, and a maker that is filled whole has left the book. The handler may
   * take other orders out of the book or shrink them (reduce-only orders whose position is gone): the loop looks
   * at the book afresh after each fill.
   */
  onFill(maker: BookOrder<Owner>, price: Ticks, qty: Lots): void;
}

/** Trades `taker` against the book up to its price; what is left of it stays in `taker.leavesQty` and does not rest. */
export function match<Owner>(
  book: OrderBook<Owner>,
  taker: BookOrder<Owner>,
  handler: MatchHandler<Owner>,
): void {
  const makers = sideOf(book, opposite(taker.side));
  while (taker.leavesQty > 0) {
    const level = bestLevel(makers);
    if (level === undefined || !mayTradeAt(taker.side, taker.price, level.price)) return;
    while (taker.leavesQty > 0) {
      const maker = level.first;
      if (maker === undefined) break;
      if (handler.isOwn(maker)) {
        handler.onOwn(maker);
        continue;
      }
      const qty = (maker.leavesQty < taker.leavesQty ? maker.leavesQty : taker.leavesQty) as Lots;
      taker.leavesQty = (taker.leavesQty - qty) as Lots;
      if (qty === maker.leavesQty) {
        dequeue(maker);
        maker.leavesQty = 0 as Lots;
      } else {
        maker.leavesQty = (maker.leavesQty - qty) as Lots;
        level.qty = (level.qty - qty) as Lots;
      }
      handler.onFill(maker, level.price, qty);
    }
    // Once per level, not per fill: a listener needs the total that stands when the taker is done with it.
    makers.onLevel(makers.side, level.price, level.qty);
  }
}
