import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { price, qty } from '#contract/decimal.ts';
import type { BookLevel, BookUpdate } from '#contract/model.ts';
import { applyBookUpdate, type Book, isCrossed } from './book.ts';

const SYMBOL = 'BTCUSDT' as ProductSymbol;
const level = (p: string, q: string): BookLevel => [price(p), qty(q)];

function update(sequence: number, parts: Partial<BookUpdate>): BookUpdate {
  return { kind: 'incremental', symbol: SYMBOL, sequence, depth: 30, atMs: 1, bids: [], asks: [], ...parts };
}

const snapshot = (sequence = 1) =>
  update(sequence, {
    kind: 'snapshot',
    bids: [level('99.5', '1'), level('99', '2')],
    asks: [level('100', '3'), level('100.5', '4')],
  });

describe('the book', () => {
  it('says nothing before a snapshot', () => {
    expect(applyBookUpdate(undefined, update(5, { bids: [level('99', '1')] }))).toBeUndefined();
  });

  it('changes, adds and removes levels, best first', () => {
    const book = applyBookUpdate(applyBookUpdate(undefined, snapshot()), {
      ...update(2, {}),
      bids: [level('99.5', '0'), level('99.2', '7'), level('99', '5')],
      asks: [level('100.2', '1'), level('101', '0')],
    });
    expect(book?.bids).toEqual([level('99.2', '7'), level('99', '5')]);
    expect(book?.asks).toEqual([level('100', '3'), level('100.2', '1'), level('100.5', '4')]);
  });

  it('is replaced whole by a snapshot, also by one with a lower sequence: the exchange has restarted', () => {
    const old = applyBookUpdate(undefined, snapshot(900));
    const fresh = applyBookUpdate(old, update(3, { kind: 'snapshot', bids: [level('50', '1')] }));
    expect(fresh?.bids).toEqual([level('50', '1')]);
    expect(fresh?.asks).toEqual([]);
  });

  it('is not changed by an increment that is older than it', () => {
    const book = applyBookUpdate(undefined, snapshot(10));
    expect(applyBookUpdate(book, update(10, { bids: [level('99.5', '0')] }))).toBe(book);
  });

  it('is not changed by another product', () => {
    const book = applyBookUpdate(undefined, snapshot());
    const foreign = update(9, { symbol: 'ETHUSDT' as ProductSymbol, bids: [level('99.5', '0')] });
    expect(applyBookUpdate(book, foreign)).toBe(book);
  });

  it('forgets a level that falls out of its depth, so that it cannot come back as a ghost', () => {
    const full = update(1, {
      kind: 'snapshot',
      bids: Array.from({ length: 30 }, (_, index) => level(String(100 - index), '1')),
    });
    const deeper = applyBookUpdate(
      applyBookUpdate(undefined, full),
      update(2, { bids: [level('100.5', '1')] }),
    );
    expect(deeper?.bids).toHaveLength(30);
    const after = applyBookUpdate(deeper, update(3, { bids: [level('100.5', '0')] }));
    expect(after?.bids).toHaveLength(29);
    expect(after?.bids.some(([p]) => p === '71')).toBe(false);
  });

  it('stays sorted, without doubles or empty levels, whatever comes', () => {
    const levels = fc.array(
      fc
        .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 3 }))
        .map(([p, q]) => level(`${p / 4}`, `${q}`)),
    );
    fc.assert(
      fc.property(fc.array(levels), (messages) => {
        let book: Book | undefined = applyBookUpdate(undefined, update(0, { kind: 'snapshot' }));
        for (const [index, asks] of messages.entries())
          book = applyBookUpdate(book, update(index + 1, { asks }));
        const prices = book?.asks.map(([p]) => Number(p)) ?? [];
        expect(prices).toEqual([...new Set(prices)].sort((a, b) => a - b));
        expect(book?.asks.every(([, q]) => q !== '0')).toBe(true);
        expect(prices.length).toBeLessThanOrEqual(30);
      }),
    );
  });

  it('knows when it is crossed', () => {
    const book = applyBookUpdate(undefined, snapshot()) as Book;
    expect(isCrossed(book)).toBe(false);
    const crossed = applyBookUpdate(book, update(2, { bids: [level('100', '1')] })) as Book;
    expect(isCrossed(crossed)).toBe(true);
  });
});
