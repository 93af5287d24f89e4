import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from './bar.ts';
import { type BaseSec, createProductPath } from './path.ts';
import { MARKET_PRODUCTS } from './products.ts';

const DAY_SEC = 86_400;
/** Hundreds of products' days are made; a busy machine may take its time. */
const PATIENCE_MS = 60_000;
const CHILDREN: readonly (readonly [BaseSec, BaseSec])[] = [
  [86400, 3600],
  [3600, 300],
  [300, 60],
];
/** Some years after every listing. */
const DAYS_FROM = Date.UTC(2022, 0, 1) / 1000 / DAY_SEC;

const place = fc.record({
  seed: fc.integer({ min: 0, max: 0x7fffffff }),
  product: fc.constantFrom(...MARKET_PRODUCTS),
  day: fc.integer({ min: DAYS_FROM, max: DAYS_FROM + 3000 }),
  slot: fc.integer({ min: 0, max: 287 }),
});

function expectWhole(parent: Bar, children: readonly Bar[]): void {
  expect(children[0]?.open).toBe(parent.open);
  expect(children.at(-1)?.close).toBe(parent.close);
  expect(Math.max(...children.map((bar) => bar.high))).toBe(parent.high);
  expect(Math.min(...children.map((bar) => bar.low))).toBe(parent.low);
  expect(children.reduce((sum, bar) => sum + bar.volume, 0)).toBe(parent.volume);
  expect(children.reduce((sum, bar) => sum + bar.turnover, 0n)).toBe(parent.turnover);
  for (const [at, bar] of children.entries()) {
    expect(bar.low).toBeGreaterThan(0);
    expect(bar.low).toBeLessThanOrEqual(Math.min(bar.open, bar.close));
    expect(bar.high).toBeGreaterThanOrEqual(Math.max(bar.open, bar.close));
    expect(bar.open).toBe(children[at - 1]?.close ?? parent.open);
    for (const ticks of [bar.open, bar.high, bar.low, bar.close, bar.volume]) {
      expect(Number.isSafeInteger(ticks)).toBe(true);
    }
  }
}

describe('the price path', { timeout: PATIENCE_MS }, () => {
  it('splits every bar into bars that add up to it to the last tick and lot', () => {
    fc.assert(
      fc.property(place, ({ seed, product, day, slot }) => {
        const path = createProductPath(seed, product);
        const { unitsPerTickLot } = product.spec;
        for (const [parentSec, childSec] of CHILDREN) {
          const at = day * DAY_SEC + slot * 300;
          const openTimeSec = at - (at % parentSec);
          const parent = path.bar(openTimeSec, parentSec);
          const children: Bar[] = [];
          for (let from = openTimeSec; from < openTimeSec + parentSec; from += childSec) {
            children.push(path.bar(from, childSec));
          }
          expectWhole(parent, children);
          for (const { volume, turnover, high, low } of children) {
            expect(turnover >= BigInt(volume) * BigInt(low) * unitsPerTickLot).toBe(true);
            expect(turnover <= BigInt(volume) * BigInt(high) * unitsPerTickLot).toBe(true);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('runs through a minute second by second from its open to its close, touching high and low', () => {
    fc.assert(
      fc.property(place, fc.integer({ min: 0, max: 4 }), ({ seed, product, day, slot }, minute) => {
        const path = createProductPath(seed, product);
        const openTimeSec = day * DAY_SEC + slot * 300 + minute * 60;
        const bar = path.bar(openTimeSec, 60);
        const { prices, lots } = path.minute(openTimeSec);
        expect(prices).toHaveLength(61);
        expect(prices[0]).toBe(bar.open);
        expect(prices[60]).toBeCloseTo(bar.close, 6);
        expect(Math.max(...prices)).toBeCloseTo(bar.high, 6);
        expect(Math.min(...prices)).toBeCloseTo(bar.low, 6);
        expect(lots.reduce((sum, lot) => sum + lot, 0)).toBeCloseTo(bar.volume, 3);
      }),
      { numRuns: 600 },
    );
  });

  it('is the same whatever was asked before, and joins without a gap across hours, days and years', () => {
    fc.assert(
      fc.property(place, ({ seed, product, day, slot }) => {
        const at = day * DAY_SEC + slot * 300;
        const fresh = createProductPath(seed, product);
        const used = createProductPath(seed, product);
        for (let back = 1; back < 30; back++) used.bar(at - back * 47 * 60, 60);
        expect(used.bar(at, 60)).toEqual(fresh.bar(at, 60));
        expect(fresh.bar(at - 60, 60).close).toBe(fresh.bar(at, 60).open);
        expect(fresh.bar((day - 1) * DAY_SEC, 86400).close).toBe(fresh.bar(day * DAY_SEC, 86400).open);
        expect(fresh.bar(day * DAY_SEC - 60, 60).close).toBe(fresh.bar(day * DAY_SEC, 86400).open);
        expect(fresh.fair(at * 1000)).toBe(fresh.bar(at, 60).open);
      }),
      { numRuns: 60 },
    );
  });

  it('stays within sight of the reference price for a decade', () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      for (const product of MARKET_PRODUCTS) {
        const path = createProductPath(seed, product);
        const ticks = product.profile.referencePrice / Number(product.spec.tickSize);
        for (let day = DAYS_FROM; day < DAYS_FROM + 3600; day += 30) {
          const { low, high } = path.bar(day * DAY_SEC, 86400);
          expect(low).toBeGreaterThan(ticks / 12);
          expect(high).toBeLessThan(ticks * 12);
        }
      }
    }
  });

  it('has fat tails and clusters of volatility like real minutes', () => {
    const [btc] = MARKET_PRODUCTS;
    if (btc === undefined) throw new Error('No products');
    const path = createProductPath(7, btc);
    const from = (DAYS_FROM + 900) * DAY_SEC;
    const closes = Array.from({ length: 14_400 }, (_, at) => path.bar(from + at * 60, 60).close);
    const returns = closes.slice(1).map((close, at) => Math.log(close / (closes[at] ?? close)));
    const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = mean(returns.map((value) => value ** 2));
    expect(Math.sqrt(variance)).toBeGreaterThan(2e-4);
    expect(Math.sqrt(variance)).toBeLessThan(12e-4);
    // A normal distribution has 3; BTC's minutes of June 2025 have 13, ETH's 124.
    expect(mean(returns.map((value) => value ** 4)) / variance ** 2).toBeGreaterThan(6);
    const sizes = returns.map(Math.abs);
    const centre = mean(sizes);
    const together = (lag: number) =>
      mean(sizes.slice(lag).map((size, at) => (size - centre) * ((sizes[at] ?? 0) - centre))) /
      mean(sizes.map((size) => (size - centre) ** 2));
    // Real BTC: 0.30 at one minute, 0.22 at ten.
    expect(together(1)).toBeGreaterThan(0.15);
    expect(together(10)).toBeGreaterThan(0.05);
  });
});
