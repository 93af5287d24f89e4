/**
 * One side of the makers' quotes: some fifty levels, thicker and wider apart away from the touch. Prices in ticks,
 * quantities in lots.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';
import type { Lots, Ticks } from '../commands.ts';
import type { Crowd, CrowdOrder } from '../exchange.ts';
import type { Random } from './random.ts';

/** Fewer levels than the first are filled up at once; more than the second are withdrawn, the farthest first. */
const LEVELS_MIN = 46;
const LEVELS_MAX = 58;
/** Chance per step that a hole somewhere in the ladder is quoted again (at the touch more), and that a quote inside the spread leaves. */
const REFILL_CHANCE = 0.35;
const TOUCH_REFILL_CHANCE = 0.75;
const RETREAT_CHANCE = 0.4;
/** What a gap of neighbouring levels may have beyond this many ticks, in usual gaps, before it is a hole. */
const HOLE_GAPS = 3;
const HOLE_TICKS = 1.5;
/** Chance that a quote is a wall, and how much larger it is. */
const WALL_CHANCE = 0.03;
const WALL_FACTOR = 6;
/** Deviation of the logarithm of a quote's quantity. */
const SIZE_DEVIATION = 0.75;
/** Levels over which gaps grow by one more usual gap. */
const GAP_GROWTH = 24;

export interface QuoteOptions {
  readonly symbol: ProductSymbol;
  readonly crowd: Crowd;
  readonly random: Random;
  readonly levelGapTicks: number;
  /** A usual quantity at the touch. */
  readonly touchLots: number;
  readonly qtyMax: Lots;
  readonly priceMin: Ticks;
  readonly priceMax: Ticks;
}

/** A ladder's state; `sign` is the direction away from the touch and `quotes` are best first. */
export interface Ladder {
  readonly options: QuoteOptions;
  readonly side: Side;
  readonly sign: 1 | -1;
  quotes: CrowdOrder[];
  /** Where the best quote belongs now, and belonged a step ago. */
  target: number;
  previousTarget: number;
  /** How much is quoted against a usual time; less when it storms. */
  thickness: number;
}

export function createLadder(options: QuoteOptions, side: Side): Ladder {
  return {
    options,
    side,
    sign: side === 'Buy' ? -1 : 1,
    quotes: [],
    target: 0,
    previousTarget: 0,
    thickness: 1,
  };
}

/** Ticks to the next level. */
function gapAt({ options }: Ladder, rank: number): number {
  const extra = (options.levelGapTicks - 1) * (0.4 + rank / GAP_GROWTH);
  return 1 + Math.floor(-Math.log(1 - options.random.next()) * extra);
}

function sizeAt({ options, target, sign, thickness }: Ladder, price: number): Lots {
  const { random, touchLots, levelGapTicks, qtyMax } = options;
  const depth = Math.max((price - target) * sign, 0) / levelGapTicks;
  const wall = random.next() < WALL_CHANCE ? WALL_FACTOR : 1;
  const usual = touchLots * thickness * (0.45 + 0.32 * depth ** 0.65) * wall;
  const lots = usual * Math.exp(SIZE_DEVIATION * random.normal() - SIZE_DEVIATION ** 2 / 2);
  return Math.min(Math.max(Math.round(lots), 1), qtyMax) as Lots;
}

/** Quotes a price that has none yet. What a user's resting order takes of it is traded, not quoted. */
function place(ladder: Ladder, price: number): void {
  const { options, quotes, sign, side } = ladder;
  if (price < options.priceMin || price > options.priceMax) return;
  const at = quotes.findIndex((quote) => (quote.price - price) * sign >= 0);
  if (at !== -1 && quotes[at]?.price === price) return;
  const order = options.crowd.limit(options.symbol, side, price as Ticks, sizeAt(ladder, price), false);
  if (order === undefined || order.leavesQty === 0) return;
  quotes.splice(at === -1 ? quotes.length : at, 0, order);
}

