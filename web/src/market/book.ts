/**
 * A product's order book as the trader may trust it: built from a snapshot and the increments that follow it, never
 * deeper than the exchange's window, replaced whole by the next snapshot.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { BookLevel, BookUpdate } from '#contract/model.ts';
import { comparePlain } from './plain-decimal.ts';

export interface Book {
  readonly symbol: ProductSymbol;
  readonly sequence: number;
  /** Exchange time of the last message, epoch ms. */
  readonly atMs: number;
  /** Best first. */
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

/** The exchange's own window. A level beyond it is not updated any more, so it must not be shown. */
const DEPTH_MAX = 30;

type Order = (a: string, b: string) => number;
const lowestFirst: Order = comparePlain;
const highestFirst: Order = (a, b) => comparePlain(b, a);

/** Where `price` is or belongs in a side. */
function position(levels: readonly BookLevel[], price: string, order: Order): number {
  let low = 0;
  let high = levels.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const level = levels[middle];
    if (level !== undefined && order(level[0], price) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function setLevels(
  levels: readonly BookLevel[],
  changes: readonly BookLevel[],
  { order, depth }: { order: Order; depth: number },
): readonly BookLevel[] {
  if (changes.length === 0) return levels;
  const next = [...levels];
  for (const change of changes) {
    const [price, qty] = change;
    const at = position(next, price, order);
    const isKnown = next[at]?.[0] === price;
    if (qty !== '0') next.splice(at, isKnown ? 1 : 0, change);
    else if (isKnown) next.splice(at, 1);
  }
  if (next.length > depth) next.length = depth;
  return next;
}

/** The book after a message; undefined while no snapshot has come. An old or foreign increment changes nothing. */
export function applyBookUpdate(book: Book | undefined, update: BookUpdate): Book | undefined {
  const { symbol, sequence, atMs } = update;
  const depth = update.depth > 0 ? Math.min(update.depth, DEPTH_MAX) : DEPTH_MAX;
  const isSnapshot = update.kind === 'snapshot';
  if (!isSnapshot && (book === undefined || book.symbol !== symbol || sequence <= book.sequence)) return book;
  const from = isSnapshot ? undefined : book;
  return {
    symbol,
    sequence,
    atMs,
    bids: setLevels(from?.bids ?? [], update.bids, { order: highestFirst, depth }),
    asks: setLevels(from?.asks ?? [], update.asks, { order: lowestFirst, depth }),
  };
}

/** A bid at or above an ask can stand in no real book: something was missed. */
export function isCrossed({ bids, asks }: Book): boolean {
  const bid = bids[0];
  const ask = asks[0];
  return bid !== undefined && ask !== undefined && comparePlain(bid[0], ask[0]) >= 0;
}
