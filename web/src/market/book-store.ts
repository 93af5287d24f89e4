/** The order book of the product on the screen, outside React. */
import type { Price, ProductSymbol } from '#contract/brand.ts';
import { onSocketOpen } from '../exchange/connection.ts';
import { subscribe } from '../exchange/stream.ts';
import { applyBookUpdate, type Book, isCrossed } from './book.ts';
import { followBookCheck } from './book-check.ts';

let current: Book | undefined;
const listeners = new Set<() => void>();

function setBook(book: Book | undefined): void {
  if (book === current) return;
  current = book;
  for (const listener of listeners) listener();
}

/** The book, or undefined while none has come for this product. After a loss the old one stays until the new comes. */
export const bookNow = (symbol: ProductSymbol): Book | undefined =>
  current?.symbol === symbol ? current : undefined;

export function onBook(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Best prices of a side that has any. */
export function bestBidAsk(symbol: ProductSymbol): { readonly bid?: Price; readonly ask?: Price } {
  const book = bookNow(symbol);
  const bid = book?.bids[0]?.[0];
  const ask = book?.asks[0]?.[0];
  return { ...(bid === undefined ? {} : { bid }), ...(ask === undefined ? {} : { ask }) };
}

/** Keeps the product's book coming until the answer is called. */
export function followBook(symbol: ProductSymbol): () => void {
  /** After a reconnect increments make no sense before the new snapshot. */
  let isAwaitingSnapshot = true;
  let stop = listen();
  const stopCheck = followBookCheck(symbol);
  const stopOpen = onSocketOpen(() => {
    isAwaitingSnapshot = true;
  });

  function listen(): () => void {
    return subscribe({ kind: 'book', symbol }, (update) => {
      if (isAwaitingSnapshot && update.kind !== 'snapshot') return;
      isAwaitingSnapshot = false;
      const next = applyBookUpdate(current, update);
      if (next === undefined || update.kind === 'snapshot' || !isCrossed(next)) return setBook(next);
      // Something was missed: what stands on the screen stays, a new subscription brings a new snapshot.
      isAwaitingSnapshot = true;
      stop();
      queueMicrotask(() => {
        if (!isStopped) stop = listen();
      });
    });
  }
  let isStopped = false;
  return () => {
    isStopped = true;
    stop();
    stopCheck();
    stopOpen();
  };
}
