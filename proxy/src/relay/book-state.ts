/**
 * A relayed book, held against the exchange's own words. Its sequences must rise, it must not stay crossed, and the
 * snapshot that the exchange repeats every minute must find it as it is: sequences rise with gaps, so that a lost
 * increment cannot be seen any sooner. A book found wrong is asked for anew.
 */
import type { BookCheck, BookFault } from '#contract/book-check.ts';
import type { ProductSymbol } from '#contract/brand.ts';
import type { BookLevel, BookUpdate } from '#contract/model.ts';
import { createOrderBook, type OrderBook } from '#contract/order-book.ts';
import { readBook, writeBook } from '#contract/wire/book.ts';
import type { Cancel, Time } from '../time.ts';
import type { TopicState } from './topic-state.ts';

/** Increments of one moment may come apart; a book that is still crossed after this is wrong. */
const CROSSED_MS = 1_000;
/** A book that is wrong again and again is asked for no more often than this. */
const RENEW_MS = 5_000;

/** How all books together have fared since the start. */
export interface BookTally {
  /** Snapshots that found the book as it was. */
  verified: number;
  /** Increments that the book had already: harmless, and a sign of a stream that is not well. */
  repeated: number;
  readonly faults: Record<BookFault, number>;
}

export const createBookTally = (): BookTally => ({
  verified: 0,
  repeated: 0,
  faults: { regressed: 0, crossed: 0, mismatch: 0, unreadable: 0 },
});

export interface BookStateNeeds {
  readonly time: Time;
  readonly tally: BookTally;
  /** Whenever the answer to "is it right?" is another one. */
  onCheck(check: BookCheck): void;
  /** Asks the exchange for the book anew. */
  renew(): void;
}

export interface BookState extends TopicState {
  /** undefined before the first snapshot. */
  check(): BookCheck | undefined;
}

export function createBookState(symbol: ProductSymbol, needs: BookStateNeeds): BookState {
  const { time, tally } = needs;
  const book = createOrderBook(symbol);
  let check: BookCheck | undefined;
  let lastIncrement: number | undefined;
  let renewedAtMs = Number.NEGATIVE_INFINITY;
  let cancelRenew: Cancel | undefined;
  let cancelCrossed: Cancel | undefined;

  const show = (next: BookCheck) => {
    check = next;
    needs.onCheck(next);
  };
  const forget = () => {
    book.clear();
    lastIncrement = undefined;
    cancelCrossed?.();
    cancelCrossed = undefined;
  };
  const renew = () => {
    cancelRenew = undefined;
    renewedAtMs = time.monoMs();
    needs.renew();
  };
  const fail = (fault: BookFault) => {
    tally.faults[fault] += 1;
    // After a mismatch the exchange's snapshot is in its place; otherwise nothing is known.
    if (fault !== 'mismatch') forget();
    if (cancelRenew !== undefined) return;
    show({ state: 'broken', sinceMs: check?.state === 'broken' ? check.sinceMs : time.nowMs(), fault });
    const waitMs = renewedAtMs + RENEW_MS - time.monoMs();
    if (waitMs <= 0) renew();
    else cancelRenew = time.after(waitMs, renew);
  };
  const applySnapshot = (update: BookUpdate) => {
    const before = book.snapshot();
    if (before !== undefined && update.sequence < before.sequence) return fail('regressed');
    book.apply(update);
    lastIncrement = undefined;
    if (before === undefined) {
      cancelRenew?.();
      cancelRenew = undefined;
      return show({ state: 'fresh', sinceMs: time.nowMs() });
    }
    if (!isSame(before.bids, book.bids()) || !isSame(before.asks, book.asks())) return fail('mismatch');
    tally.verified += 1;
    show({ state: 'verified', atMs: time.nowMs() });
  };
  const applyIncrement = (update: BookUpdate) => {
    const known = book.sequence();
    if (known === undefined) return;
    // What is older than the snapshot a book began with is a part of that snapshot.
    if (update.sequence < known && lastIncrement !== undefined) return fail('regressed');
    if (update.sequence <= known) {
      tally.repeated += 1;
      return;
    }
    book.apply(update);
    lastIncrement = update.sequence;
  };
  const watchCrossing = () => {
    if (!isCrossed(book)) {
      cancelCrossed?.();
      cancelCrossed = undefined;
    } else {
      cancelCrossed ??= time.after(CROSSED_MS, () => fail('crossed'));
    }
  };

  return {
    apply({ parsed }) {
      const read = readBook(parsed);
      if (!read.ok) return fail('unreadable');
      if (read.value.kind === 'snapshot') applySnapshot(read.value);
      else applyIncrement(read.value);
      watchCrossing();
    },
    snapshot() {
      const update = book.snapshot();
      return update === undefined ? undefined : writeBook(update);
    },
    check: () => check,
    clear() {
      forget();
      cancelRenew?.();
      cancelRenew = undefined;
      if (check?.state !== 'broken') check = undefined;
    },
  };
}

/** Levels are compared as written: the exchange has one way of writing a number. */
const isSame = (a: readonly BookLevel[], b: readonly BookLevel[]): boolean =>
  a.length === b.length && a.every(([price, qty], i) => price === b[i]?.[0] && qty === b[i]?.[1]);

function isCrossed(book: OrderBook): boolean {
  const bid = book.bids()[0];
  const ask = book.asks()[0];
  return bid !== undefined && ask !== undefined && Number(bid[0]) >= Number(ask[0]);
}