export function dropFilled(ladder: Ladder): void {
  ladder.quotes = ladder.quotes.filter((quote) => quote.leavesQty > 0);
}

/** Lots quoted at or through the price where the other side is to be quoted. */
export function lotsThrough(ladder: Ladder, oppositeTarget: number): number {
  let lots = 0;
  for (const quote of ladder.quotes) {
    if ((quote.price - oppositeTarget) * ladder.sign > 0) break;
    lots += quote.leavesQty;
  }
  return lots;
}

export function withdrawThrough(ladder: Ladder, oppositeTarget: number): void {
  const { crowd, random } = ladder.options;
  ladder.quotes = ladder.quotes.filter((quote) => {
    const through = (quote.price - oppositeTarget) * ladder.sign <= 0;
    const inside = (quote.price - ladder.target) * ladder.sign < 0;
    const leaves = through || (inside && random.next() < RETREAT_CHANCE);
    if (leaves) crowd.cancel(quote);
    return !leaves;
  });
}

export function withdrawAll(ladder: Ladder): void {
  for (const quote of ladder.quotes.splice(0)) ladder.options.crowd.cancel(quote);
}

/** The span that the agreed price has just moved over is quoted at once: its levels are new, not refilled. */
export function fillMoved(ladder: Ladder): void {
  const { sign, target } = ladder;
  const moved = (ladder.previousTarget - target) * sign;
  if (moved <= 0) return;
  const best = ladder.quotes[0]?.price ?? target;
  const reach = Math.min(moved, Math.max((best - target) * sign, 1));
  if (reach > LEVELS_MAX * ladder.options.levelGapTicks) {
    withdrawAll(ladder);
    return;
  }
  for (let away = 0; away < reach; away += gapAt(ladder, 0)) place(ladder, target + away * sign);
}

/** Taken levels come back one by one, anywhere between the agreed price and what is left: impact decays. */
export function fillHoles(ladder: Ladder): void {
  const { options, sign } = ladder;
  const { random, levelGapTicks } = options;
  let from = ladder.target - sign;
  for (const [rank, quote] of [...ladder.quotes].entries()) {
    const gap = (quote.price - from) * sign;
    const hole = HOLE_TICKS + HOLE_GAPS * (levelGapTicks - 1) * (1 + rank / GAP_GROWTH);
    const chance = rank === 0 ? TOUCH_REFILL_CHANCE * Math.min(ladder.thickness, 1) : REFILL_CHANCE;
    if (gap > (rank === 0 ? 1 : hole) && random.next() < chance) {
      const away = 1 + Math.floor(random.next() ** 2 * (gap - 1));
      place(ladder, from + away * sign);
    }
    from = quote.price;
  }
}

/** Keeps the number of levels between the bounds by its far end. */
export function fillEnd(ladder: Ladder): void {
  const { sign, quotes } = ladder;
  let price: number = quotes.at(-1)?.price ?? ladder.target - sign;
  for (let tries = 0; quotes.length < LEVELS_MIN && tries < 2 * LEVELS_MIN; tries++) {
    price += sign * gapAt(ladder, quotes.length);
    place(ladder, price);
  }
  for (const quote of quotes.splice(LEVELS_MAX)) ladder.options.crowd.cancel(quote);
}

/** One quote changes its size or its price, most often one near the touch. */
export function changeMind(ladder: Ladder): void {
  const { crowd, random, levelGapTicks } = ladder.options;
  const at = Math.floor(random.next() ** 1.6 * ladder.quotes.length);
  const quote = ladder.quotes[at];
  if (quote === undefined || quote.leavesQty === 0) return;
  if (random.next() < 0.6) {
    crowd.resize(quote, sizeAt(ladder, quote.price));
    return;
  }
  crowd.cancel(quote);
  ladder.quotes.splice(at, 1);
  const shift = Math.floor(random.next() * 2 * levelGapTicks) * (random.next() < 0.5 ? -1 : 1);
  const price = quote.price + shift;
  if ((price - ladder.target) * ladder.sign >= 0) place(ladder, price);
}
