/**
 * The market takers of one product: market orders that arrive in bursts at a rate that follows the path's own volume,
 * so that live volume joins history without a seam. Sizes are lognormal; most orders are pieces of larger ones
 * (metaorders.ts), the others lean toward where the price is going. Quantities in lots.
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Lots } from '../commands.ts';
import { createMetaorders } from './metaorders.ts';
import { poisson, type Random } from './random.ts';

/** Deviation of the logarithm of an order's quantity: most are small, a few are many times the mean. */
const SIZE_DEVIATION = 2;
/** Largest order against the mean one. */
const SIZE_MAX = 60;
/** Share of orders that are pieces of a larger one. */
const PIECE_SHARE = 0.9;
/** Chance that whoever's turn it is waits while the price goes their way, and another one's turn comes. */
const PATIENCE = 0.65;
/** Chance that who works an order that way is quicker than the makers whose quotes the price has passed. */
const LIFT_CHANCE = 0.3;
/** How far sides lean for each spread that the price is going. */
const LEAN = 1.6;
const AHEAD_MAX = 2;
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
  /** Orders that arrive in this step, all of one side. `ahead` is where the price is going, in spreads. */
  arrive(elapsedSec: number, lotsPerSec: number, ahead: number): readonly TakerOrder[];
  /** How much of `staleLots`, quoted through the agreed price, takers of a side lift before the makers withdraw it. */
  lift(side: Side, staleLots: number): Lots;
  /** What an order really took; the path's volume is owed until it has traded. */
  took(lots: Lots): void;
}

export function createTakers(options: TakersOptions): Takers {
  const { random, tradesPerSec, usualLotsPerSec } = options;
  const meanLots = usualLotsPerSec / tradesPerSec;
  let owedLots = meanLots;
  const metaorders = createMetaorders(random);
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

  const draw = (lean: number): Side => {
    const wished = random.next() < lean ? 'Buy' : 'Sell';
    if (random.next() >= PIECE_SHARE) return wished;
    let order = metaorders.pick();
    if (order.side !== wished && random.next() < PATIENCE) order = metaorders.pick();
    metaorders.work(order);
    return order.side;
  };

  return {
    arrive(elapsedSec, lotsPerSec, ahead) {
      const elapsed = Math.min(elapsedSec, STEP_MAX_SEC);
      owedLots += lotsPerSec * elapsed;
      burst = wander(burst, BURST_DECAY, elapsed);
      const pace = Math.exp(BURST_DEVIATION * burst - BURST_DEVIATION ** 2 / 2);
      // Busy seconds have both more orders and larger ones.
      const bustle = Math.sqrt(Math.max(owedLots, 0) / (usualLotsPerSec * 2));
      const count = Math.min(poisson(random, tradesPerSec * elapsed * pace * Math.min(bustle, 6)), 12);
      const lean = 1 / (1 + Math.exp(-LEAN * Math.max(-AHEAD_MAX, Math.min(AHEAD_MAX, ahead))));
      // What arrives together is somebody's one order.
      const side = count === 0 ? 'Buy' : draw(lean);
      return Array.from({ length: count }, () => ({
        side,
        qty: size(meanLots * Math.min(Math.max(bustle, 0.3), 6)),
      }));
    },
    lift(side, staleLots) {
      if (staleLots === 0) return 0 as Lots;
      const order = metaorders.pick();
      if (order.side !== side || random.next() >= LIFT_CHANCE) return 0 as Lots;
      metaorders.work(order);
      // When more has traded than the path wants, little prints on the way.
      return Math.min(staleLots, size(owedLots > 0 ? meanLots : meanLots * SCRAP)) as Lots;
    },
    took(lots) {
      owedLots = Math.max(owedLots - lots, -OVERDRAWN_MAX * meanLots);
    },
  };
}
