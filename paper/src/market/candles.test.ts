import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RESOLUTIONS_SEC, type ResolutionSec } from '#contract/vocabulary.ts';
import { createVirtualClock } from '../clock.ts';
import type { Lots, Ticks, Units } from '../commands.ts';
import type { TradeEvent } from '../events.ts';
import { type Bar, bucketStart, mergeBars } from './bar.ts';
import { createMemoryCandleStore } from './candle-store.ts';
import { createCandleBook } from './candles.ts';
import { createProductPath } from './path.ts';
import { MARKET_PRODUCTS } from './products.ts';

const [product] = MARKET_PRODUCTS;
if (product === undefined) throw new Error('No products');
const { symbol, unitsPerTickLot } = product.spec;
const path = createProductPath(3, product);
const START_MS = Date.UTC(2026, 4, 12, 23, 51, 17, 250);

/** About a day each; at least 100,000 trades a run. */
const SESSIONS = 60;
const SESSION = { minLength: 1_700, maxLength: 1_800 };

function openBook(startMs = START_MS, store = createMemoryCandleStore()) {
  const clock = createVirtualClock(startMs);
  const candles = createCandleBook({
    products: MARKET_PRODUCTS.slice(0, 1),
    pathOf: () => path,
    clock,
    store,
  });
  const trade = (price: number, qty: number): TradeEvent => {
    const event = {
      kind: 'trade',
      symbol,
      atNs: clock.nowNs(),
      takerSide: 'Buy',
      price: price as Ticks,
      qty: qty as Lots,
    } as const;
    candles.trade(event);
    return event;
  };
  return { clock, candles, store, trade };
}

/** A thousand bars of every length are made; a busy machine may take its time. */
const PATIENCE_MS = 60_000;

