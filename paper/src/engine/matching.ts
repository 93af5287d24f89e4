/**
 * The matching loop: the best price first, and at one price the order that came first.
 * A fill happens at the resting order's price.
 */
import type { Lots, Ticks } from '../commands.ts';
import { type BookOrder, bestLevel, dequeue, type Level, replenish } from './book-side.ts';
import { type Meeting, mayTradeAt, type OrderBook, opposite, sideOf } from './order-book.ts';

export interface MatchHandler<Owner> {
  /** What comes of the meeting; before it answers `clear` the handler has taken the maker out. */
  meet(maker: BookOrder<Owner>): Meeting;
  /**
   * Both orders have already lost the quantity, and a maker that is filled whole has left the book. The handler may
   * take other orders out of the book or shrink them (reduce-only orders whose position is gone): the loop looks
   * at the book afresh after each fill.
   */
  onFill(maker: BookOrder<Owner>, price: Ticks, qty: Lots): void;
  /** Before its fill is told: what was shown of the maker is gone, and the next portion stands at the queue's end. */
  onReplenish(maker: BookOrder<Owner>): void;
}

/** The maker loses what was traded, and leaves the book or shows its next portion when what it showed is gone. */
function take<Owner>(level: Level<Owner>, maker: BookOrder<Owner>, qty: Lots): 'replenished' | undefined {
  maker.leavesQty = (maker.leavesQty - qty) as Lots;
  if (qty < maker.shownQty) {
    maker.shownQty = (maker.shownQty - qty) as Lots;
    level.qty = (level.qty - qty) as Lots;
    return undefined;
  }
  if (maker.leavesQty > 0) {
    replenish(level, maker);
    return 'replenished';
  }
  dequeue(maker);
  maker.shownQty = 0 as Lots;
  return undefined;
}

/**
 * Trades `taker` against the book up to its price; what is left of it stays in `taker.leavesQty` and does not rest.
 * What an order does not show at a price trades before what worse prices show.
 */
export function match<Owner>(
  book: OrderBook<Owner>,
  taker: BookOrder<Owner>,
  handler: MatchHandler<Owner>,
): void {
  const makers = sideOf(book, opposite(taker.side));
  let isStopped = false;
  while (taker.leavesQty > 0 && !isStopped) {
    const level = bestLevel(makers);
    if (level === undefined || !mayTradeAt(taker.side, taker.price, level.price)) return;
    while (taker.leavesQty > 0) {
      const maker = level.first;
      if (maker === undefined) break;
      const meeting = handler.meet(maker);
      if (meeting === 'clear') continue;
      isStopped = meeting === 'stop';
      if (isStopped) break;
      const qty = (maker.shownQty < taker.leavesQty ? maker.shownQty : taker.leavesQty) as Lots;
      taker.leavesQty = (taker.leavesQty - qty) as Lots;
      if (take(level, maker, qty) === 'replenished') handler.onReplenish(maker);
      handler.onFill(maker, level.price, qty);
    }
    // Once per level, not per fill: a listener needs the total that stands when the taker is done with it.
    makers.onLevel(makers.side, level.price, level.qty);
  }
}
