/** One candle in the core's integers: prices in ticks, volume in lots, turnover in 10⁻¹² USDT; times in epoch seconds. */
import type { Lots, Ticks, Units } from '../commands.ts';

export interface Bar {
  readonly openTimeSec: number;
  readonly open: Ticks;
  readonly high: Ticks;
  readonly low: Ticks;
  readonly close: Ticks;
  readonly volume: Lots;
  readonly turnover: Units;
}

/** A bar as the exchange prints it: `lastClose` is always the close of the bar before it. */
export interface Candle extends Bar {
  readonly resolutionSec: number;
  readonly lastClose: Ticks;
}

/** The first second of 1970's first Monday: weeks begin on Mondays, UTC. */
const FIRST_MONDAY_SEC = 4 * 86_400;
const WEEK_SEC = 604_800;

/**
 * Start of the bucket that holds `timeSec`. Weeks begin on Monday; every other length, months (30 days) and years
 * (360 days) included, is aligned to a multiple of itself, as the exchange's "aligned in resolution boundary" says.
 */
export function bucketStart(timeSec: number, resolutionSec: number): number {
  const origin = resolutionSec === WEEK_SEC ? FIRST_MONDAY_SEC : 0;
  return Math.floor((timeSec - origin) / resolutionSec) * resolutionSec + origin;
}

/** Several adjoining bars, oldest first, as one; undefined when there are none. */
export function mergeBars(openTimeSec: number, bars: readonly Bar[]): Bar | undefined {
  const first = bars[0];
  if (first === undefined) return undefined;
  let { high, low, close } = first;
  let volume = 0;
  let turnover = 0n;
  for (const bar of bars) {
    if (bar.high > high) high = bar.high;
    if (bar.low < low) low = bar.low;
    close = bar.close;
    volume += bar.volume;
    turnover += bar.turnover;
  }
  return {
    openTimeSec,
    open: first.open,
    high,
    low,
    close,
    volume: volume as Lots,
    turnover: turnover as Units,
  };
}

export function flatBar(openTimeSec: number, close: Ticks): Bar {
  return {
    openTimeSec,
    open: close,
    high: close,
    low: close,
    close,
    volume: 0 as Lots,
    turnover: 0n as Units,
  };
}
