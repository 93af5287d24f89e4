/**
 * How volatility wavers: a sum of smooth noises from three minutes to seven weeks long. All products have most of it
 * in common; each adds some of its own.
 */
import { createBlockCache } from './block-cache.ts';
import { createSmoothNoise, mixHash } from './random.ts';

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
export const SHARED_OCTAVES = 0.85;
export const OWN_OCTAVES = Math.sqrt(1 - SHARED_OCTAVES ** 2);

/** Parts of the logarithm of volatility at a time. */
export interface Octaves {
  /** Days and longer. */
  slow(timeSec: number): number;
  /** What wavers within a span of so many seconds: slower is nearly constant there, faster averages out in its steps. */
  within(spanSec: number, timeSec: number): number;
  all(timeSec: number): number;
}

/** `weight` is the share of the deviation that this sum has. */
export function createOctaves(hash: number, weight: number): Octaves {
  const octaves = OCTAVES.map(({ periodSec, strength }, index) => ({
    periodSec,
    strength: strength * weight,
    noise: createSmoothNoise(mixHash(hash, index)),
  }));
  const sumOf = (chosen: typeof octaves, timeSec: number) => {
    let sum = 0;
    for (const { periodSec, strength, noise } of chosen) sum += strength * noise(timeSec / periodSec);
    return sum;
  };
  const slow = octaves.filter(({ periodSec }) => periodSec > DAY_SEC);
  const chosenWithin = createBlockCache<typeof octaves>(OCTAVES.length);
  return {
    slow: (timeSec) => sumOf(slow, timeSec),
    within(spanSec, timeSec) {
      const chosen = chosenWithin(spanSec, () =>
        octaves.filter(({ periodSec }) => periodSec < 4 * spanSec && periodSec > spanSec / 24),
      );
      return sumOf(chosen, timeSec);
    },
    all: (timeSec) => sumOf(octaves, timeSec),
  };
}