describe('candles', { timeout: PATIENCE_MS }, () => {
  it('are contiguous, a thousand of every resolution up to a day, each with the close before it', () => {
    const { candles } = openBook();
    for (const resolutionSec of RESOLUTIONS_SEC) {
      const wanted = resolutionSec <= 86_400 ? 1000 : 3;
      const rows = candles.last(symbol, resolutionSec, wanted);
      expect(rows).toHaveLength(wanted);
      for (const [at, row] of rows.entries()) {
        expect(row.openTimeSec).toBe(bucketStart(row.openTimeSec, resolutionSec));
        const before = rows[at - 1];
        if (before === undefined) continue;
        expect(row.openTimeSec).toBe(before.openTimeSec + resolutionSec);
        expect(row.lastClose).toBe(before.close);
      }
      expect(rows.at(-1)).toEqual(candles.current(symbol, resolutionSec));
    }
  });

  it('of one length add up to those of every longer one', () => {
    const { candles } = openBook();
    const hours = candles.range(symbol, 3600, START_MS / 1000 - 90 * 86_400, START_MS / 1000);
    for (const resolutionSec of [7200, 14_400, 43_200, 86_400, 604_800] as const) {
      for (const row of candles.last(symbol, resolutionSec, 8).slice(0, -1)) {
        const inside = hours.filter(
          (hour) => bucketStart(hour.openTimeSec, resolutionSec) === row.openTimeSec,
        );
        expect(row).toMatchObject(mergeBars(row.openTimeSec, inside) ?? {});
      }
    }
  });

  it('begin at the listing, end now, and weeks begin on Mondays', () => {
    const { candles } = openBook();
    const listedSec = path.listedSec;
    const days = candles.range(symbol, 86_400, 0, Number.MAX_SAFE_INTEGER);
    expect(days[0]?.openTimeSec).toBe(listedSec);
    expect(days[0]?.lastClose).toBe(days[0]?.open);
    expect(days.at(-1)?.openTimeSec).toBe(bucketStart(START_MS / 1000, 86_400));
    expect(days.length).toBeGreaterThan(1800);
    for (const week of candles.last(symbol, 604_800, 20)) {
      expect(new Date(week.openTimeSec * 1000).getUTCDay()).toBe(1);
    }
    expect(candles.range(symbol, 60, START_MS / 1000 + 3600, START_MS / 1000 + 7200)).toEqual([]);
  });

  it('page without overlap: a range ends before its end and begins at its start', () => {
    const { candles } = openBook();
    const to = bucketStart(START_MS / 1000, 60);
    const newer = candles.range(symbol, 60, to - 600, to);
    const older = candles.range(symbol, 60, to - 1200, to - 600);
    expect([...older, ...newer]).toEqual(candles.range(symbol, 60, to - 1200, to));
    expect(newer).toHaveLength(10);
  });

  it('[CDL1] that live equal a plain sum of the trades at every resolution', () => {
    const step = fc.record({
      waitMs: fc.integer({ min: 0, max: 100_000 }),
      price: fc.integer({ min: 900_000, max: 1_100_000 }),
      qty: fc.integer({ min: 1, max: 5000 }),
    });
    fc.assert(
      fc.property(fc.array(step, SESSION), (steps) => {
        const { candles, clock, trade } = openBook();
        const minutes = new Map<number, Bar>();
        const first = candles.current(symbol, 60);
        minutes.set(first.openTimeSec, first);
        for (const { waitMs, price, qty } of steps) {
          clock.advance(waitMs);
          candles.roll();
          const { atNs } = trade(price, qty);
          addReference(minutes, bucketStart(Number(atNs / 1_000_000_000n), 60), price, qty);
        }
        fillFlat(minutes);
        const fromSec = first.openTimeSec;
        for (const resolutionSec of RESOLUTIONS_SEC) {
          const expected = referenceBars(minutes, resolutionSec).filter((bar) => bar.openTimeSec >= fromSec);
          const rows = candles.range(symbol, resolutionSec, fromSec, clock.nowMs() / 1000 + 1);
          expect(rows).toMatchObject(expected);
        }
      }),
      // Shrinking sessions this long would take hours; the seed says which one failed.
      { numRuns: SESSIONS, endOnFailure: true },
    );
  });

  it('start with the path up to now and go on with trades', () => {
    const { candles, trade } = openBook();
    const partial = candles.current(symbol, 60);
    const whole = path.bar(partial.openTimeSec, 60);
    expect(partial.open).toBe(whole.open);
    expect(partial.high).toBeLessThanOrEqual(whole.high);
    expect(partial.volume).toBeLessThanOrEqual(whole.volume);
    trade(whole.high + 50, 7);
    expect(candles.current(symbol, 60)).toMatchObject({
      open: whole.open,
      high: whole.high + 50,
      close: whole.high + 50,
      volume: partial.volume + 7,
    });
    expect(candles.current(symbol, 86_400).close).toBe(whole.high + 50);
  });

  it('come back after a restart, and the path fills the time in between', () => {
    const { candles, clock, store, trade } = openBook();
    for (let minute = 0; minute < 12; minute++) {
      trade(1_000_000 + minute * 10, 3);
      clock.advance(60_000);
      candles.roll();
    }
    candles.flush();
    const from = bucketStart(START_MS / 1000, 60);
    const before = candles.range(symbol, 60, from, from + 12 * 60);
    const later = openBook(clock.nowMs() + 3_600_000, store).candles;
    expect(later.range(symbol, 60, from, from + 12 * 60)).toEqual(before);
    const gap = later.range(symbol, 60, from + 13 * 60, from + 60 * 60);
    expect(gap.slice(1)).toMatchObject(gap.slice(1).map((row) => path.bar(row.openTimeSec, 60)));
    const hour = bucketStart(from, 3600);
    const minutes = later.range(symbol, 60, hour, hour + 3600);
    expect(later.range(symbol, 3600, hour, hour + 3600)).toMatchObject([mergeBars(hour, minutes)]);
  });

  it('are the path again after two weeks, every length of them alike, and nothing older is kept', () => {
    const { candles, clock, store, trade } = openBook();
    const hour = bucketStart(START_MS / 1000, 3600) + 3600;
    clock.advance(3_600_000);
    trade(2_000_000, 3);
    clock.advance(3_600_000);
    candles.roll();
    expect(candles.range(symbol, 3600, hour, hour + 3600)).toMatchObject([{ high: 2_000_000 }]);
    for (let minute = 0; minute < 15 * 1440; minute++) {
      clock.advance(60_000);
      candles.roll();
    }
    candles.flush();
    const minutes = candles.range(symbol, 60, hour, hour + 3600);
    expect(minutes).toMatchObject(minutes.map((row) => path.bar(row.openTimeSec, 60)));
    expect(candles.range(symbol, 3600, hour, hour + 3600)).toMatchObject([path.bar(hour, 3600)]);
    expect(store.load(symbol, 0, Number.MAX_SAFE_INTEGER)).toHaveLength(14 * 1440);
  });

  it('tell of every trade and every minute', () => {
    const { candles, clock, trade } = openBook();
    const heard: string[] = [];
    const stop = candles.onChange((of, change) => heard.push(`${of} ${change}`));
    trade(1_000_000, 1);
    clock.advance(60_000);
    candles.roll();
    candles.roll();
    stop();
    trade(1_000_000, 1);
    expect(heard).toEqual([`${symbol} trade`, `${symbol} minute`]);
  });

  it('follow the path, not a flat line, after the machine has slept', () => {
    const { candles, clock, trade } = openBook();
    trade(1_000_000, 1);
    const slept = bucketStart(START_MS / 1000, 60) + 60;
    clock.advance(20 * 60_000);
    candles.roll();
    const rows = candles.range(symbol, 60, slept, slept + 19 * 60);
    expect(rows).toMatchObject(rows.map((row) => path.bar(row.openTimeSec, 60)));
  });
});

