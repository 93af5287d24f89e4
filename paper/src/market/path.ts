/**
 * Where prices go: a pure function of (seed, symbol, time), so that history and future agree across restarts and
 * no restart leaves a gap. Days come from a seeded walk; each is split on demand into hours, five minutes, minutes
 * and seconds that meet their parent's open, high, low, close, volume and turnover exactly.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Lots, Ticks, Units } from '../commands.ts';
import type { Bar } from './bar.ts';
import { createBlockCache } from './block-cache.ts';
import { planOf, reachOf, type StepPlan, splitBar } from './bridge.ts';
import { createDays } from './days.ts';
import { createFactors, type Factors, type Jump, TREND_DRIFT } from './factors.ts';
import { loadingsOf } from './loadings.ts';
import type { MarketProduct } from './products.ts';
import { createRandom, hashText, mixHash, type Random } from './random.ts';
import { createVolatility, type Volatility } from './volatility.ts';
import { splitVolume } from './volume-split.ts';

const DAY_SEC = 86_400;
const HOUR_SEC = 3600;
const FIVE_MINUTES_SEC = 300;
const MINUTE_SEC = 60;

/** Bars that the path makes itself; every other length is a merger of the longest of these that divides it. */
export type BaseSec = typeof DAY_SEC | typeof HOUR_SEC | typeof FIVE_MINUTES_SEC | typeof MINUTE_SEC;

interface Level {
  readonly childSec: BaseSec;
  readonly parentSec: BaseSec;
  /** Parents whose children are remembered, per product. */
  readonly blocksMax: number;
}

const LEVELS: readonly Level[] = [
  // Enough for a thousand candles of every resolution that is made of them.
  { childSec: HOUR_SEC, parentSec: DAY_SEC, blocksMax: 180 },
  { childSec: FIVE_MINUTES_SEC, parentSec: HOUR_SEC, blocksMax: 520 },
  { childSec: MINUTE_SEC, parentSec: FIVE_MINUTES_SEC, blocksMax: 300 },
];
/** Minutes whose seconds are remembered, per product. */
const MINUTES_MAX = 4;
/** Plans that are remembered, per product: one is asked for when a bar is made and once more when it is split, soon. */
const PLANS_MAX: Readonly<Record<BaseSec, number>> = {
  [DAY_SEC]: 40,
  [HOUR_SEC]: 60,
  [FIVE_MINUTES_SEC]: 60,
  [MINUTE_SEC]: 12,
};
/** What is split into what; seconds are points. */
const CHILD_OF: Readonly<Record<BaseSec, number>> = {
  [DAY_SEC]: HOUR_SEC,
  [HOUR_SEC]: FIVE_MINUTES_SEC,
  [FIVE_MINUTES_SEC]: MINUTE_SEC,
  [MINUTE_SEC]: 1,
};
/** A step of a second deviates in the logarithm of its volatility by this much. */
const SECOND_NOISE = 0.5;
/** Share of that deviation that all products have in common. */
const SHARED_BUSTLE = 0.85;
const OWN_BUSTLE = Math.sqrt(1 - SHARED_BUSTLE ** 2);
/** Jumps that everything makes lean downward: markets fall faster than they rise. */
const JUMP_LEAN = 0.25;
/** Deviation of the logarithm of a step's volatility that nothing else explains: it fattens the tails. */
const STEP_NOISE = 0.22;

/** A minute second by second: `prices[s]` (real-valued ticks) at its s-th second, 61 of them, and the lots between. */
export interface MinutePath {
  readonly prices: Float64Array;
  readonly lots: Float64Array;
}

export interface ProductPath {
  readonly symbol: ProductSymbol;
  /** Nothing is known before. */
  readonly listedSec: number;
  /** The bar of a base length that opens at an aligned time at or after the listing. */
  bar(openTimeSec: number, baseSec: BaseSec): Bar;
  minute(openTimeSec: number): MinutePath;
  /** The price that makers agree on, in real-valued ticks. */
  fair(atMs: number): number;
  /** How much should be trading. */
  lotsPerSec(atMs: number): number;
  /** Volatility around now against a usual one. */
  stress(atMs: number): number;
}

