/** The slowest possible price-time-priority book, to check the fast one against: one list, searched from the start. */
import type { Side } from '#contract/vocabulary.ts';

export interface NaiveOrder {
  readonly id: number;
  readonly side: Side;
  readonly price: number;
  qty: number;
  /** At most this much shows at a time; 0: all. */
  readonly display: number;
  shown: number;
}

export interface NaiveFill {
  readonly maker: number;
  readonly price: number;
  readonly qty: number;
}

export interface NaiveBook {
  /** In order of arrival. */
  orders: NaiveOrder[];
}

function bestMaker(book: NaiveBook, taker: NaiveOrder): NaiveOrder | undefined {
  let best: NaiveOrder | undefined;
  for (const order of book.orders) {
    const crosses = taker.side === 'Buy' ? order.price <= taker.price : order.price >= taker.price;
    if (order.side === taker.side || !crosses) continue;
    const isBetter =
      best === undefined || (taker.side === 'Buy' ? order.price < best.price : order.price > best.price);
    if (isBetter) best = order;
  }
  return best;
}

/** At the end, showing a fresh portion. */
export function stand(book: NaiveBook, order: NaiveOrder): void {
  order.shown = order.display === 0 ? order.qty : Math.min(order.display, order.qty);
  book.orders.push(order);
}

/** Matches, and lets the rest stand in the book if `rests`. */
export function naiveAdd(book: NaiveBook, taker: NaiveOrder, rests: boolean): NaiveFill[] {
  const fills: NaiveFill[] = [];
  while (taker.qty > 0) {
    const maker = bestMaker(book, taker);
    if (maker === undefined) break;
    const qty = Math.min(maker.shown, taker.qty);
    maker.qty -= qty;
    maker.shown -= qty;
    taker.qty -= qty;
    fills.push({ maker: maker.id, price: maker.price, qty });
    if (maker.shown > 0) continue;
    book.orders = book.orders.filter((order) => order !== maker);
    if (maker.qty > 0) stand(book, maker);
  }
  if (rests && taker.qty > 0) stand(book, taker);
  return fills;
}

export function naiveLevels(book: NaiveBook, side: Side): [number, number][] {
  const totals = new Map<number, number>();
  for (const order of book.orders) {
    if (order.side === side) totals.set(order.price, (totals.get(order.price) ?? 0) + order.shown);
  }
  return [...totals].sort(([a], [b]) => (side === 'Buy' ? b - a : a - b));
}
