import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { price, qty } from '#contract/decimal.ts';
import type { Book } from '../../market/book.ts';
import {
  GROUPINGS,
  ownRows,
  priceOf,
  priceText,
  qtyText,
  type Scale,
  spreadOf,
  viewOf,
} from './book-view.ts';

/** Nothing scrolled away. */
const AT_BEST = { Buy: 0, Sell: 0 };
/** Tick 0.5, lot 0.001. */
const SCALE: Scale = { pricePlaces: 1, qtyPlaces: 3, tickUnits: 5 };

function bookOf(bids: readonly [string, string][], asks: readonly [string, string][]): Book {
  const levels = (list: readonly [string, string][]) => list.map(([p, q]) => [price(p), qty(q)] as const);
  return { symbol: 'BTCUSDT' as ProductSymbol, sequence: 1, atMs: 1, bids: levels(bids), asks: levels(asks) };
}

const BOOK = bookOf(
  [
    ['103.5', '0.1'],
    ['101', '0.2'],
    ['99.5', '1'],
  ],
  [
    ['104', '0.3'],
    ['105', '0.4'],
    ['110.5', '2'],
  ],
);

describe('the view of a book', () => {
  it('adds up from the best level outwards', () => {
    const view = viewOf(BOOK, { scale: SCALE, grouping: 1, rowsMax: 30, skipped: AT_BEST });
    expect(view.bids.map(({ totalUnits }) => qtyText(totalUnits, SCALE))).toEqual([
      '0.100',
      '0.300',
      '1.300',
    ]);
    expect(view.asks.map(({ totalUnits }) => qtyText(totalUnits, SCALE))).toEqual([
      '0.300',
      '0.700',
      '2.700',
    ]);
    expect(view.totalUnitsMax).toBe(2700);
  });

  it('shows what lies behind when scrolled, with totals that still count from the best, and leaves no row empty', () => {
    const scrolled = (Buy: number) =>
      viewOf(BOOK, { scale: SCALE, grouping: 1, rowsMax: 2, skipped: { Buy, Sell: 0 } });
    const bids = (Buy: number) => scrolled(Buy).bids.map(({ totalUnits }) => qtyText(totalUnits, SCALE));
    expect(bids(0)).toEqual(['0.100', '0.300']);
    expect(bids(1)).toEqual(['0.300', '1.300']);
    expect(bids(28)).toEqual(['0.300', '1.300']);
    expect(scrolled(1).asks).toEqual(scrolled(0).asks);
    expect(scrolled(1).totalUnitsMax).toBe(1300);
  });

  it('shortens a size that has no room, and never says more than there is', () => {
    const scale = (qtyPlaces: number): Scale => ({ ...SCALE, qtyPlaces });
    expect(qtyText(9_999_999, scale(4))).toBe('999.9999');
    expect(qtyText(12_345_678, scale(4))).toBe('1,234.567');
    expect(qtyText(1_234_567_899, scale(4))).toBe('123,456.7');
    expect(qtyText(1_295_120, scale(0))).toBe('1,295,120');
    expect(qtyText(22_490_475, scale(0))).toBe('22.490M');
    expect(qtyText(1_229_098_516, scale(0))).toBe('1,229.098M');
  });

  it('groups bids downwards and asks upwards', () => {
    const view = viewOf(BOOK, { scale: SCALE, grouping: 10, rowsMax: 30, skipped: AT_BEST });
    expect(view.bids.map(({ priceUnits }) => priceText(priceUnits, SCALE))).toEqual(['100.0', '95.0']);
    expect(view.bids.map(({ qtyUnits }) => qtyUnits)).toEqual([300, 1000]);
    expect(view.asks.map(({ priceUnits }) => priceText(priceUnits, SCALE))).toEqual(['105.0', '115.0']);
  });

  it('shows as many rows as fit, each with everything that belongs to it', () => {
    const view = viewOf(BOOK, { scale: SCALE, grouping: 10, rowsMax: 1, skipped: AT_BEST });
    expect(view.bids).toEqual([{ priceUnits: 1000, qtyUnits: 300, totalUnits: 300 }]);
  });

  it('never looks crossed, and loses no quantity, at any grouping', () => {
    const side = fc.uniqueArray(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(side, side, fc.constantFrom(...GROUPINGS), (below, above, grouping) => {
        const text = (ticks: number) => String((6_000 + ticks) / 2);
        const bids = below.sort((a, b) => a - b).map((ticks) => [text(-ticks), '1'] as [string, string]);
        const asks = above.sort((a, b) => a - b).map((ticks) => [text(ticks), '1'] as [string, string]);
        const view = viewOf(bookOf(bids, asks), { scale: SCALE, grouping, rowsMax: 30, skipped: AT_BEST });
        expect(view.bids[0]?.priceUnits).toBeLessThan(view.asks[0]?.priceUnits ?? 0);
        expect(view.bids.at(-1)?.totalUnits).toBe(below.length * 1000);
        expect(view.asks.at(-1)?.totalUnits).toBe(above.length * 1000);
      }),
    );
  });

  it('finds the rows of own orders, grouped as the levels are', () => {
    const prices = [price('101'), price('99.5')];
    expect([...ownRows(prices, 'Buy', { scale: SCALE, grouping: 1 })]).toEqual([1010, 995]);
    expect([...ownRows(prices, 'Buy', { scale: SCALE, grouping: 10 })]).toEqual([1000, 950]);
    expect([...ownRows(prices, 'Sell', { scale: SCALE, grouping: 10 })]).toEqual([1050, 1000]);
  });

  it('has prices that can be sent as they are drawn', () => {
    expect(priceOf(935_000, SCALE)).toBe('93500');
    expect(priceOf(935_005, SCALE)).toBe('93500.5');
    expect(priceOf(120, { ...SCALE, pricePlaces: 0 })).toBe('120');
  });

  it('measures the spread between the real best prices, in ticks and percent', () => {
    expect(spreadOf(BOOK, SCALE)).toEqual({ ticks: 1, percentText: '0.4819' });
    expect(spreadOf(bookOf([], [['104', '1']]), SCALE)).toBeUndefined();
  });
});
