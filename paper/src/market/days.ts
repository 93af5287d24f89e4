/**
 * The seeded walk of days that everything finer hangs on. Its logarithm returns slowly to the reference price, so
 * that a price is still believable after years; part of every day's return is common to all products.
 */
import type { Lots, Ticks, Units } from '../commands.ts';
import type { Bar } from './bar.ts';
import { reachOf, type StepPlan } from './bridge.ts';
import type { Factors } from './factors.ts';
import { loadingsOf } from './loadings.ts';
import type { MarketProduct } from './products.ts';
import { createRandom, hashText, mixHash, type Random } from './random.ts';
import type { Volatility } from './volatility.ts';

const DAY_SEC = 86_400;
/** A deviation from the reference price halves in this many days. */
const HALF_LIFE_DAYS = 90;
const RETURN_SHARE = Math.LN2 / HALF_LIFE_DAYS;
/** Deviation of the logarithm of the price on the day of listing. */
const START_DEVIATION = 0.3;
/** Saturdays and Sundays are quieter. */
const WEEKEND_VOLATILITY = 0.68;
/** Bounds of a day's turnover against a usual day's: ticks times lots stay below 2^53. */
const TURNOVER_MIN = 0.12;
const TURNOVER_MAX = 6;

/** A normal with a random deviation: its tails are as fat as those of daily returns. */
const fatNormal = (random: Random) => random.normal() * Math.exp(0.3 * random.normal() - 0.09);

/** Day 0 of the epoch was a Thursday. */
const isWeekend = (openTimeSec: number) => (openTimeSec / DAY_SEC + 5) % 7 < 2;

export interface DaysOptions {
  readonly seed: number;
  readonly product: MarketProduct;
  readonly volatility: Volatility;
  readonly factors: Factors;
  /** How the day that opens then will be split into hours: its high and low follow from that. */
  readonly planOf: (openTimeSec: number) => StepPlan;
}

/** Returns the day that opens at a time; days before the listing are an error of the caller. */
export function createDays(options: DaysOptions): (openTimeSec: number) => Bar {
  const { seed, product, volatility, factors } = options;
  const { spec, listing, profile } = product;
  const tickSize = Number(spec.tickSize);
  const lotSize = Number(spec.qtyStep);
  const listedSec = listing.listTimeMs / 1000;
  const ownHash = hashText(mixHash(seed, 30), spec.symbol);
  const sectorShock = factors.sector(profile.sector).shock;
  const { market, sector, own } = loadingsOf(profile);

  const toTicks = (deviation: number) =>
    Math.max(Math.round((profile.referencePrice * Math.exp(deviation)) / tickSize), 1);
  const excitementOf = (openTimeSec: number) =>
    factors.day(openTimeSec).excitement + volatility.slow(openTimeSec + DAY_SEC / 2);
  const deviationOfDay = (openTimeSec: number) =>
    profile.dailyVolatility *
    Math.exp(excitementOf(openTimeSec)) *
    Math.sqrt(factors.day(openTimeSec).variance) *
    (isWeekend(openTimeSec) ? WEEKEND_VOLATILITY : 1);

  // The walk is made in order from the listing on, so one generator serves all its days.
  const walk = createRandom(mixHash(ownHash, -1));
  let reached = START_DEVIATION * walk.normal();
  /** `opens[i]` is the open of day i and the close of day i - 1. */
  const opens: number[] = [toTicks(reached)];
  const walkTo = (index: number) => {
    if (opens.length > index) return;
    let deviation = reached;
    while (opens.length <= index) {
      const openTimeSec = listedSec + (opens.length - 1) * DAY_SEC;
      const { trend, shock: shared } = factors.day(openTimeSec);
      const shock = market * shared + sector * sectorShock(openTimeSec) + own * fatNormal(walk);
      deviation += deviationOfDay(openTimeSec) * shock - RETURN_SHARE * deviation;
      deviation += profile.dailyVolatility * market * trend;
      opens.push(toTicks(deviation));
    }
    reached = deviation;
  };

  const makeDay = (openTimeSec: number, open: number, close: number): Bar => {
    const random = createRandom(mixHash(ownHash, openTimeSec / DAY_SEC));
    const excitement = excitementOf(openTimeSec);
    const variance = (open * deviationOfDay(openTimeSec)) ** 2;
    const reach = reachOf(options.planOf(openTimeSec), close - open, variance, random);
    const high = Math.round(open + reach.top);
    const low = Math.max(Math.round(open + reach.bottom), 1);

    const usualRange = 1.6 * profile.dailyVolatility * open;
    const busy = ((high - low) / usualRange) ** 0.8 * Math.exp(0.5 * excitement + 0.2 * random.normal());
    const turnover = profile.dailyTurnover * Math.min(Math.max(busy, TURNOVER_MIN), TURNOVER_MAX);
    const mean = Math.min(Math.max(open + reach.mean, low), high);
    const volume = Math.max(Math.round(turnover / (mean * tickSize * lotSize)), 1);
    return {
      openTimeSec,
      open: open as Ticks,
      high: high as Ticks,
      low: low as Ticks,
      close: close as Ticks,
      volume: volume as Lots,
      turnover: (BigInt(Math.round(volume * mean)) * spec.unitsPerTickLot) as Units,
    };
  };

  const days = new Map<number, Bar>();
  return (openTimeSec) => {
    const index = (openTimeSec - listedSec) / DAY_SEC;
    if (index < 0) throw new RangeError(`${spec.symbol} was not listed at ${openTimeSec}`);
    walkTo(index + 1);
    const known = days.get(index);
    if (known !== undefined) return known;
    const [open, close] = [opens[index], opens[index + 1]];
    if (open === undefined || close === undefined) throw new RangeError(`Not a day: ${openTimeSec}`);
    const day = makeDay(openTimeSec, open, close);
    days.set(index, day);
    return day;
  };
}
