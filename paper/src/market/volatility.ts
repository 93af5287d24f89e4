/**
 * How excited a market is at any time: a sum of smooth noises from minutes to months long, partly shared by all
 * products, as a pure function of (seed, symbol, time). It gives volatility its clusters and crowds its rhythm.
 */
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
const SHARED = 0.7;
const OWN = Math.sqrt(1 - SHARED * SHARED);

/** Relative volatility of the hours of a UTC day, as measured on BTC and ETH perpetuals in 2025. */
const HOUR_PROFILE = [
  1.22, 1.04, 0.93, 0.77, 0.65, 0.64, 0.68, 0.74, 0.77, 0.76, 0.75, 0.72, 0.87, 1.18, 1.3, 1.1, 1.1, 1.14,
  1.06, 1.09, 1.14, 1.24, 1.14, 1.08,
];

export interface Volatility {
  /** Logarithm of the slow part (days and longer) at a time. */
  slow(timeSec: number): number;
  /** Relative volatility within a span: only what varies faster than the span matters for sharing it out. */
  within(timeSec: number, spanSec: number): number;
}

/** The middle of each hour has the table's value; between them it is blended, so that no hour begins with a step. */
function hourProfile(timeSec: number): number {
  const at = (timeSec % DAY_SEC) / 3600 - 0.5;
  const hour = Math.floor(at);
  const share = at - hour;
  const before = HOUR_PROFILE[(hour + 24) % 24] ?? 1;
  const after = HOUR_PROFILE[(hour + 25) % 24] ?? 1;
  return before * (1 - share) + after * share;
}

export function createVolatility(seed: number, symbol: string): Volatility {
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
  const bySpan = new Map<number, typeof octaves>();
  const octavesWithin = (spanSec: number) => {
    let chosen = bySpan.get(spanSec);
    if (chosen === undefined) {
      // Slower than four spans is nearly constant inside one; faster than a 24th averages out.
      chosen = octaves.filter(({ periodSec }) => periodSec < 4 * spanSec && periodSec > spanSec / 24);
      bySpan.set(spanSec, chosen);
    }
    return chosen;
  };
  return {
    slow: (timeSec) => sumOf(slowOctaves, timeSec),
    within(timeSec, spanSec) {
      const noise = Math.exp(sumOf(octavesWithin(spanSec), timeSec));
      return spanSec >= 3600 ? noise * hourProfile(timeSec) : noise;
    },
  };
}
