/**
 * The market takers of one product: market orders that arrive as a Poisson process whose rate follows the path's own
 * volume, so that live volume joins history without a seam. Sizes are lognormal, sides come in runs and lean toward
 * where the price is going. Quantities in lots.
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Lots } from '../commands.ts';
import { poisson, type Random } from './random.ts';

/** Deviation of the logarithm of an order's quantity: most are small, a few are many times the mean. */
const SIZE_DEVIATION = 2;
/** Largest order against the mean one. */
const SIZE_MAX = 60;
/** Runs of one side, short and long: large orders are split (Lillo, Mike and Farmer 2005). Share left after a second. */
const RUNS = [
  { decay: 0.55, strength: 0.7 },
  { decay: 0.96, strength: 0.7 },
] as const;
/** Orders that arrive together are mostly pieces of one. */
const TOGETHER = 0.45;
/** How much the rate of orders deviates, in its logarithm, and how much of that is left after a second. */
const BURST_DEVIATION = 1.2;
const BURST_DECAY = 0.35;
/** Mean order while nothing is owed, against the usual one; and how much more than wanted may have traded. */
const SCRAP = 0.08;
const OVERDRAWN_MAX = 60;
/** A pause of the machine is not made up for by a burst. */
const STEP_MAX_SEC = 3;

export interface TakersOptions {
  readonly random: Random;
  readonly tradesPerSec: number;
  /** Lots per second on a usual day. */
  readonly usualLotsPerSec: number;
}

export interface TakerOrder {
  readonly side: Side;
  readonly qty: Lots;
}

export interface Takers {
  /** Orders that arrive in this step. `ahead` is where the price is going, in spreads. */
  arrive(elapsedSec: number, lotsPerSec: number, ahead: number): readonly TakerOrder[];
  /** How much of `staleLots`, quoted through the agreed price, is lifted before the makers withdraw it. */
  lift(staleLots: number): Lots;
  /** What an order really took; the path's volume is owed until it has traded. */
  took(lots: Lots): void;
}

export function createTakers(options: TakersOptions): Takers {
  const { random, tradesPerSec, usualLotsPerSec } = options;
  const meanLots = usualLotsPerSec / tradesPerSec;
  let owedLots = meanLots;
  const runs = RUNS.map(() => 0);
  let burst = 0;
  /** A wandering number of deviation one that forgets. */
  const wander = (value: number, decay: number, elapsed: number) => {
    const left = decay ** elapsed;
    return value * left + Math.sqrt(1 - left * left) * random.normal();
  };

  const size = (mean: number) => {
    const factor = Math.exp(SIZE_DEVIATION * random.normal() - SIZE_DEVIATION ** 2 / 2);
    return Math.max(Math.round(mean * Math.min(factor, SIZE_MAX)), 1) as Lots;
  };

  return {
    arrive(elapsedSec, lotsPerSec, ahead) {
      const elapsed = Math.min(elapsedSec, STEP_MAX_SEC);
      owedLots += lotsPerSec * elapsed;
      let run = 0;
      for (const [at, { decay, strength }] of RUNS.entries()) {
        runs[at] = wander(runs[at] ?? 0, decay, elapsed);
        run += strength * (runs[at] ?? 0);
      }
      burst = wander(burst, BURST_DECAY, elapsed);
      const pace = Math.exp(BURST_DEVIATION * burst - BURST_DEVIATION ** 2 / 2);
      // Busy seconds have both more orders and larger ones.
      const bustle = Math.sqrt(Math.max(owedLots, 0) / (usualLotsPerSec * 2));
      const count = Math.min(poisson(random, tradesPerSec * elapsed * pace * Math.min(bustle, 6)), 12);
      const lean = 1 / (1 + Math.exp(-(1.6 * Math.max(-2, Math.min(2, ahead)) + run)));
      const draw = (): Side => (random.next() < lean ? 'Buy' : 'Sell');
      const leading = draw();
      return Array.from({ length: count }, () => ({
        side: random.next() < TOGETHER ? leading : draw(),
        qty: size(meanLots * Math.min(Math.max(bustle, 0.3), 6)),
      }));
    },
    lift(staleLots) {
      if (staleLots === 0) return 0 as Lots;
      // When more has traded than the path wants, makers step aside and little prints on the way.
      const wanted = owedLots > 0 ? owedLots * random.next() + size(meanLots) : size(meanLots * SCRAP);
      return Math.min(staleLots, Math.round(wanted)) as Lots;
    },
    took(lots) {
      owedLots = Math.max(owedLots - lots, -OVERDRAWN_MAX * meanLots);
    },
  };
}
