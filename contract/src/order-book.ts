/**
 * A local order book kept true by the exchange's messages: a snapshot replaces it, an increment sets levels, and what
 * falls out of the window is gone. Prices stay decimal text; their order is decided by a numeric key beside them
 * (a price of 15 digits or fewer, as every product's is, has a key of its own).
 */
import type { ProductSymbol } from './brand.ts';
import type { BookLevel, BookUpdate } from './model.ts';

export type BookChange =
  | 'changed'
  /** Nothing new: the levels were so already, or the increment is part of the snapshot. */
  | 'unchanged'
  /** An increment older than the book, which is left as it was: something was lost, ask for a fresh snapshot. */
  | 'regressed'
  /** An increment without a snapshot before it: nothing to apply it to. */
  | 'no-snapshot';

export interface OrderBook {
  readonly symbol: ProductSymbol;
  apply(update: BookUpdate): BookChange;
  /** Best first. The same array from call to call, changed in place: copy what must last. */
  bids(): readonly BookLevel[];
  asks(): readonly BookLevel[];
  /** Of the last message applied; undefined before the first snapshot. */
  sequence(): number | undefined;
  /** The whole book as one snapshot message, for a late joiner; undefined before the first snapshot. */
  snapshot(): BookUpdate | undefined;
  /** Forgets everything, as after a lost connection: the next increment needs a snapshot before it. */
  clear(): void;
}

interface Ladder {
  readonly levels: BookLevel[];
  /** Sort keys beside the levels, rising: the price of an ask, the negated price of a bid. */
  readonly keys: number[];
  readonly direction: 1 | -1;
}

const createLadder = (direction: 1 | -1): Ladder => ({ levels: [], keys: [], direction });

/** The index of `key`, or where it belongs. */
function indexOf(keys: readonly number[], key: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((keys[middle] as number) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sets one level; true if the ladder is different for it. */
function setLevel({ levels, keys, direction }: Ladder, level: BookLevel): boolean {
  const key = Number(level[0]) * direction;
  const index = indexOf(keys, key);
  const isKnown = keys[index] === key;
  if (level[1] === '0') {
    if (!isKnown) return false;
    keys.splice(index, 1);
    levels.splice(index, 1);
    return true;
  }
  if (isKnown) {
    if (levels[index]?.[1] === level[1]) return false;
    levels[index] = level;
    return true;
  }
  keys.splice(index, 0, key);
  levels.splice(index, 0, level);
  return true;
}

function setLevels(ladder: Ladder, levels: readonly BookLevel[], depth: number): boolean {
  let isChanged = false;
  for (const level of levels) isChanged = setLevel(ladder, level) || isChanged;
  // The exchange says no more of what lies beyond its window, so it would go stale here.
  if (depth > 0 && ladder.levels.length > depth) {
    ladder.levels.length = depth;
    ladder.keys.length = depth;
  }
  return isChanged;
}

function emptyLadder({ levels, keys }: Ladder): void {
  levels.length = 0;
  keys.length = 0;
}

export function createOrderBook(symbol: ProductSymbol): OrderBook {
  const bids = createLadder(-1);
  const asks = createLadder(1);
  let sequence: number | undefined;
  let depth = 0;
  let atMs = 0;

  return {
    symbol,
    bids: () => bids.levels,
    asks: () => asks.levels,
    sequence: () => sequence,
    apply(update) {
      if (update.kind === 'incremental') {
        if (sequence === undefined) return 'no-snapshot';
        if (update.sequence < sequence) return 'regressed';
        if (update.sequence === sequence) return 'unchanged';
      } else {
        emptyLadder(bids);
        emptyLadder(asks);
      }
      sequence = update.sequence;
      depth = update.depth;
      atMs = update.atMs;
      const isBidsChanged = setLevels(bids, update.bids, depth);
      const isAsksChanged = setLevels(asks, update.asks, depth);
      return update.kind === 'snapshot' || isBidsChanged || isAsksChanged ? 'changed' : 'unchanged';
    },
    snapshot() {
      if (sequence === undefined) return undefined;
      return {
        kind: 'snapshot',
        symbol,
        sequence,
        depth,
        atMs,
        bids: [...bids.levels],
        asks: [...asks.levels],
      };
    },
    clear() {
      emptyLadder(bids);
      emptyLadder(asks);
      sequence = undefined;
    },
  };
}
