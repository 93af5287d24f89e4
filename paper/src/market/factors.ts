/**
 * What products have in common, as a pure function of (seed, time): the regime, the jumps that everything makes, and
 * the market's and each sector's part of the noise that every bar is split by. A product mixes these with noise of its
 * own, so that products move together at every resolution as they do over days.
 */
import { createBlockCache } from './block-cache.ts';
import { dayRhythm } from './day-rhythm.ts';
import { createOctaves, SHARED_OCTAVES } from './octaves.ts';
import { createRandom, hashText, latticeValue, mixHash } from './random.ts';
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
  /** The market's own move, with fat tails, in deviations of the day. */
  readonly shock: number;
  /** The shared logarithm of its volatility, of what wavers over days and longer. */
  readonly excitement: number;
}

/** What the steps that a bar is split into have in common in all products, one number for each step. */
export interface StepFactors {
  /** The market's standard normals. */
  readonly market: readonly number[];
  /** Standard normals of how excited a step is by chance; seconds have none in common. */
  readonly bustle: readonly number[];
  /** Shared logarithm of volatility: mood, hour and wavering. The seconds of a minute have one for all. */
  readonly excitement: readonly number[];
}

export interface SectorFactors {
  readonly shock: (openTimeSec: number) => number;
  readonly normals: (openTimeSec: number, parentSec: number) => readonly number[];
}

export interface Factors {
  readonly regimes: Regimes;
  /** A whole day against a usual one. */
  day(openTimeSec: number): DayFactors;
  /** Jumps of everything in the hour that opens at `hourSec`. */
  jumps(hourSec: number): readonly Jump[];
  /** Of the bar of a base length that opens at a time. */
  steps(openTimeSec: number, parentSec: number): StepFactors;
  /** By its name: its own move of a day, with fat tails, and its standard normals of a bar's steps. */
  sector(name: string): SectorFactors;
  /** Volatility around a time against a usual one, as far as it is shared. */
  stress(timeSec: number): number;
}

const DAY_SEC = 86_400;
const HOUR_SEC = 3600;
const MINUTE_SEC = 60;
/**
 * By the length of a bar: how many steps it has, and how many such bars are remembered for the next product that asks,
 * as many as a thousand bars of every resolution are made of.
 */
const SPLITS: Readonly<Record<number, { readonly count: number; readonly kept: number }>> = {
  86400: { count: 24, kept: 2_500 },
  3600: { count: 12, kept: 12_500 },
  300: { count: 5, kept: 7_000 },
  60: { count: 60, kept: 3_200 },
};
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

/** A normal with a random deviation, drawn from a day's hash alone: its tails are as fat as those of daily returns. */
const fatShare = (hash: number, day: number) =>
  latticeValue(hash, day) * Math.exp(0.3 * latticeValue(hash, day + 0x40000000) - 0.09);

function drawNormals(hash: number, openTimeSec: number, parentSec: number): readonly number[] {
  const random = createRandom(mixHash(mixHash(hash, parentSec), openTimeSec / parentSec));
  const count = SPLITS[parentSec]?.count ?? 0;
  const normals = new Array<number>(count);
  for (let at = 0; at < count; at++) normals[at] = random.normal();
  return normals;
}

/** One cache for each length of bar, as all are asked for by the time they open. */
function createSplitCaches<T>(make: (openTimeSec: number, parentSec: number) => T) {
  const caches = new Map(
    Object.entries(SPLITS).map(([parentSec, { kept }]) => [Number(parentSec), createBlockCache<T>(kept)]),
  );
  return (openTimeSec: number, parentSec: number): T => {
    const found = caches.get(parentSec);
    if (found === undefined) throw new RangeError(`Bars of ${parentSec} s are not split`);
    return found(openTimeSec, () => make(openTimeSec, parentSec));
  };
}

/** What the products of each sector have in common beside what all have. */
function createSectors(seed: number): (sector: string) => SectorFactors {
  const sectors = new Map<string, SectorFactors>();
  return (sector) => {
    const known = sectors.get(sector);
    if (known !== undefined) return known;
    const hash = hashText(mixHash(seed, 15), sector);
    const shockHash = hashText(mixHash(seed, 32), sector);
    const shocks = createBlockCache<number>(DAYS_MAX);
    const made = {
      shock: (openTimeSec: number) => shocks(openTimeSec, () => fatShare(shockHash, openTimeSec / DAY_SEC)),
      normals: createSplitCaches((openTimeSec, parentSec) => drawNormals(hash, openTimeSec, parentSec)),
    };
    sectors.set(sector, made);
    return made;
  };
}

export function createFactors(seed: number): Factors {
  const regimes = createRegimes(seed);
  const octaves = createOctaves(mixHash(seed, 12), SHARED_OCTAVES);
  const jumpHash = mixHash(seed, 14);
  const marketHash = hashText(mixHash(seed, 15), 'market');
  const bustleHash = hashText(mixHash(seed, 15), 'bustle');
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
    return {
      variance: variance / HOURS,
      trend: trend / Math.sqrt(HOURS),
      shock: fatShare(mixHash(seed, 31), openTimeSec / DAY_SEC),
      excitement: octaves.slow(openTimeSec + DAY_SEC / 2),
    };
  };
  const stepsOf = (openTimeSec: number, parentSec: number): StepFactors => {
    const isMinute = parentSec === MINUTE_SEC;
    const count = SPLITS[parentSec]?.count ?? 0;
    const spanSec = parentSec / count;
    const excitement = new Array<number>(isMinute ? 1 : count);
    for (let at = 0; at < excitement.length; at++) {
      const middleSec = openTimeSec + (at + 0.5) * spanSec;
      const rhythm = parentSec >= HOUR_SEC ? dayRhythm(middleSec) : 1;
      const { volatility } = regimes.at(middleSec);
      excitement[at] = Math.log(volatility * rhythm) + octaves.within(parentSec, middleSec);
    }
    const bustle = isMinute ? [] : drawNormals(bustleHash, openTimeSec, parentSec);
    return { market: drawNormals(marketHash, openTimeSec, parentSec), bustle, excitement };
  };
  const days = createBlockCache<DayFactors>(DAYS_MAX);
  return {
    regimes,
    day: (openTimeSec) => days(openTimeSec, () => dayOf(openTimeSec)),
    jumps,
    steps: createSplitCaches(stepsOf),
    sector: createSectors(seed),
    stress: (timeSec) => regimes.at(timeSec).volatility * dayRhythm(timeSec) * Math.exp(octaves.all(timeSec)),
  };
}
