/**
 * Large orders that are worked in pieces, a few at a time: what gives the sides of taking orders their long memory.
 * As in Lillo, Mike and Farmer (2005) the number of pieces has a power-law tail of exponent α, and the
 * autocorrelation of sides then falls with the lag to the power 1 − α. Counted in orders, not in time.
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Random } from './random.ts';

/** How many are worked at once: the more, the weaker the memory, however long. */
const WORKED = 3;
/** α: with what cuts it short below, sides remember about as long as those of real BTC (docs/market.md). */
const TAIL = 1.3;
/** Where the power law ends. */
const PIECES_MAX = 400;

export interface Metaorder {
  readonly side: Side;
  pieces: number;
}

export interface Metaorders {
  /** Somebody's whose turn it may be. */
  pick(): Metaorder;
  /** One of its pieces is done; another order begins in the place of one that is complete. */
  work(order: Metaorder): void;
}

export function createMetaorders(random: Random): Metaorders {
  const draw = (tail: number) => Math.min(Math.ceil((1 - random.next()) ** (-1 / tail)), PIECES_MAX);
  const begin = (pieces: number): Metaorder => ({ side: random.next() < 0.5 ? 'Buy' : 'Sell', pieces });
  // Whoever comes to a market at any moment mostly meets long ones (their number weighted by their length), half done.
  const worked = Array.from({ length: WORKED }, () => begin(Math.ceil(random.next() * draw(TAIL - 1))));
  return {
    pick: () => worked[Math.floor(random.next() * WORKED)] ?? begin(1),
    work(order) {
      order.pieces -= 1;
      if (order.pieces <= 0) worked[worked.indexOf(order)] = begin(draw(TAIL));
    },
  };
}
