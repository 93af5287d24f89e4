/**
 * The market makers of one product: ordinary limit orders on some fifty levels a side around the price they agree
 * on. They follow that price, refill what was taken and keep changing their minds.
 */
import {
  changeMind,
  createLadder,
  dropFilled,
  fillEnd,
  fillHoles,
  fillMoved,
  lotsThrough,
  type QuoteOptions,
  withdrawThrough,
} from './ladder.ts';
import { poisson } from './random.ts';

/** Quotes of a side that change their size or price in a step, on average. */
const CHANGES_PER_STEP = 1.3;

export interface MakersOptions extends QuoteOptions {
  readonly spreadTicks: number;
}

export interface Makers {
  /** Moves the price they agree on (real-valued ticks); returns the lots that are now quoted through it. */
  agree(fair: number): { readonly staleAsks: number; readonly staleBids: number };
  /** Withdraws what is still quoted through the agreed price, then fills the ladders around it. */
  quote(): void;
}

export function createMakers(options: MakersOptions): Makers {
  const bids = createLadder(options, 'Buy');
  const asks = createLadder(options, 'Sell');
  return {
    agree(fair) {
      for (const ladder of [bids, asks]) {
        ladder.previousTarget = ladder.target;
        dropFilled(ladder);
      }
      bids.target = Math.round(fair - options.spreadTicks / 2);
      asks.target = bids.target + options.spreadTicks;
      return { staleAsks: lotsThrough(asks, bids.target), staleBids: lotsThrough(bids, asks.target) };
    },
    quote() {
      // Both sides make way before either is filled, so that makers never trade with each other.
      dropFilled(bids);
      dropFilled(asks);
      withdrawThrough(bids, asks.target);
      withdrawThrough(asks, bids.target);
      for (const ladder of [bids, asks]) {
        fillMoved(ladder);
        fillHoles(ladder);
        for (let left = poisson(options.random, CHANGES_PER_STEP); left > 0; left--) changeMind(ladder);
        fillEnd(ladder);
      }
    },
  };
}
