/**
 * What products have in common, as a pure function of (seed, time): the regime, the jumps that everything makes, and
 * the market's and each sector's part of the noise that every bar is split by. A product mixes these with noise of its
 * own, so that products move together at every resolution as they do over days.
 */
import { createBlockCache } from './block-cache.ts';
import { dayRhythm } from './day-rhythm.ts';
import { createRandom, hashText, mixHash } from './random.ts';
import { createRegimes, type Regimes } from './regimes.ts';

/** A sudden move: it adds variance at one moment rather than over a span. */
export interface Jump {
  readonly atSec: number;
  /** In variances of a usual hour. */
  readonly variance: number;
}

export interface DayFactors {
  /** A usual day has about one. */
  readonly variance: number;
  /** Where its trends take the market, in deviations of a usual day. */
  readonly trend: number;
}

export interface Factors {
  readonly regimes: Regimes;
  /** A whole day against a usual one. */
  day(openTimeSec: number): DayFactors;
  /** Jumps of everything in the hour that opens at `hourSec`. */
  jumps(hourSec: number): readonly Jump[];
  /** Standard normals of the market, or of a sector by its name, one for each of a parent bar's steps. */
  normals(of: string, step: StepSpan): readonly number[];
}

/** The steps of one parent bar. */
export interface StepSpan {
  readonly openTimeSec: number;
  readonly parentSec: number;
  readonly count: number;
}

const HOUR_SEC = 3600;
/** Parent bars whose normals are remembered for the next product that asks. */
const BLOCKS_MAX = 2_000;
/** More days than any product has been listed. */
const DAYS_MAX = 20_000;
/** A usual jump is this many deviations of a usual hour; the logarithm of its size deviates by the second. */
const JUMP_SIZE = 0.2;
const JUMP_DEVIATION = 0.7;
const JUMP_SIZE_MAX = 1.8;

/** A trending hour goes this many of its deviations its way. */
export const TREND_DRIFT = 0.3;
const HOURS = 24;

export const NO_JUMPS: readonly Jump[] = [];

/** Jumps of the hour that a hash belongs to, at a mean rate; most hours have none, and cost one look at the hash. */
export function drawJumps(hash: number, hourSec: number, perHour: number): readonly Jump[] {
  let passed = -Math.log(1 - hash / 2 ** 32);
  if (passed >= perHour) return NO_JUMPS;
  const random = createRandom(hash);
  const jumps: Jump[] = [];
  while (passed < perHour) {
    const size = Math.min(JUMP_SIZE * Math.exp(JUMP_DEVIATION * random.normal()), JUMP_SIZE_MAX);
    jumps.push({ atSec: hourSec + random.next() * HOUR_SEC, variance: size * size });
    passed -= Math.log(1 - random.next());
  }
  return jumps;
}

export function createFactors(seed: number): Factors {
  const regimes = createRegimes(seed);
  const jumpHash = mixHash(seed, 14);
  const blocks = new Map<
    string,
    { hash: number; cache: ReturnType<typeof createBlockCache<readonly number[]>> }
  >();
  const blocksOf = (name: string) => {
    let found = blocks.get(name);
    if (found === undefined) {
      found = { hash: hashText(mixHash(seed, 15), name), cache: createBlockCache(BLOCKS_MAX) };
      blocks.set(name, found);
    }
    return found;
  };
  const jumps = (hourSec: number) =>
    drawJumps(
      mixHash(jumpHash, hourSec / HOUR_SEC),
      hourSec,
      regimes.at(hourSec + HOUR_SEC / 2).jumpsPerHour,
    );
  const dayOf = (openTimeSec: number): DayFactors => {
    let variance = 0;
    let trend = 0;
    for (let hour = 0; hour < HOURS; hour++) {
      const hourSec = openTimeSec + hour * HOUR_SEC;
      const { volatility, direction } = regimes.at(hourSec + HOUR_SEC / 2);
      const deviation = volatility * dayRhythm(hourSec + HOUR_SEC / 2);
      variance += deviation * deviation;
      trend += direction * TREND_DRIFT * deviation;
      for (const jump of jumps(hourSec)) variance += jump.variance;
    }
    return { variance: variance / HOURS, trend: trend / Math.sqrt(HOURS) };
  };
  const days = createBlockCache<DayFactors>(DAYS_MAX);
  return {
    regimes,
    day: (openTimeSec) => days(openTimeSec, () => dayOf(openTimeSec)),
    jumps,
    normals(of, { openTimeSec, parentSec, count }) {
      const { hash, cache } = blocksOf(of);
      return cache(openTimeSec * 1e6 + parentSec, () => {
        const random = createRandom(mixHash(mixHash(hash, parentSec), openTimeSec / parentSec));
        const normals = new Array<number>(count);
        for (let at = 0; at < count; at++) normals[at] = random.normal();
        return normals;
      });
    },
  };
}