/** The longest base length that divides a resolution. */
export function baseOf(resolutionSec: number): BaseSec {
  if (resolutionSec % DAY_SEC === 0) return DAY_SEC;
  if (resolutionSec % HOUR_SEC === 0) return HOUR_SEC;
  return resolutionSec % FIVE_MINUTES_SEC === 0 ? FIVE_MINUTES_SEC : MINUTE_SEC;
}

function jumpVariance(jumps: readonly Jump[], fromSec: number, spanSec: number): number {
  let variance = 0;
  for (const { atSec, variance: own } of jumps) {
    if (atSec >= fromSec && atSec < fromSec + spanSec) variance += own;
  }
  return variance;
}

/** How every bar of a product is split: its steps' variances, and noise that is partly the market's and the sector's. */
function createPlans(
  seed: number,
  product: MarketProduct,
  parts: { factors: Factors; volatility: Volatility },
) {
  const { factors, volatility } = parts;
  const { profile, spec } = product;
  const { market, sector, own } = loadingsOf(profile);
  const hash = hashText(mixHash(seed, 21), spec.symbol);
  const sectorOf = factors.sector(profile.sector).normals;

  const make = (openTimeSec: number, parentSec: BaseSec): StepPlan => {
    const spanSec = CHILD_OF[parentSec];
    const random = createRandom(mixHash(mixHash(hash, parentSec), openTimeSec / parentSec));
    const shared = factors.steps(openTimeSec, parentSec);
    // Within a minute only the market's part is shared: long histories plan very many seconds.
    const isCoarse = parentSec !== MINUTE_SEC;
    const sectorNormals = isCoarse ? sectorOf(openTimeSec, parentSec) : undefined;
    const ownShare = isCoarse ? own : Math.sqrt(own ** 2 + sector ** 2);
    // Seconds of one minute differ by chance alone.
    const minuteExcitement = isCoarse
      ? 0
      : (shared.excitement[0] ?? 0) + volatility.within(parentSec, openTimeSec + spanSec / 2);
    const jumps = volatility.jumps(openTimeSec, parentSec);
    // Copies, to be overwritten.
    const variances = shared.market.slice();
    const normals = shared.market.slice();
    for (let at = 0; at < normals.length; at++) {
      const fromSec = openTimeSec + at * spanSec;
      const excitement = isCoarse
        ? (shared.excitement[at] ?? 0) +
          volatility.within(parentSec, fromSec + spanSec / 2) +
          STEP_NOISE * (SHARED_BUSTLE * (shared.bustle[at] ?? 0) + OWN_BUSTLE * random.normal())
        : minuteExcitement + SECOND_NOISE * random.normal();
      const jumped = jumps.length === 0 ? 0 : jumpVariance(jumps, fromSec, spanSec);
      variances[at] = (Math.exp(2 * excitement) * spanSec) / HOUR_SEC + jumped;
      let common = normals[at] ?? 0;
      if (parentSec === DAY_SEC) common += TREND_DRIFT * factors.regimes.at(fromSec + spanSec / 2).direction;
      else if (jumped > 0) common -= JUMP_LEAN;
      normals[at] = market * common + sector * (sectorNormals?.[at] ?? 0) + ownShare * random.normal();
    }
    return planOf(variances, normals);
  };
  const caches = new Map<BaseSec, ReturnType<typeof createBlockCache<StepPlan>>>();
  return (openTimeSec: number, parentSec: BaseSec): StepPlan => {
    let cache = caches.get(parentSec);
    if (cache === undefined) {
      cache = createBlockCache(PLANS_MAX[parentSec]);
      caches.set(parentSec, cache);
    }
    return cache(openTimeSec, () => make(openTimeSec, parentSec));
  };
}

