/**
 * The market makers of one product: ordinary limit orders on some fifty levels a side around the price they agree
 * on. They follow that price, refill what was taken and keep changing their minds.
 */
import type { Side } from '#contract/vocabulary.ts';
import {
  changeMind,
  createLadder,
  dropFilled,
  fillEnd,
  fillHoles,
  fillMoved,
  lotsThrough,
  type QuoteOptions,
  withdrawAll,
  withdrawThrough,
} from './ladder.ts';
import { poisson } from './random.ts';

/** Quotes of a side that change their size or price in a step, on average. */
const CHANGES_PER_STEP = 1.3;

/** Beyond this much of a usual volatility makers ask for more room and quote less. */
const STRESS_BORNE = 1.5;
/** Room for each further unit of it, in moves of a usual second; and for the move they see coming. */
const ROOM_PER_STRESS = 0.12;
const ROOM_PER_MOVE = 0.06;
/** A price that wavers about the middle of two ticks moves nobody's quotes to and fro. */
const UNMOVED_TICKS = 0.8;
/** Quoted quantity falls with this power of the volatility. */
const THINNING = 0.7;
const THICKNESS_MIN = 0.2;
const THICKNESS_MAX = 1.6;

export interface MakersOptions extends QuoteOptions {
  readonly spreadTicks: number;
  /** A usual second's move, in ticks. */
  readonly secondTicks: number;
}

/** What makers know of the market when they quote. */
export interface Outlook {
  /** Real-valued ticks. */
  readonly fair: number;
  /** Volatility against a usual one. */
  readonly stress: number;
  /** The move they fear within a second or two, in ticks. */
  readonly move: number;
  /** The side that they do not quote. */
  readonly missing: Side | undefined;
}

export interface Makers {
  /** Moves the price and the spread they agree on; returns the lots that are now quoted through it. */
  agree(outlook: Outlook): { readonly staleAsks: number; readonly staleBids: number };
  /** Withdraws what is still quoted through the agreed price, then fills the ladders around it. */
  quote(): void;
}

export function createMakers(options: MakersOptions): Makers {
  const bids = createLadder(options, 'Buy');
  const asks = createLadder(options, 'Sell');
  let absent: Side | undefined;
  return {
    agree({ fair, stress, move, missing }) {
      absent = missing;
      const thickness = Math.min(Math.max(stress ** -THINNING, THICKNESS_MIN), THICKNESS_MAX);
      const room =
        ROOM_PER_STRESS * options.secondTicks * Math.max(stress - STRESS_BORNE, 0) +
        ROOM_PER_MOVE * Math.max(Math.abs(move) - 2 * options.secondTicks, 0);
      // Rounded by chance: half a tick of room is a tick half of the time.
      const spread = options.spreadTicks + Math.floor(room + options.random.next());
      for (const ladder of [bids, asks]) {
        ladder.thickness = thickness;
        ladder.previousTarget = ladder.target;
        dropFilled(ladder);
      }
      const wanted = fair - spread / 2;
      if (Math.abs(wanted - bids.target) > UNMOVED_TICKS) bids.target = Math.round(wanted);
      asks.target = bids.target + spread;
      return { staleAsks: lotsThrough(asks, bids.target), staleBids: lotsThrough(bids, asks.target) };
    },
    quote() {
      // Both sides make way before either is filled, so that makers never trade with each other.
      dropFilled(bids);
      dropFilled(asks);
      withdrawThrough(bids, asks.target);
      withdrawThrough(asks, bids.target);
      for (const ladder of [bids, asks]) {
        if (ladder.side === absent) {
          withdrawAll(ladder);
          continue;
        }
        fillMoved(ladder);
        fillHoles(ladder);
        for (let left = poisson(options.random, CHANGES_PER_STEP); left > 0; left--) changeMind(ladder);
        fillEnd(ladder);
      }
    },
  };
}
