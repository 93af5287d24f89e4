/**
 * One side of a book: price levels, best last, each a first-in-first-out queue of orders.
 * Levels sit in a sorted array (insertion near the best price moves little memory) and in a map by price; a queue is
 * an intrusive doubly linked list, so an order leaves it in constant time. Prices are ticks, quantities lots.
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Lots, Ticks } from '../commands.ts';

/** An order as the book holds it. `owner` is what the order belongs to; the simulated crowd's have none. */
export interface BookOrder<Owner> {
  readonly side: Side;
  owner: Owner | undefined;
  price: Ticks;
  /** Zero once it is filled or taken out. */
  leavesQty: Lots;
  /** How much the book may show of it at a time; zero: all. */
  readonly displayQty: Lots;
  /** What the book shows of it while it rests, and what can be taken before it goes to the end of its queue. */
  shownQty: Lots;
  /** The queue it rests in, or undefined. */
  level: Level<Owner> | undefined;
  before: BookOrder<Owner> | undefined;
  after: BookOrder<Owner> | undefined;
}

export interface Level<Owner> {
  readonly of: BookSide<Owner>;
  readonly price: Ticks;
  /** Sum of what the queue shows. */
  qty: Lots;
  first: BookOrder<Owner> | undefined;
  last: BookOrder<Owner> | undefined;
}

/** Told the new total of a price whenever it changes; zero means that nobody rests there any more. */
export type LevelListener = (side: Side, price: Ticks, qty: Lots) => void;

export interface BookSide<Owner> {
  readonly side: Side;
  readonly onLevel: LevelListener;
  /** Worst first, best last. */
  readonly levels: Level<Owner>[];
  readonly byPrice: Map<Ticks, Level<Owner>>;
}

export function createBookSide<Owner>(side: Side, onLevel: LevelListener): BookSide<Owner> {
  return { side, onLevel, levels: [], byPrice: new Map() };
}

export const bestLevel = <Owner>(book: BookSide<Owner>): Level<Owner> | undefined =>
  book.levels[book.levels.length - 1];

/** True when `a` is matched before `b`: higher for bids, lower for asks. */
const isBetter = (side: Side, a: Ticks, b: Ticks): boolean => (side === 'Buy' ? a > b : a < b);

/** Index of the first level (counting from the worst) that is not worse than `price`. */
function indexOf<Owner>(book: BookSide<Owner>, price: Ticks): number {
  const { levels, side } = book;
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const level = levels[middle];
    if (level !== undefined && isBetter(side, price, level.price)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function levelAt<Owner>(book: BookSide<Owner>, price: Ticks): Level<Owner> {
  const found = book.byPrice.get(price);
  if (found !== undefined) return found;
  const level: Level<Owner> = { of: book, price, qty: 0 as Lots, first: undefined, last: undefined };
  book.byPrice.set(price, level);
  const best = bestLevel(book);
  if (best === undefined || isBetter(book.side, price, best.price)) book.levels.push(level);
  else book.levels.splice(indexOf(book, price), 0, level);
  return level;
}

const portion = <Owner>({ displayQty, leavesQty }: BookOrder<Owner>): Lots =>
  displayQty === 0 || displayQty > leavesQty ? leavesQty : displayQty;

/** Puts an order at the end of its price's queue, showing a fresh portion of it, and returns the level. */
export function enqueue<Owner>(book: BookSide<Owner>, order: BookOrder<Owner>): Level<Owner> {
  const level = levelAt(book, order.price);
  order.level = level;
  order.shownQty = portion(order);
  order.before = level.last;
  order.after = undefined;
  if (level.last === undefined) level.first = order;
  else level.last.after = order;
  level.last = order;
  level.qty = (level.qty + order.shownQty) as Lots;
  return level;
}

/** What was shown has been taken: the next portion shows at the end of the queue. */
export function replenish<Owner>(level: Level<Owner>, order: BookOrder<Owner>): void {
  const shownQty = portion(order);
  level.qty = (level.qty - order.shownQty + shownQty) as Lots;
  order.shownQty = shownQty;
  if (order.after === undefined) return;
  if (order.before === undefined) level.first = order.after;
  else order.before.after = order.after;
  order.after.before = order.before;
  order.before = level.last;
  order.after = undefined;
  if (level.last !== undefined) level.last.after = order;
  level.last = order;
}

/** Takes an order out of its queue; an emptied level leaves the side. Its quantities stay as they were. */
export function dequeue<Owner>(order: BookOrder<Owner>): void {
  const level = order.level;
  if (level === undefined) return;
  const book = level.of;
  if (order.before === undefined) level.first = order.after;
  else order.before.after = order.after;
  if (order.after === undefined) level.last = order.before;
  else order.after.before = order.before;
  level.qty = (level.qty - order.shownQty) as Lots;
  order.level = undefined;
  order.before = undefined;
  order.after = undefined;
  if (level.first !== undefined) return;
  book.byPrice.delete(level.price);
  if (bestLevel(book) === level) book.levels.pop();
  else book.levels.splice(indexOf(book, level.price), 1);
}
