/**
 * How excited a market is at any time: the regime, the hour of the day, and a sum of smooth noises from minutes to
 * months long, partly shared by all products; and the moments at which it jumps. A pure function of (seed, symbol,
 * time). It gives volatility its clusters, returns their tails and crowds their rhythm.
 */
import { createBlockCache } from './block-cache.ts';
import { dayRhythm } from './day-rhythm.ts';
import { drawJumps, type Factors, type Jump, NO_JUMPS } from './factors.ts';
import { createSmoothNoise, hashText, mixHash } from './random.ts';

interface Octave {
  readonly periodSec: number;
  /** Deviation it adds to the logarithm of volatility. */
  readonly strength: number;
}

const DAY_SEC = 86_400;
const OCTAVES: readonly Octave[] = [
  { periodSec: 47 * DAY_SEC, strength: 0.2 },
  { periodSec: 13 * DAY_SEC, strength: 0.2 },
  { periodSec: 4 * DAY_SEC, strength: 0.18 },
  { periodSec: 29_000, strength: 0.24 },
  { periodSec: 8_300, strength: 0.26 },
  { periodSec: 2_500, strength: 0.26 },
  { periodSec: 700, strength: 0.24 },
  { periodSec: 190, strength: 0.2 },
];

/** Share of the log-volatility's deviation that all products have in common. */
const SHARED = 0.85;
const OWN = Math.sqrt(1 - SHARED * SHARED);

/** Jumps of a product's own, against those that everything makes. */
const OWN_JUMPS = 0.5;
const HOUR_SEC = 3600;
const HOURS_KEPT = 64;

/** One of the steps that a parent bar is split into. */
export interface Step {
  readonly fromSec: number;
  readonly spanSec: number;
  readonly parentSec: number;
}

export interface Volatility {
  /** Logarithm of the slow part (days and longer) at a time. */
  slow(timeSec: number): number;
  /**
   * A step's variance without its jumps, in variances of a usual hour. What varies slower than the parent is left out:
   * it is for sharing the parent's own variance among its steps.
   */
  variance(step: Step): number;
  /** When it jumps within a span, and how far: everything's jumps and its own. */
  jumps(fromSec: number, spanSec: number): readonly Jump[];
  /** Volatility around a time against a usual one, jumps left out. */
  stress(timeSec: number): number;
}

export function createVolatility(seed: number, symbol: string, factors: Factors): Volatility {
  const ownHash = hashText(mixHash(seed, 11), symbol);
  const sharedHash = mixHash(seed, 12);
  const octaves = OCTAVES.map((octave, index) => ({
    ...octave,
    own: createSmoothNoise(mixHash(ownHash, index)),
    shared: createSmoothNoise(mixHash(sharedHash, index)),
  }));
  const sumOf = (chosen: typeof octaves, timeSec: number) => {
    let sum = 0;
    for (const { periodSec, strength, own, shared } of chosen) {
      const at = timeSec / periodSec;
      sum += strength * (SHARED * shared(at) + OWN * own(at));
    }
    return sum;
  };
  const slowOctaves = octaves.filter((octave) => octave.periodSec > DAY_SEC);
  // Slower than four spans is nearly constant inside one; faster than a 24th averages out.
  const octavesWithin = createBlockCache<typeof octaves>(OCTAVES.length);
  const within = (spanSec: number) =>
    octavesWithin(spanSec, () =>
      octaves.filter(({ periodSec }) => periodSec < 4 * spanSec && periodSec > spanSec / 24),
    );

  const ownJumps = mixHash(ownHash, 100);
  const jumpsOf = createBlockCache<readonly Jump[]>(HOURS_KEPT);
  const jumpsIn = (hourSec: number) =>
    jumpsOf(hourSec, () => {
      const perHour = OWN_JUMPS * factors.regimes.at(hourSec + HOUR_SEC / 2).jumpsPerHour;
      const own = drawJumps(mixHash(ownJumps, hourSec / HOUR_SEC), hourSec, perHour);
      const shared = factors.jumps(hourSec);
      return own.length + shared.length === 0 ? NO_JUMPS : [...shared, ...own];
    });

  return {
    slow: (timeSec) => sumOf(slowOctaves, timeSec),
    variance({ fromSec, spanSec, parentSec }) {
      const middleSec = fromSec + spanSec / 2;
      const rhythm = parentSec >= HOUR_SEC ? dayRhythm(middleSec) : 1;
      const deviation =
        factors.regimes.at(middleSec).volatility * rhythm * Math.exp(sumOf(within(parentSec), middleSec));
      return (deviation * deviation * spanSec) / HOUR_SEC;
    },
    jumps(fromSec, spanSec) {
      let found = NO_JUMPS;
      for (let hour = fromSec - (fromSec % HOUR_SEC); hour < fromSec + spanSec; hour += HOUR_SEC) {
        const here = jumpsIn(hour);
        if (here.length === 0) continue;
        found = [...found, ...here.filter(({ atSec }) => atSec >= fromSec && atSec < fromSec + spanSec)];
      }
      return found;
    },
    stress: (timeSec) =>
      factors.regimes.at(timeSec).volatility * dayRhythm(timeSec) * Math.exp(sumOf(octaves, timeSec)),
  };
}
