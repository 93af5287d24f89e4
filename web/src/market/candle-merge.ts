/** Joins candles that came by different ways (stream, pages of history) without gaps, doubles or steps back in time. */
import type { Candle } from '#contract/model.ts';

/** What a live chart can hold and still update within a frame. */
export const CANDLES_MAX = 15_000;
/** Live candles may outgrow the limit by this many before the oldest go, so that the cut is rare. */
const TRIM_STEP = 1_000;

/** What changed, so that the chart can do the least: everything, or the candles from an index on. */
export type CandleChange = { readonly kind: 'all' } | { readonly kind: 'tail'; readonly from: number };

export interface Merged {
  readonly candles: readonly Candle[];
  /** Absent when nothing changed. */
  readonly change?: CandleChange;
}

const ALL: CandleChange = { kind: 'all' };

/** A calendar month or year may be this much longer than its nominal length. */
const LENGTH_SLACK = 1.2;

const isAdjacent = (before: Candle, after: Candle): boolean =>
  after.openTimeSec - before.openTimeSec <= after.resolutionSec * LENGTH_SLACK;

/**
 * A snapshot speaks for its whole range and everything after it; older pages stay if they reach up to it. Where a gap
 * would open (a long time offline), what was known goes: a chart must not draw over missing hours.
 */
export function mergeSnapshot(known: readonly Candle[], snapshot: readonly Candle[]): Merged {
  const first = snapshot[0];
  if (first === undefined) return { candles: known };
  const older = known.filter((candle) => candle.openTimeSec < first.openTimeSec);
  const seam = older.at(-1);
  const kept = seam !== undefined && isAdjacent(seam, first) ? older : [];
  return { candles: [...kept, ...snapshot].slice(-CANDLES_MAX), change: ALL };
}

/** Live candles, oldest first: each replaces the one of its time or goes on at the end. */
export function mergeLive(known: readonly Candle[], live: readonly Candle[]): Merged {
  const first = live[0];
  const last = known.at(-1);
  if (first === undefined) return { candles: known };
  if (last === undefined) return { candles: live, change: ALL };
  if (first.openTimeSec >= last.openTimeSec) {
    const kept = first.openTimeSec === last.openTimeSec ? known.slice(0, -1) : known;
    const candles = [...kept, ...live];
    if (candles.length <= CANDLES_MAX + TRIM_STEP)
      return { candles, change: { kind: 'tail', from: kept.length } };
    return { candles: candles.slice(-CANDLES_MAX), change: ALL };
  }
  const byTime = new Map(known.map((candle) => [candle.openTimeSec, candle]));
  for (const candle of live) byTime.set(candle.openTimeSec, candle);
  const candles = [...byTime.values()].sort((a, b) => a.openTimeSec - b.openTimeSec);
  return { candles: candles.slice(-CANDLES_MAX), change: ALL };
}

/** A page of history goes in front; whatever of it is not older than what is known is left out. */
export function mergeOlder(known: readonly Candle[], page: readonly Candle[]): Merged {
  const first = known[0];
  const older = first === undefined ? page : page.filter((candle) => candle.openTimeSec < first.openTimeSec);
  return older.length === 0 ? { candles: known } : { candles: [...older, ...known], change: ALL };
}
