/** Whether the book is the exchange's, and since when it is known: against the snapshot it repeats every minute. */
import type { BookFault } from '#contract/book-check.ts';
import type { ProductSymbol } from '#contract/brand.ts';
import { formatClock } from '../../lib/time-format.ts';
import { useBookCheck } from '../../market/book-check.ts';
import styles from './order-book.module.css';

const FAULT_WORDS: Readonly<Record<BookFault, string>> = {
  regressed: 'the exchange’s messages came in the wrong order',
  crossed: 'a bid stood above an ask',
  mismatch: 'the exchange’s own snapshot showed another book',
  unreadable: 'a message could not be read',
};

export function BookCheckMark({ symbol }: { readonly symbol: ProductSymbol }) {
  const check = useBookCheck(symbol);
  if (check === undefined) return null;
  const { state, title, word, atMs } = wordsOf(check);
  return (
    <span
      role={state === 'broken' ? 'alert' : undefined}
      className={styles.check}
      data-state={state}
      data-testid="book-check"
      title={title}
    >
      {word} <span className={styles.checkTime}>{formatClock(atMs)}</span>
    </span>
  );
}

function wordsOf(check: NonNullable<ReturnType<typeof useBookCheck>>) {
  if (check.state === 'broken') {
    const title = `Book not verified: ${FAULT_WORDS[check.fault]}. It has been asked for anew.`;
    return { state: 'broken', word: 'wrong since', atMs: check.sinceMs, title };
  }
  const atMs = check.state === 'verified' ? check.atMs : check.sinceMs;
  if (check.isOverdue) {
    const title = 'Book not verified since then: the exchange has not repeated its snapshot.';
    return { state: 'overdue', word: 'not verified since', atMs, title };
  }
  if (check.state === 'verified') {
    const title = 'Book verified: equal to the exchange’s own snapshot, which it repeats every minute.';
    return { state: 'verified', word: 'verified', atMs, title };
  }
  const title = 'Book begun with the exchange’s snapshot; verified when the exchange repeats it.';
  return { state: 'fresh', word: 'from', atMs, title };
}
