import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Price, ProductSymbol, Qty } from './brand.ts';
import type { BookLevel, BookUpdate } from './model.ts';
import { createOrderBook } from './order-book.ts';

const symbol = 'BTCUSDT' as ProductSymbol;
const level = (price: string, qty: string): BookLevel => [price as Price, qty as Qty];

const update = (kind: BookUpdate['kind'], sequence: number, sides: Partial<BookUpdate> = {}): BookUpdate => ({
  kind,
  symbol,
  sequence,
  depth: 30,
  atMs: sequence,
  bids: [],
  asks: [],
  ...sides,
});

describe('an order book', () => {
  it('keeps bids falling and asks rising whatever order levels come in', () => {
    const book = createOrderBook(symbol);
    const prices = ['99.9', '100', '9.5', '101.25', '1000'].map((price) => level(price, '1'));
    expect(book.apply(update('snapshot', 1, { bids: prices, asks: prices }))).toBe('changed');
    expect(book.bids().map(([price]) => price)).toEqual(['1000', '101.25', '100', '99.9', '9.5']);
    expect(book.asks().map(([price]) => price)).toEqual(['9.5', '99.9', '100', '101.25', '1000']);
  });

  it('sets, replaces and removes single levels', () => {
    const book = createOrderBook(symbol);
    book.apply(update('snapshot', 1, { bids: [level('10', '1'), level('9', '2')] }));
    book.apply(update('incremental', 2, { bids: [level('10', '0'), level('9', '3'), level('8', '4')] }));
    expect(book.bids()).toEqual([level('9', '3'), level('8', '4')]);
    expect(book.sequence()).toBe(2);
  });

  it('says when a message changed nothing', () => {
    const book = createOrderBook(symbol);
    book.apply(update('snapshot', 1, { asks: [level('10', '1')] }));
    expect(book.apply(update('incremental', 2, { asks: [level('10', '1'), level('11', '0')] }))).toBe(
      'unchanged',
    );
    expect(book.sequence()).toBe(2);
  });

  it('takes no increment before a snapshot, nor after it was cleared', () => {
    const book = createOrderBook(symbol);
    expect(book.apply(update('incremental', 5, { bids: [level('1', '1')] }))).toBe('no-snapshot');
    book.apply(update('snapshot', 6));
    book.clear();
    expect(book.apply(update('incremental', 7, { bids: [level('1', '1')] }))).toBe('no-snapshot');
    expect(book.bids()).toEqual([]);
    expect(book.snapshot()).toBeUndefined();
  });

  it('leaves itself alone when the sequence goes back, and ignores what its snapshot holds already', () => {
    const book = createOrderBook(symbol);
    book.apply(update('snapshot', 10, { bids: [level('1', '1')] }));
    expect(book.apply(update('incremental', 9, { bids: [level('1', '0')] }))).toBe('regressed');
    expect(book.apply(update('incremental', 10, { bids: [level('1', '0')] }))).toBe('unchanged');
    expect(book.bids()).toEqual([level('1', '1')]);
    expect(book.sequence()).toBe(10);
  });

  it('takes any snapshot, since an exchange that restarted counts anew', () => {
    const book = createOrderBook(symbol);
    book.apply(update('snapshot', 1000, { bids: [level('1', '1')] }));
    expect(book.apply(update('snapshot', 1, { bids: [level('2', '2')] }))).toBe('changed');
    expect(book.bids()).toEqual([level('2', '2')]);
    expect(book.apply(update('incremental', 2, { bids: [level('2', '3')] }))).toBe('changed');
  });

  it('forgets levels that fall out of the window, so that they cannot come back stale', () => {
    const book = createOrderBook(symbol);
    const asks = ['1', '2', '3'].map((price) => level(price, '1'));
    book.apply(update('snapshot', 1, { depth: 3, asks }));
    book.apply(update('incremental', 2, { depth: 3, asks: [level('0.5', '1')] }));
    expect(book.asks().map(([price]) => price)).toEqual(['0.5', '1', '2']);
    book.apply(update('incremental', 3, { depth: 3, asks: [level('0.5', '0')] }));
    expect(book.asks().map(([price]) => price)).toEqual(['1', '2']);
  });

  it('keeps every level of a full book (depth 0)', () => {
    const book = createOrderBook(symbol);
    const asks = Array.from({ length: 200 }, (_, index) => level(String(index + 1), '1'));
    book.apply(update('snapshot', 1, { depth: 0, asks }));
    expect(book.asks()).toHaveLength(200);
  });

  it('tells prices apart to the last digit of the finest tick', () => {
    const book = createOrderBook(symbol);
    const asks = [level('0.00000002', '1'), level('0.00000001', '1'), level('499999.00000001', '1')];
    book.apply(update('snapshot', 1, { asks }));
    book.apply(update('incremental', 2, { asks: [level('499999.00000002', '1')] }));
    expect(book.asks().map(([price]) => price)).toEqual([
      '0.00000001',
      '0.00000002',
      '499999.00000001',
      '499999.00000002',
    ]);
  });

  const depth = 30;
  const ticks = fc.integer({ min: 1, max: 60 });
  const lots = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 9 }));
  const changes = fc.array(fc.record({ isBid: fc.boolean(), ticks, lots }), { maxLength: 12 });

  /** What the exchange would publish: its whole ladder, of which the window is the best `depth` levels. */
  function windowOf(ladder: ReadonlyMap<number, number>, direction: 1 | -1): BookLevel[] {
    return [...ladder]
      .sort(([a], [b]) => (a - b) * direction)
      .slice(0, depth)
      .map(([price, qty]) => level(String(price), String(qty)));
  }

  /** The increment between two windows, as the exchange sends it: what left is zero, what is new or different is set. */
  function difference(before: readonly BookLevel[], after: readonly BookLevel[]): BookLevel[] {
    const now = new Map(after.map(([price, qty]) => [price, qty]));
    const then = new Map(before.map(([price, qty]) => [price, qty]));
    const gone = before.filter(([price]) => !now.has(price)).map(([price]) => level(price, '0'));
    return [...gone, ...after.filter(([price, qty]) => then.get(price) !== qty)];
  }

  it('comes by increments to the same book as by a snapshot', () => {
    fc.assert(
      fc.property(fc.array(changes, { maxLength: 40 }), (messages) => {
        const bids = new Map<number, number>();
        const asks = new Map<number, number>();
        const book = createOrderBook(symbol);
        book.apply(update('snapshot', 0));
        let before = { bids: windowOf(bids, -1), asks: windowOf(asks, 1) };
        for (const [index, message] of messages.entries()) {
          for (const change of message) {
            const ladder = change.isBid ? bids : asks;
            const key = change.isBid ? change.ticks : change.ticks + 100;
            if (change.lots === 0) ladder.delete(key);
            else ladder.set(key, change.lots);
          }
          const after = { bids: windowOf(bids, -1), asks: windowOf(asks, 1) };
          book.apply(
            update('incremental', index + 1, {
              bids: difference(before.bids, after.bids),
              asks: difference(before.asks, after.asks),
            }),
          );
          before = after;
          expect(book.bids()).toEqual(after.bids);
          expect(book.asks()).toEqual(after.asks);
        }
        const late = createOrderBook(symbol);
        const snapshot = book.snapshot();
        if (snapshot !== undefined) late.apply(snapshot);
        expect(late.snapshot()).toEqual(snapshot);
      }),
    );
  });
});