function addReference(minutes: Map<number, Bar>, openTimeSec: number, price: number, qty: number): void {
  const value = BigInt(price) * BigInt(qty) * unitsPerTickLot;
  const bar = minutes.get(openTimeSec);
  minutes.set(openTimeSec, {
    openTimeSec,
    open: bar?.open ?? (price as Ticks),
    high: Math.max(bar?.high ?? price, price) as Ticks,
    low: Math.min(bar?.low ?? price, price) as Ticks,
    close: price as Ticks,
    volume: ((bar?.volume ?? 0) + qty) as Lots,
    turnover: ((bar?.turnover ?? 0n) + value) as Units,
  });
}

function fillFlat(minutes: Map<number, Bar>): void {
  const times = [...minutes.keys()].sort((a, b) => a - b);
  let close = 0 as Ticks;
  for (let at = times[0] ?? 0; at <= (times.at(-1) ?? 0); at += 60) {
    const bar = minutes.get(at) ?? {
      openTimeSec: at,
      open: close,
      high: close,
      low: close,
      close,
      volume: 0 as Lots,
      turnover: 0n as Units,
    };
    minutes.set(at, bar);
    close = bar.close;
  }
}

/** Buckets of the reference minutes; the first bucket also holds the path's minutes before the start. */
function referenceBars(minutes: Map<number, Bar>, resolutionSec: ResolutionSec): Bar[] {
  const times = [...minutes.keys()].sort((a, b) => a - b);
  const buckets = new Map<number, Bar[]>();
  for (const time of times) {
    const start = bucketStart(time, resolutionSec);
    const bars = buckets.get(start) ?? [];
    bars.push(minutes.get(time) as Bar);
    buckets.set(start, bars);
  }
  // In its own words, not in those that are tested.
  return [...buckets].map(([openTimeSec, bars]) => ({
    openTimeSec,
    open: bars[0]?.open as Ticks,
    high: Math.max(...bars.map(({ high }) => high)) as Ticks,
    low: Math.min(...bars.map(({ low }) => low)) as Ticks,
    close: bars.at(-1)?.close as Ticks,
    volume: bars.reduce((sum, { volume }) => sum + volume, 0) as Lots,
    turnover: bars.reduce((sum, { turnover }) => sum + turnover, 0n) as Units,
  }));
}
