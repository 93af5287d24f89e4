/** The simulated market as one thing: products, candles, tickers, trades and prices around the exchange's core. */
import type { Price, ProductSymbol } from '#contract/brand.ts';
import type { Clock } from '../clock.ts';
import type { Ticks } from '../commands.ts';
import type { TradeEvent } from '../events.ts';
import type { Exchange } from '../exchange.ts';
import type { CandleStore } from './candle-store.ts';
import { type Candles, createCandleBook } from './candles.ts';
import { createFactors, type Factors } from './factors.ts';
import { createFunding, type Funding, type FundingQuery, type FundingRecord } from './funding.ts';
import { createProductPath, type ProductPath } from './path.ts';
import { MARKET_PRODUCTS, type MarketProduct } from './products.ts';
import { createReferencePrices, type ReferencePrices } from './reference-prices.ts';
import { createSimulation } from './simulation.ts';
import { createTickers, type Tickers } from './tickers.ts';
import { createTradeTape, type TradeTape } from './trade-tape.ts';

/** The part of the exchange that the market drives. */
export type MarketDoor = Pick<
  Exchange,
  'crowd' | 'setMarkPrice' | 'setIndexPrice' | 'setLastPrice' | 'chargeFunding' | 'book' | 'subscribe'
>;

export interface MarketOptions {
  readonly exchange: MarketDoor;
  readonly clock: Clock;
  /** The same seed gives the same history and, on the same clock, the same market. */
  readonly seed: number;
  readonly candleStore: CandleStore;
  /** Default: every product of the table. */
  readonly products?: readonly MarketProduct[];
}

export interface Market {
  readonly products: readonly MarketProduct[];
  readonly candles: Candles;
  readonly tickers: Tickers;
  /** The last 200 public trades, newest first; never empty. */
  tradesRecent(symbol: ProductSymbol): readonly TradeEvent[];
  indexPrice(symbol: ProductSymbol): Price;
  markPrice(symbol: ProductSymbol): Ticks;
  fundingHistory(symbol: ProductSymbol, query: FundingQuery): readonly FundingRecord[];
  start(): void;
  stop(): void;
  /** Called after a product's index and mark moved, about once a second each. */
  onTick(listener: (symbol: ProductSymbol) => void): () => void;
}

/** All prices move once in this many beats, a share of the products in each. */
const BEATS_PER_SEC = 8;
const BEAT_MS = 1000 / BEATS_PER_SEC;

/** What the market keeps of one product. */
interface Stall {
  readonly product: MarketProduct;
  readonly path: ProductPath;
  readonly funding: Funding;
  readonly prices: ReferencePrices;
  readonly tape: TradeTape;
  nextFundingMs: number;
}

function createStall(
  seed: number,
  product: MarketProduct,
  shared: { nowMs: number; factors: Factors },
): Stall {
  const { nowMs, factors } = shared;
  const { symbol, tickSize, fundingIntervalSec } = product.spec;
  const path = createProductPath(seed, product, factors);
  const { listTimeMs } = product.listing;
  const funding = createFunding(seed, { symbol, fundingIntervalSec, listTimeMs });
  return {
    product,
    path,
    funding,
    prices: createReferencePrices({ seed, symbol, tickSize, path, funding }, nowMs),
    tape: createTradeTape(path, { nowMs, seed, tradesPerSec: product.profile.tradesPerSec }),
    nextFundingMs: funding.nextMs(nowMs),
  };
}

/** Every product is quoting when this returns; `start` sets the market moving. */
export function createMarket(options: MarketOptions): Market {
  const { exchange, clock, seed, products = MARKET_PRODUCTS } = options;
  const shared = { nowMs: clock.nowMs(), factors: createFactors(seed) };
  const stalls = new Map(
    products.map((product) => [product.spec.symbol, createStall(seed, product, shared)]),
  );
  const stallOf = (symbol: ProductSymbol): Stall => {
    const stall = stalls.get(symbol);
    if (stall === undefined) throw new RangeError(`No such product: ${symbol}`);
    return stall;
  };
  const pathOf = (symbol: ProductSymbol) => stallOf(symbol).path;
  const candles = createCandleBook({ products, pathOf, clock, store: options.candleStore });
  const simulation = createSimulation({ exchange, products, pathOf, clock, seed });
  // Only from here on: what the first ladders trade with orders that rested while the exchange was off happened on the
  // way to this price, and would stand in the chart as a spike of now.
  exchange.subscribe((event) => {
    if (event.kind !== 'trade') return;
    stallOf(event.symbol).tape.add(event);
    candles.trade(event);
  });
  const tickListeners = new Set<(symbol: ProductSymbol) => void>();

  const tick = (stall: Stall) => {
    const { symbol } = stall.product.spec;
    stall.prices.update(clock.nowMs(), exchange.book(symbol));
    exchange.setIndexPrice(symbol, stall.prices.indexTicks());
    exchange.setMarkPrice(symbol, stall.prices.mark());
    // One by one, should a fast clock have passed several.
    while (clock.nowMs() >= stall.nextFundingMs) {
      exchange.chargeFunding(symbol, stall.funding.rateAt(stall.nextFundingMs));
      stall.nextFundingMs = stall.funding.nextMs(stall.nextFundingMs);
    }
    for (const listener of tickListeners) listener(symbol);
  };
  // Prices come after the ladders: the liquidations and triggers they may cause need a book to trade in.
  for (const { product, prices, tape } of stalls.values()) {
    const { symbol } = product.spec;
    const [last] = tape.recent();
    if (last !== undefined) exchange.setLastPrice(symbol, last.price);
    exchange.setIndexPrice(symbol, prices.indexTicks());
    exchange.setMarkPrice(symbol, prices.mark());
  }

  let stopBeat: (() => void) | undefined;
  let beats = 0;
  const beat = () => {
    candles.roll();
    for (const [index, stall] of [...stalls.values()].entries()) {
      if (index % BEATS_PER_SEC === beats % BEATS_PER_SEC) tick(stall);
    }
    beats++;
  };
  return {
    products,
    candles,
    tickers: createTickers({
      seed,
      sources: [...stalls.values()],
      candles,
      book: (symbol) => exchange.book(symbol),
      nowMs: () => clock.nowMs(),
    }),
    tradesRecent: (symbol) => stallOf(symbol).tape.recent(),
    indexPrice: (symbol) => stallOf(symbol).prices.index(),
    markPrice: (symbol) => stallOf(symbol).prices.mark(),
    fundingHistory: (symbol, query) => stallOf(symbol).funding.history(clock.nowMs(), query),
    start() {
      if (stopBeat !== undefined) return;
      simulation.start();
      stopBeat = clock.every(BEAT_MS, beat);
    },
    stop() {
      simulation.stop();
      stopBeat?.();
      stopBeat = undefined;
      candles.flush();
    },
    onTick(listener) {
      tickListeners.add(listener);
      return () => tickListeners.delete(listener);
    },
  };
}
