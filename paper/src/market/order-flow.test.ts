/** Order flow and books against what real ones look like; docs/market.md has the real figures beside these. */
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../clock.ts';
import { createExchange } from '../exchange.ts';
import { openAccountStore } from '../store/libsql-store.ts';
import { createMemoryCandleStore } from './candle-store.ts';
import { createMarket } from './market.ts';
import { MARKET_PRODUCTS } from './products.ts';
import { autocorrelation, deviation, mean, quantile } from './stylised-facts.ts';

const [btc] = MARKET_PRODUCTS;
if (btc === undefined) throw new Error('No products');
const { symbol } = btc.spec;
const START_MS = Date.UTC(2026, 4, 12, 15);
const MINUTES = 20;
const LOOKS_PER_MINUTE = 120;
const LEVELS = 30;

interface TakenOrder {
  readonly atMs: number;
  readonly sign: number;
  lots: number;
}

/** BTC alone for some minutes: the orders that took, and twice a second the book. */
function record() {
  if (btc === undefined) throw new Error('No products');
  const clock = createVirtualClock(START_MS);
  const exchange = createExchange({ products: [btc.spec], clock, store: openAccountStore(':memory:') });
  const market = createMarket({
    exchange,
    clock,
    seed: 9,
    candleStore: createMemoryCandleStore(),
    products: [btc],
  });
  const orders: TakenOrder[] = [];
  exchange.subscribe((event) => {
    if (event.kind !== 'trade') return;
    const atMs = clock.nowMs();
    const sign = event.takerSide === 'Buy' ? 1 : -1;
    const last = orders.at(-1);
    if (last?.atMs === atMs && last.sign === sign) last.lots += event.qty;
    else orders.push({ atMs, sign, lots: event.qty });
  });
  market.start();
  const books = Array.from({ length: MINUTES * LOOKS_PER_MINUTE }, () => {
    clock.advance(60_000 / LOOKS_PER_MINUTE);
    const book = exchange.book(symbol);
    return { bids: book.levels('Buy', LEVELS), asks: book.levels('Sell', LEVELS) };
  });
  market.stop();
  return { orders, books };
}

describe('the order flow of a busy product', { timeout: 60_000 }, () => {
  const { orders, books } = record();

  it('has orders of all sizes: most are small, a few are many times the mean', () => {
    const lots = orders.map((order) => order.lots);
    // Real: 2.1, 0.07 and 16.
    expect(deviation(lots.map(Math.log))).toBeGreaterThan(1.6);
    expect(quantile(lots, 0.5) / mean(lots)).toBeLessThan(0.3);
    expect(quantile(lots, 0.99) / mean(lots)).toBeGreaterThan(5);
  });

  it('has them in bursts and in runs of one side, at no regular times', () => {
    const gaps = orders.slice(1).map(({ atMs }, at) => atMs - (orders[at]?.atMs ?? 0));
    // Real: 1.5; a clock would have 0.
    expect(deviation(gaps) / mean(gaps)).toBeGreaterThan(0.85);
    const signs = orders.map(({ sign }) => sign);
    // Real: 0.20 at one order, 0.16 at five, 0.10 at twenty: large orders are worked in pieces.
    expect(autocorrelation(signs, 1)).toBeGreaterThan(0.1);
    expect(autocorrelation(signs, 5)).toBeGreaterThan(0.06);
    const far = Array.from({ length: 21 }, (_, at) => autocorrelation(signs, 10 + at));
    expect(mean(far)).toBeGreaterThan(0.02);
    expect(mean(far)).toBeLessThan(0.2);
    const steps = new Map<number, number>();
    for (const gap of gaps) steps.set(gap, (steps.get(gap) ?? 0) + 1);
    expect(Math.max(...steps.values()) / gaps.length).toBeLessThan(0.35);
  });

  it('meets a book of thirty levels a side that is mostly a tick wide and sometimes wider', () => {
    expect(books.every(({ bids, asks }) => bids.length === LEVELS && asks.length === LEVELS)).toBe(true);
    const spreads = books.map(({ bids, asks }) => (asks[0]?.[0] ?? 0) - (bids[0]?.[0] ?? 0));
    const tight = spreads.filter((ticks) => ticks === 1).length / spreads.length;
    expect(tight).toBeGreaterThan(0.5);
    expect(tight).toBeLessThan(1);
  });

  it('is thicker away from the touch, and no level stays what it was', () => {
    const touch = mean(books.map(({ bids }) => bids[0]?.[1] ?? 0));
    const deep = mean(books.map(({ bids }) => bids[LEVELS - 1]?.[1] ?? 0));
    expect(deep).toBeGreaterThan(touch);
    const same = books.slice(20).map(({ bids }, at) => {
      const before = new Map(books[at]?.bids);
      return bids.filter(([price, qty]) => before.get(price) === qty).length / LEVELS;
    });
    expect(mean(same)).toBeLessThan(0.6);
  });
});
