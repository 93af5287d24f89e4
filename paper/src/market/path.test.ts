import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Bar } from './bar.ts';
import { createFactors } from './factors.ts';
import { type BaseSec, createProductPath, type ProductPath } from './path.ts';
import { MARKET_PRODUCTS } from './products.ts';
import { autocorrelation, correlation, deviation, kurtosis, logReturns } from './stylised-facts.ts';

const DAY_SEC = 86_400;
/** Hundreds of products' days are made; a busy machine may take its time. */
const PATIENCE_MS = 60_000;
const CHILDREN: readonly (readonly [BaseSec, BaseSec])[] = [
  [86400, 3600],
  [3600, 300],
  [300, 60],
];
/** Some years after every listing. */
const DAYS_FROM = Date.UTC(2023, 6, 1) / 1000 / DAY_SEC;

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

function pathOf(seed: number, symbol: string, factors = createFactors(seed)): ProductPath {
  const product = MARKET_PRODUCTS.find(({ spec }) => spec.symbol === symbol);
  if (product === undefined) throw new Error(`No ${symbol}`);
  return createProductPath(seed, product, factors);
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
      { numRuns: 100 },
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
      { numRuns: 150 },
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
      { numRuns: 30 },
    );
  });

  it('stays within sight of the reference price for a decade', () => {
    for (const seed of [1, 2, 3, 4]) {
      const factors = createFactors(seed);
      for (const product of MARKET_PRODUCTS) {
        const path = createProductPath(seed, product, factors);
        const ticks = product.profile.referencePrice / Number(product.spec.tickSize);
        for (let day = DAYS_FROM; day < DAYS_FROM + 3600; day += 30) {
          const { low, high } = path.bar(day * DAY_SEC, 86400);
          expect(low).toBeGreaterThan(ticks / 12);
          expect(high).toBeLessThan(ticks * 12);
        }
      }
    }
  });

  /** Closes of so many days of minutes. */
  const closesOf = (path: ProductPath, days: number) => {
    const from = Date.UTC(2024, 5, 19) / 1000;
    return Array.from({ length: days * 1440 }, (_, at) => path.bar(from + at * 60, 60).close);
  };

  it('has fat tails, no memory of direction and long clusters of volatility, like real minutes', () => {
    const returns = logReturns(closesOf(pathOf(7, 'BTCUSDT'), 30));
    expect(deviation(returns)).toBeGreaterThan(2.5e-4);
    expect(deviation(returns)).toBeLessThan(12e-4);
    // BTC's minutes of June 2025 have 13, ETH's 124.
    expect(kurtosis(returns)).toBeGreaterThan(9);
    expect(kurtosis(returns)).toBeLessThan(60);
    for (const lag of [1, 2, 5, 10]) expect(Math.abs(autocorrelation(returns, lag))).toBeLessThan(0.06);
    const sizes = returns.map(Math.abs);
    // Real BTC: 0.30 at one minute, 0.22 at ten, 0.17 at an hour, 0.03 at half a day.
    expect(autocorrelation(sizes, 1)).toBeGreaterThan(0.2);
    expect(autocorrelation(sizes, 1)).toBeLessThan(0.5);
    expect(autocorrelation(sizes, 10)).toBeGreaterThan(0.12);
    expect(autocorrelation(sizes, 60)).toBeGreaterThan(0.06);
    expect(autocorrelation(sizes, 720)).toBeLessThan(0.1);
  });

  it('is less fat-tailed the longer the return, as sums of returns are', () => {
    const closes = closesOf(pathOf(7, 'ETHUSDT'), 30);
    const tail = (step: number) => kurtosis(logReturns(closes.filter((_, at) => at % step === 0)));
    expect(tail(1)).toBeGreaterThan(1.5 * tail(240));
    expect(tail(60)).toBeGreaterThan(4);
  });

  it('moves products together: BTC and ETH most, a sector more than strangers, at every length of return', () => {
    const factors = createFactors(7);
    const [btc = [], eth = [], sol = [], ada = [], trx = []] = ['BTC', 'ETH', 'SOL', 'ADA', 'TRX'].map(
      (base) => closesOf(pathOf(7, `${base}USDT`, factors), 12),
    );
    const together = (a: readonly number[], b: readonly number[], step: number) =>
      correlation(
        logReturns(a.filter((_, at) => at % step === 0)),
        logReturns(b.filter((_, at) => at % step === 0)),
      );
    // Real BTC and ETH: 0.77 at a minute, 0.80 at five, 0.79 at an hour.
    for (const step of [1, 5, 60]) {
      expect(together(btc, eth, step)).toBeGreaterThan(0.55);
      expect(together(btc, eth, step)).toBeLessThan(0.95);
      expect(together(sol, ada, step)).toBeGreaterThan(together(sol, trx, step));
      expect(together(sol, trx, step)).toBeGreaterThan(0.15);
    }
  });

  it('spends most hours calm, many in a trend and some in a storm, and switches within the hour', () => {
    const { regimes } = createFactors(3);
    const from = DAYS_FROM * DAY_SEC;
    const hours = Array.from({ length: 20_000 }, (_, at) => regimes.at(from + at * 3600).name);
    const share = (name: string) => hours.filter((hour) => hour === name).length / hours.length;
    expect(share('calm')).toBeGreaterThan(share('trend'));
    expect(share('trend')).toBeGreaterThan(share('storm'));
    expect(share('storm')).toBeGreaterThan(0.04);
    const switches = Array.from({ length: 300_000 }, (_, at) => from + at * 60).filter(
      (at) => regimes.at(at).name !== regimes.at(at - 60).name,
    );
    expect(new Set(switches.map((at) => Math.floor((at % 3600) / 600))).size).toBeGreaterThan(4);
  });
});
