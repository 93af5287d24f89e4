/** Books, trades, candles and tickers in the exchange's shapes: the same rows serve REST and the streams. */
import type { WireJson } from '#contract/wire/write-json.ts';
import type { Lots, Ticks } from '../commands.ts';
import type { TradeEvent } from '../events.ts';
import type { Candle } from '../market/bar.ts';
import type { FundingRecord } from '../market/funding.ts';
import type { MarketTicker } from '../market/tickers.ts';
import type { Listing } from './catalogue.ts';
import { type ProductScale, printRate, printUnits } from './scale.ts';

export type Level = readonly [Ticks, Lots];

/** Written as text at once: fifty of these go out every second. */
export const writeLevels = (scale: ProductScale, levels: readonly Level[]): string =>
  levels.map(([price, qty]) => `["${scale.price(price)}","${scale.qty(qty)}"]`).join(',');

export const tradeRow = (scale: ProductScale, trade: TradeEvent): WireJson => [
  trade.atNs,
  trade.takerSide,
  scale.price(trade.price),
  scale.qty(trade.qty),
];

export const candleRow = (scale: ProductScale, candle: Candle): WireJson => [
  candle.openTimeSec,
  candle.resolutionSec,
  scale.price(candle.lastClose),
  scale.price(candle.open),
  scale.price(candle.high),
  scale.price(candle.low),
  scale.price(candle.close),
  scale.qty(candle.volume),
  printUnits(candle.turnover),
];

interface TickerTexts {
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly last: string;
  readonly volume: string;
  readonly turnover: string;
  readonly openInterest: string;
  readonly fundingRate: string;
  readonly predictedFundingRate: string;
  readonly markPrice: string;
  /** "0" when a side of the book is empty. */
  readonly bid: string;
  readonly ask: string;
}

function tickerTexts(scale: ProductScale, ticker: MarketTicker): TickerTexts {
  return {
    open: scale.price(ticker.open),
    high: scale.price(ticker.high),
    low: scale.price(ticker.low),
    last: scale.price(ticker.last),
    volume: scale.qty(ticker.volume),
    turnover: printUnits(ticker.turnover),
    openInterest: scale.qty(ticker.openInterest),
    fundingRate: printRate(ticker.fundingRate),
    predictedFundingRate: printRate(ticker.predictedFundingRate),
    markPrice: scale.price(ticker.markPrice),
    bid: scale.price(ticker.bid ?? 0),
    ask: scale.price(ticker.ask ?? 0),
  };
}

/** REST v2, which third-party clients read; `market24h_p` uses the same names. */
export function tickerV2({ scale }: Listing, ticker: MarketTicker): Record<string, WireJson> {
  const text = tickerTexts(scale, ticker);
  return {
    closeRp: text.last,
    fundingRateRr: text.fundingRate,
    highRp: text.high,
    indexPriceRp: ticker.indexPrice,
    lowRp: text.low,
    markPriceRp: text.markPrice,
    openInterestRv: text.openInterest,
    openRp: text.open,
    predFundingRateRr: text.predictedFundingRate,
    symbol: ticker.symbol,
    turnoverRv: text.turnover,
    volumeRq: text.volume,
  };
}

export function tickerV3({ scale }: Listing, ticker: MarketTicker): Record<string, WireJson> {
  const text = tickerTexts(scale, ticker);
  return {
    askRp: text.ask,
    bidRp: text.bid,
    fundingRateRr: text.fundingRate,
    highRp: text.high,
    indexRp: ticker.indexPrice,
    lastRp: text.last,
    lowRp: text.low,
    markRp: text.markPrice,
    openInterestRv: text.openInterest,
    openRp: text.open,
    predFundingRateRr: text.predictedFundingRate,
    symbol: ticker.symbol,
    turnoverRv: text.turnover,
    volumeRq: text.volume,
  };
}

/** The header of the 24 h pack; its rows follow this order. */
export const TICKER_PACK_FIELDS = [
  'symbol',
  'openRp',
  'highRp',
  'lowRp',
  'lastRp',
  'volumeRq',
  'turnoverRv',
  'openInterestRv',
  'indexRp',
  'markRp',
  'fundingRateRr',
  'predFundingRateRr',
  'bidRp',
  'askRp',
] as const;

export function tickerPackRow(listing: Listing, ticker: MarketTicker): WireJson[] {
  const named = tickerV3(listing, ticker);
  return TICKER_PACK_FIELDS.map((field) => named[field]);
}

/** Alphabetical, as the exchange prints it; the stream has no timestamp inside. */
export const withTimestamp = (row: Record<string, WireJson>, timestamp: bigint): WireJson =>
  Object.fromEntries(Object.entries({ ...row, timestamp }).sort(([a], [b]) => (a < b ? -1 : 1)));

export const fundingRow = ({ product }: Listing, record: FundingRecord): WireJson => ({
  symbol: `.${product.symbol}FR8H`,
  fundingRate: printRate(record.rate),
  fundingTime: record.atMs,
  intervalSeconds: product.fundingIntervalSec,
});