export function createProductPath(
  seed: number,
  product: MarketProduct,
  factors: Factors = createFactors(seed),
): ProductPath {
  const { symbol, unitsPerTickLot } = product.spec;
  const listedSec = product.listing.listTimeMs / 1000;
  const volatility = createVolatility(seed, symbol, factors);
  const plan = createPlans(seed, product, { factors, volatility });
  const planDay = (openTimeSec: number) => plan(openTimeSec, DAY_SEC);
  const dayOf = createDays({ seed, product, volatility, factors, planOf: planDay });
  const hash = hashText(mixHash(seed, 20), symbol);

  const subdivide = (parent: Bar, level: Level): readonly Bar[] => {
    const { childSec, parentSec } = level;
    const random = createRandom(mixHash(mixHash(hash, childSec), parent.openTimeSec / parentSec));
    const startOf = (at: number) => parent.openTimeSec + at * childSec;
    const steps = splitBar(parent, {
      plan: plan(parent.openTimeSec, parentSec),
      reach: (at, move, variance) => reachOf(plan(startOf(at), childSec), move, variance, random),
      random,
    });
    let open: number = parent.open;
    const ranges = steps.closes.map((value, at) => {
      const close = Math.round(value);
      const high = Math.round(steps.highs[at] ?? open);
      const low = Math.round(steps.lows[at] ?? open);
      const typical = Math.min(Math.max(steps.means[at] ?? open, low), high);
      const range = { open, high, low, close, typical };
      open = close;
      return range;
    });
    const whole = { volume: parent.volume, turnover: Number(parent.turnover / unitsPerTickLot) };
    return splitVolume(whole, ranges, random).map((traded, at) => {
      const range = ranges[at] ?? { open, high: open, low: open, close: open };
      return {
        openTimeSec: startOf(at),
        open: range.open as Ticks,
        high: range.high as Ticks,
        low: range.low as Ticks,
        close: range.close as Ticks,
        volume: traded.volume as Lots,
        turnover: (BigInt(traded.turnover) * unitsPerTickLot) as Units,
      };
    });
  };

  const caches = new Map(
    LEVELS.map((level) => [level.childSec, createBlockCache<readonly Bar[]>(level.blocksMax)]),
  );
  const baseBar = (openTimeSec: number, baseSec: BaseSec): Bar => {
    const level = LEVELS.find((candidate) => candidate.childSec === baseSec);
    if (level === undefined) return dayOf(openTimeSec);
    const parentStart = openTimeSec - (openTimeSec % level.parentSec);
    const children = caches.get(baseSec)?.(parentStart, () =>
      subdivide(baseBar(parentStart, level.parentSec), level),
    );
    const child = children?.[(openTimeSec - parentStart) / baseSec];
    if (child === undefined) throw new RangeError(`Not aligned to ${baseSec} s: ${openTimeSec}`);
    return child;
  };

  const seconds = createBlockCache<MinutePath>(MINUTES_MAX);
  const minute = (openTimeSec: number) =>
    seconds(openTimeSec, () => {
      const random = createRandom(mixHash(mixHash(hash, 1), openTimeSec / MINUTE_SEC));
      return minutePath(baseBar(openTimeSec, MINUTE_SEC), plan(openTimeSec, MINUTE_SEC), random);
    });
  const minuteAt = (atMs: number) => minute(Math.floor(atMs / 60_000) * MINUTE_SEC);

  return {
    symbol,
    listedSec,
    bar: baseBar,
    minute,
    fair(atMs) {
      const { prices } = minuteAt(atMs);
      const within = (atMs % 60_000) / 1000;
      const second = Math.floor(within);
      const from = prices[second] ?? 0;
      return from + ((prices[second + 1] ?? from) - from) * (within - second);
    },
    stress: (atMs) => volatility.stress(atMs / 1000),
    lotsPerSec: (atMs) => minuteAt(atMs).lots[Math.floor((atMs % 60_000) / 1000)] ?? 0,
  };
}

function minutePath(bar: Bar, plan: StepPlan, random: Random): MinutePath {
  const { closes } = splitBar(bar, { plan, reach: undefined, random });
  const prices = new Float64Array(MINUTE_SEC + 1);
  prices[0] = bar.open;
  prices.set(closes, 1);
  const lots = new Float64Array(MINUTE_SEC);
  let total = 0;
  for (let at = 0; at < MINUTE_SEC; at++) {
    const moved = Math.abs((prices[at + 1] ?? 0) - (prices[at] ?? 0));
    lots[at] = (moved + 0.5) * Math.exp(0.7 * random.normal());
    total += lots[at] ?? 0;
  }
  for (let at = 0; at < MINUTE_SEC; at++) lots[at] = ((lots[at] ?? 0) * bar.volume) / total;
  return { prices, lots };
}
