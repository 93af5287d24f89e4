/**
 * Where prices go: a pure function of (seed, symbol, time), so that history and future agree across restarts and
 * no restart leaves a gap. Days come from a seeded walk; each is split on demand into hours, five minutes, minutes
 * and seconds that meet their parent's open, high, low, close, volume and turnover exactly.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Lots, Ticks, Units } from '../commands.ts';
import type { Bar } from './bar.ts';
import { drawSteps } from './bridge.ts';
import { createDays } from './days.ts';
import type { MarketProduct } from './products.ts';
import { createRandom, hashText, mixHash } from './random.ts';
import { createVolatility } from './volatility.ts';
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
  { childSec: HOUR_SEC, parentSec: DAY_SEC, blocksMax: 400 },
  { childSec: FIVE_MINUTES_SEC, parentSec: HOUR_SEC, blocksMax: 400 },
  { childSec: MINUTE_SEC, parentSec: FIVE_MINUTES_SEC, blocksMax: 600 },
];
/** Minutes whose seconds are remembered, per product. */
const MINUTES_MAX = 4;
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
}

/** Remembers the newest blocks; the oldest entry goes first. */
function createBlockCache<T>(blocksMax: number): (key: number, make: () => T) => T {
  const blocks = new Map<number, T>();
  return (key, make) => {
    const known = blocks.get(key);
    if (known !== undefined) return known;
    const made = make();
    blocks.set(key, made);
    if (blocks.size > blocksMax) {
      const oldest = blocks.keys().next();
      if (!oldest.done) blocks.delete(oldest.value);
    }
    return made;
  };
}

/** The longest base length that divides a resolution. */
export function baseOf(resolutionSec: number): BaseSec {
  if (resolutionSec % DAY_SEC === 0) return DAY_SEC;
  if (resolutionSec % HOUR_SEC === 0) return HOUR_SEC;
  return resolutionSec % FIVE_MINUTES_SEC === 0 ? FIVE_MINUTES_SEC : MINUTE_SEC;
}

export function createProductPath(seed: number, product: MarketProduct): ProductPath {
  const { symbol, unitsPerTickLot } = product.spec;
  const listedSec = product.listing.listTimeMs / 1000;
  const volatility = createVolatility(seed, symbol);
  const dayOf = createDays(seed, product, volatility);
  const hash = hashText(mixHash(seed, 20), symbol);

  const subdivide = (parent: Bar, level: Level): readonly Bar[] => {
    const { childSec, parentSec } = level;
    const random = createRandom(mixHash(mixHash(hash, childSec), parent.openTimeSec / parentSec));
    const count = parentSec / childSec;
    const weights: number[] = [];
    for (let at = 0; at < count; at++) {
      const middleSec = parent.openTimeSec + (at + 0.5) * childSec;
      weights.push((volatility.within(middleSec, parentSec) * Math.exp(STEP_NOISE * random.normal())) ** 2);
    }
    const whole = { volume: parent.volume, turnover: Number(parent.turnover / unitsPerTickLot) };
    const mean = whole.volume === 0 ? undefined : whole.turnover / whole.volume;
    const steps = drawSteps({ ...parent, mean }, weights, random, false);
    let open: number = parent.open;
    const ranges = weights.map((_, at) => {
      const close = Math.round(steps.closes[at] ?? open);
      const high = Math.round(steps.highs[at] ?? open);
      const low = Math.round(steps.lows[at] ?? open);
      const range = { open, high, low, close, typical: (open + high + low + close) / 4 };
      open = close;
      return range;
    });
    return splitVolume(whole, ranges, random).map((traded, at) => {
      const range = ranges[at] ?? { open, high: open, low: open, close: open };
      return {
        openTimeSec: parent.openTimeSec + at * childSec,
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
      return minutePath(baseBar(openTimeSec, MINUTE_SEC), random);
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
    lotsPerSec: (atMs) => minuteAt(atMs).lots[Math.floor((atMs % 60_000) / 1000)] ?? 0,
  };
}

function minutePath(bar: Bar, random: ReturnType<typeof createRandom>): MinutePath {
  const weights: number[] = [];
  for (let at = 0; at < MINUTE_SEC; at++) weights.push(Math.exp(1.1 * random.normal()));
  const { closes } = drawSteps({ ...bar, mean: undefined }, weights, random, true);
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
