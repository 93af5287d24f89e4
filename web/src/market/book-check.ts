/** Whether the books on the screen are the exchange's, as Perpdeck has found them to be. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { BookCheck } from '#contract/book-check.ts';
import type { ProductSymbol } from '#contract/brand.ts';
import { onRelayNotice, onSocketOpen } from '../exchange/connection.ts';

const checks = createStore<Readonly<Record<string, BookCheck>>>(() => ({}));

/** Hears what Perpdeck says of a product's book, as long as the book is followed. */
export function followBookCheck(symbol: ProductSymbol): () => void {
  const forget = () => checks.setState(({ [symbol]: _gone, ...others }) => others, true);
  const stopNotices = onRelayNotice((notice) => {
    if (notice.kind === 'book' && notice.symbol === symbol) checks.setState({ [symbol]: notice.check });
  });
  const stopOpen = onSocketOpen(forget);
  return () => {
    stopNotices();
    stopOpen();
    forget();
  };
}

/** The exchange repeats its snapshot every minute: after this two in a row have not come. */
const OVERDUE_MS = 150_000;

/** undefined while nothing is known of it; `isOverdue` when what is known is old. */
export function useBookCheck(symbol: ProductSymbol): (BookCheck & { isOverdue: boolean }) | undefined {
  const check = useStore(checks, (all) => all[symbol]);
  const [overdue, setOverdue] = useState<BookCheck>();
  useEffect(() => {
    if (check === undefined || check.state === 'broken') return;
    const timer = setTimeout(setOverdue, OVERDUE_MS, check);
    return () => clearTimeout(timer);
  }, [check]);
  return check && { ...check, isOverdue: overdue === check };
}
