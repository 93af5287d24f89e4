/** The 24 h ticker of every product: a rolling day of minute candles, the reference prices and funding. */
import type { Price, ProductSymbol } from '#contract/brand.ts';
import type { Lots, Rate, Ticks, Units } from '../commands.ts';
import type { BookView } from '../exchange.ts';
import { type Bar, bucketStart, mergeBars } from './bar.ts';
import type { CandleBook } from './candles.ts';
import type { Funding } from './funding.ts';
import type { MarketProduct } from './products.ts';
import { createSmoothNoise, hashText, mixHash } from './random.ts';
import type { ReferencePrices } from './reference-prices.ts';

export interface MarketTicker {
  readonly symbol: ProductSymbol;
  /** 24 h ago; high, low, volume and turnover roll over the same 24 h. */
  readonly open: Ticks;
  readonly high: Ticks;
  readonly low: Ticks;
  readonly last: Ticks;
  readonly volume: Lots;
  readonly turnover: Units;
  readonly openInterest: Lots;
  /** Finer than a tick. */
  readonly indexPrice: Price;
  readonly markPrice: Ticks;
  /** Charged at `nextFundingMs`; the predicted one is charged an interval later. */
  readonly fundingRate: Rate;
  readonly predictedFundingRate: Rate;
  readonly nextFundingMs: number;
  readonly bid?: Ticks;
  readonly ask?: Ticks;
}

export interface Tickers {
  ticker(symbol: ProductSymbol): MarketTicker;
}

/** What a product's ticker is made of. */
export interface TickerSource {
  readonly product: MarketProduct;
  readonly prices: ReferencePrices;
  readonly funding: Funding;
}

export interface TickersOptions {
  readonly seed: number;
  readonly sources: readonly TickerSource[];
  readonly candles: CandleBook;
  readonly book: (symbol: ProductSymbol) => BookView;
  readonly nowMs: () => number;
}

const MINUTE_SEC = 60;
const HOUR_SEC = 3600;
const DAY_SEC = 86_400;
const HOUR_MS = 3_600_000;
/** Open positions against a usual day's turnover. */
const OPEN_INTEREST_SHARE = 0.4;

/** The closed part of the rolling day changes once a minute, the funding rates slower still. */
interface MinuteCache {
  readonly minuteSec: number;
  readonly closed: Bar | undefined;
  readonly fundingRate: Rate;
  readonly predictedFundingRate: Rate;
  readonly nextFundingMs: number;
}

/** Whole hours in the middle, minutes at both ends. */
function closedDay(candles: CandleBook, symbol: ProductSymbol, minuteSec: number): Bar | undefined {
  const fromSec = minuteSec - DAY_SEC + MINUTE_SEC;
  const firstHour = bucketStart(fromSec + HOUR_SEC - MINUTE_SEC, HOUR_SEC);
  const lastHour = bucketStart(minuteSec, HOUR_SEC);
  return mergeBars(fromSec, [
    ...candles.range(symbol, MINUTE_SEC, fromSec, firstHour),
    ...candles.range(symbol, HOUR_SEC, firstHour, lastHour),
    ...candles.range(symbol, MINUTE_SEC, lastHour, minuteSec),
  ]);
}

/** Open positions of everybody: a share of a usual day's turnover that sways over days. */
function createOpenInterest(seed: number, { spec, profile }: MarketProduct): (nowMs: number) => Lots {
  const hash = hashText(mixHash(seed, 80), spec.symbol);
  const slow = createSmoothNoise(hash);
  const fast = createSmoothNoise(mixHash(hash, 1));
  const base = (profile.dailyTurnover * OPEN_INTEREST_SHARE) / profile.referencePrice / Number(spec.qtyStep);
  return (nowMs) => {
    const hours = nowMs / HOUR_MS;
    return Math.round(base * (1 + 0.18 * slow(hours / 70) + 0.02 * fast(hours))) as Lots;
  };
}

export function createTickers(options: TickersOptions): Tickers {
  const { candles, nowMs } = options;
  const sources = new Map(options.sources.map((source) => [source.product.spec.symbol, source]));
  const caches = new Map<ProductSymbol, MinuteCache>();

  const cacheOf = ({ product, funding }: TickerSource, minuteSec: number): MinuteCache => {
    const { symbol } = product.spec;
    const known = caches.get(symbol);
    if (known?.minuteSec === minuteSec) return known;
    const nextFundingMs = funding.nextMs(nowMs());
    const made = {
      minuteSec,
      closed: closedDay(candles, symbol, minuteSec),
      fundingRate: funding.rateAt(nextFundingMs),
      predictedFundingRate: funding.predicted(nowMs()),
      nextFundingMs,
    };
    caches.set(symbol, made);
    return made;
  };

  const openInterests = new Map(
    options.sources.map(({ product }) => [product.spec.symbol, createOpenInterest(options.seed, product)]),
  );

  return {
    ticker(symbol) {
      const source = sources.get(symbol);
      if (source === undefined) throw new RangeError(`No such product: ${symbol}`);
      const { prices } = source;
      const minute = candles.current(symbol, MINUTE_SEC);
      const cache = cacheOf(source, minute.openTimeSec);
      const day = mergeBars(0, cache.closed === undefined ? [minute] : [cache.closed, minute]) ?? minute;
      const { bestBid, bestAsk } = options.book(symbol);
      return {
        symbol,
        open: day.open,
        high: day.high,
        low: day.low,
        last: day.close,
        volume: day.volume,
        turnover: day.turnover,
        openInterest: openInterests.get(symbol)?.(nowMs()) ?? (0 as Lots),
        indexPrice: prices.index(),
        markPrice: prices.mark(),
        fundingRate: cache.fundingRate,
        predictedFundingRate: cache.predictedFundingRate,
        nextFundingMs: cache.nextFundingMs,
        ...(bestBid === undefined ? {} : { bid: bestBid }),
        ...(bestAsk === undefined ? {} : { ask: bestAsk }),
      };
    },
  };
}
