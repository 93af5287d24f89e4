/** The simulated market as one thing: products, candles, tickers, trades and prices around the exchange's core. */
import type { Price, ProductSymbol } from '#contract/brand.ts';
import type { Clock } from '../clock.ts';
import type { Ticks } from '../commands.ts';
import type { TradeEvent } from '../events.ts';
import type { Exchange } from '../exchange.ts';
import type { CandleStore } from './candle-store.ts';
import { type Candles, createCandleBook } from './candles.ts';
import { createFactors } from './factors.ts';
import type { FundingQuery, FundingRecord } from './funding.ts';
import { MARKET_PRODUCTS, type MarketProduct } from './products.ts';
import { createScenarioDoor, type ScenarioDoor } from './scenario-door.ts';
import { createScenarios, type ScenarioStore } from './scenarios.ts';
import { createSimulation } from './simulation.ts';
import { createStall, type Stall } from './stall.ts';
import { createTickers, type Tickers } from './tickers.ts';

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
  /** Absent: scenarios end with the process. */
  readonly scenarioStore?: ScenarioStore | undefined;
  /** Default: every product of the table. */
  readonly products?: readonly MarketProduct[];
}

export interface Market extends Omit<ScenarioDoor, 'look'> {
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

/** Brings a product's reference prices up to date and settles the funding that has become due. */
function tickStall(exchange: MarketDoor, stall: Stall, nowMs: number): void {
  const { symbol } = stall.product.spec;
  stall.prices.update(nowMs, exchange.book(symbol));
  exchange.setIndexPrice(symbol, stall.prices.indexTicks());
  exchange.setMarkPrice(symbol, stall.prices.mark());
  // One by one, should a fast clock have passed several.
  while (nowMs >= stall.nextFundingMs) {
    exchange.chargeFunding(symbol, stall.funding.rateAt(stall.nextFundingMs));
    stall.nextFundingMs = stall.funding.nextMs(stall.nextFundingMs);
  }
}

/** Every product is quoting when this returns; `start` sets the market moving. */
export function createMarket(options: MarketOptions): Market {
  const { exchange, clock, seed, products = MARKET_PRODUCTS } = options;
  const scenarios = createScenarios(() => clock.nowMs(), options.scenarioStore);
  const shared = { nowMs: clock.nowMs(), factors: createFactors(seed), scenarios };
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
  const simulation = createSimulation({
    exchange,
    products,
    pathOf: (symbol) => stallOf(symbol).live,
    scenarios,
    clock,
    seed,
  });
  // Only from here on: what the first ladders trade with orders that rested while the exchange was off happened on the
  // way to this price, and would stand in the chart as a spike of now.
  exchange.subscribe((event) => {
    if (event.kind !== 'trade') return;
    stallOf(event.symbol).tape.add(event);
    candles.trade(event);
  });
  const { look, ...door } = createScenarioDoor(scenarios, stallOf);
  const tickListeners = new Set<(symbol: ProductSymbol) => void>();

  const tick = (stall: Stall) => {
    const { symbol } = stall.product.spec;
    if (scenarios.effects(symbol, clock.nowMs()).isHalted) return;
    tickStall(exchange, stall, clock.nowMs());
    for (const listener of tickListeners) listener(symbol);
  };
  // Prices come after the ladders: the liquidations and triggers they may cause need a book to trade in.
  for (const { product, prices } of stalls.values()) {
    const { symbol } = product.spec;
    exchange.setLastPrice(symbol, candles.lastPrice(symbol));
    exchange.setIndexPrice(symbol, prices.indexTicks());
    exchange.setMarkPrice(symbol, prices.mark());
  }

  let stopBeat: (() => void) | undefined;
  let beats = 0;
  const beat = () => {
    candles.roll();
    look();
    for (const [index, stall] of [...stalls.values()].entries()) {
      if (index % BEATS_PER_SEC === beats % BEATS_PER_SEC) tick(stall);
    }
    beats++;
  };
  return {
    ...door,
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
