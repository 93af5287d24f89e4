import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ClOrdID } from '#contract/brand.ts';
import { createVirtualClock } from '../clock.ts';
import type { Lots, Ticks, Units } from '../commands.ts';
import type { ExchangeEvent } from '../events.ts';
import { createExchange, type Exchange } from '../exchange.ts';
import { openAccountStore } from '../store/libsql-store.ts';
import { createMemoryCandleStore } from './candle-store.ts';
import { createMarket } from './market.ts';
import { MARKET_PRODUCTS, type MarketProduct, PRODUCT_SPECS } from './products.ts';

const START_MS = Date.UTC(2026, 4, 12, 7, 58, 30);
/** Minutes of all products are lived through; a busy machine may take its time. */
const PATIENCE_MS = 60_000;
const DEPOSIT = (1_000_000n * 10n ** 12n) as Units;

interface MarketSetup {
  readonly seed?: number;
  readonly startMs?: number;
  readonly products?: readonly MarketProduct[];
  /** What stands in the book before the market opens. */
  readonly rested?: (exchange: Exchange) => void;
}

function openMarket(options: MarketSetup = {}) {
  const { seed = 11, startMs = START_MS, products = MARKET_PRODUCTS } = options;
  const clock = createVirtualClock(startMs);
  const exchange = createExchange({
    products: products.map((product) => product.spec),
    clock,
    store: openAccountStore(':memory:'),
  });
  const events: ExchangeEvent[] = [];
  exchange.subscribe((event) => events.push(event));
  options.rested?.(exchange);
  const market = createMarket({ exchange, clock, seed, candleStore: createMemoryCandleStore(), products });
  return { clock, exchange, events, market };
}

const [btc, eth] = MARKET_PRODUCTS;
if (btc === undefined || eth === undefined) throw new Error('No products');

/** Busy ones and quiet ones: the whole table would take its time. */
const SOME = MARKET_PRODUCTS.filter((_, at) => at % 4 === 0);

function hashOf(seed: number): string {
  const { clock, events, market } = openMarket({ seed, products: SOME });
  market.start();
  clock.advance(5 * 60_000);
  market.stop();
  const hash = createHash('sha256');
  const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
  for (const event of events) hash.update(JSON.stringify(event, plain));
  expect(events.length).toBeGreaterThan(50_000);
  return hash.digest('hex');
}

describe('the simulated market', { timeout: PATIENCE_MS }, () => {
  it('quotes every product when made and has traded each a second after its start', () => {
    const { clock, exchange, events, market } = openMarket();
    for (const { symbol } of PRODUCT_SPECS) {
      expect(exchange.book(symbol).levels('Buy', 100).length).toBeGreaterThanOrEqual(30);
      expect(exchange.book(symbol).levels('Sell', 100).length).toBeGreaterThanOrEqual(30);
      expect(market.tradesRecent(symbol).length).toBeGreaterThan(20);
    }
    market.start();
    clock.advance(1000);
    const traded = new Set(events.flatMap((event) => (event.kind === 'trade' ? [event.symbol] : [])));
    expect(traded.size).toBe(PRODUCT_SPECS.length);
  });

  it('keeps thirty levels a side, uncrossed and near the fair price, at every second', () => {
    for (const seed of [1, 2]) {
      const { clock, exchange, market } = openMarket({ seed });
      market.start();
      for (let second = 0; second < 90; second++) {
        clock.advance(1000);
        for (const { symbol } of PRODUCT_SPECS) {
          const book = exchange.book(symbol);
          const { bestBid = 0, bestAsk = 0 } = book;
          expect(bestAsk).toBeGreaterThan(bestBid);
          expect(book.levels('Buy', 100).length).toBeGreaterThanOrEqual(30);
          expect(book.levels('Sell', 100).length).toBeGreaterThanOrEqual(30);
          const index = Number(market.indexPrice(symbol));
          const tick = Number(PRODUCT_SPECS.find((spec) => spec.symbol === symbol)?.tickSize);
          expect(Math.abs((bestBid * tick) / index - 1)).toBeLessThan(0.01);
        }
      }
    }
  });

  it('does the same again with the same seed and clock, and something else with another seed', () => {
    const first = hashOf(21);
    expect(hashOf(21)).toBe(first);
    expect(hashOf(22)).not.toBe(first);
  });

  it('continues its history: the last close before a restart is near the first price after it', () => {
    const { clock, market } = openMarket({ products: [btc] });
    market.start();
    clock.advance(10 * 60_000);
    market.stop();
    const before = market.candles.current(btc.spec.symbol, 60).close;
    const after = openMarket({ products: [btc], startMs: clock.nowMs() }).exchange.book(btc.spec.symbol);
    expect(Math.abs((after.bestBid ?? 0) / before - 1)).toBeLessThan(0.001);
  });

  it('fills at its own price what it passed while the exchange was off, and shows that to nobody as a trade of now', () => {
    const { symbol } = btc.spec;
    const fair = openMarket({ products: [btc] }).exchange.book(symbol).bestBid ?? 0;
    const price = Math.round(fair * 1.05) as Ticks;
    const { events, exchange, market } = openMarket({
      products: [btc],
      rested(empty) {
        empty.setMarkPrice(symbol, price);
        const account = empty.openAccount('trader', DEPOSIT);
        empty.apply(account, {
          kind: 'place',
          symbol,
          clOrdID: 'rested' as ClOrdID,
          side: 'Buy',
          posSide: 'Merged',
          ordType: 'Limit',
          price,
          qty: 1000 as Lots,
          timeInForce: 'GoodTillCancel',
          reduceOnly: false,
        });
      },
    });
    const executions = events.flatMap((event) => (event.kind === 'order' ? (event.execution ?? []) : []));
    expect(executions.reduce((lots, execution) => lots + execution.qty, 0)).toBe(1000);
    expect(new Set(executions.map((execution) => execution.price))).toEqual(new Set([price]));
    const { bestBid = 0, bestAsk = 0 } = exchange.book(symbol);
    expect(bestAsk).toBeGreaterThan(bestBid);
    expect(bestAsk).toBeLessThan(fair * 1.01);
    expect(market.candles.current(symbol, 60).high).toBeLessThan(fair * 1.01);
    expect(market.tradesRecent(symbol)[0]?.price).toBeLessThan(fair * 1.01);
  });

  it('trades about as much as its history says it should', () => {
    const { clock, market } = openMarket({ products: [btc, eth] });
    market.start();
    clock.advance(30 * 60_000);
    const other = openMarket({ products: [btc, eth], startMs: clock.nowMs() }).market;
    for (const { spec } of [btc, eth]) {
      const sum = (of: typeof market) =>
        of.candles.last(spec.symbol, 60, 30).reduce((total, candle) => total + candle.volume, 0);
      expect(sum(market) / sum(other)).toBeGreaterThan(0.75);
      expect(sum(market) / sum(other)).toBeLessThan(1.33);
    }
  });

  it('moves through a resting order of a user, and forgets what the user took', () => {
    const { clock, exchange, market } = openMarket({ products: [btc] });
    const { symbol } = btc.spec;
    const account = exchange.openAccount('trader', DEPOSIT);
    market.start();
    clock.advance(5000);
    const place = (side: 'Buy' | 'Sell', qty: number, price?: number) =>
      exchange.apply(account, {
        kind: 'place',
        symbol,
        clOrdID: `own-${side}-${qty}` as ClOrdID,
        side,
        posSide: 'Merged',
        ordType: price === undefined ? 'Market' : 'Limit',
        ...(price === undefined ? {} : { price: price as Ticks }),
        qty: qty as Lots,
        timeInForce: price === undefined ? 'ImmediateOrCancel' : 'GoodTillCancel',
        reduceOnly: false,
      });
    const bid = exchange.book(symbol).bestBid ?? 0;
    const ask = exchange.book(symbol).bestAsk ?? 0;
    expect(place('Buy', 3, bid - 15).ok).toBe(true);
    expect(place('Sell', 2, ask + 15).ok).toBe(true);
    clock.advance(10 * 60_000);
    const fills = exchange.recentFills(account).map((event) => event.execution);
    expect(fills.length).toBeGreaterThanOrEqual(1);
    expect(fills.every((fill) => fill?.isMaker)).toBe(true);

    const middle = () => {
      const { bestBid = 0, bestAsk = 0 } = exchange.book(symbol);
      return (bestBid + bestAsk) / 2;
    };
    const deep = exchange
      .book(symbol)
      .levels('Sell', 25)
      .reduce((sum, [, qty]) => sum + qty, 0);
    const before = middle();
    exchange.crowd.market(symbol, 'Buy', deep as Lots);
    const pushed = middle() - before;
    expect(pushed).toBeGreaterThan(10);
    const spreads: number[] = [];
    for (let tenth = 0; tenth < 40; tenth++) {
      clock.advance(100);
      const { bestBid = 0, bestAsk = 0 } = exchange.book(symbol);
      spreads.push(bestAsk - bestBid);
    }
    expect(Math.min(...spreads)).toBeLessThanOrEqual(2);
    expect(exchange.book(symbol).levels('Sell', 100).length).toBeGreaterThanOrEqual(30);
  });

  it('gives up to a large resting order of a user through the price, a bit at a time', () => {
    const { clock, exchange, market } = openMarket({ products: [btc] });
    const { symbol } = btc.spec;
    const account = exchange.openAccount('whale', DEPOSIT);
    market.start();
    clock.advance(3000);
    const price = ((exchange.book(symbol).bestAsk ?? 0) + 60) as Ticks;
    const order = { kind: 'place', symbol, side: 'Buy', posSide: 'Merged', ordType: 'Limit' } as const;
    const result = exchange.apply(account, {
      ...order,
      clOrdID: 'large' as ClOrdID,
      price,
      qty: 500_000 as Lots,
      timeInForce: 'GoodTillCancel',
      reduceOnly: false,
    });
    expect(result.ok).toBe(true);
    const leaves = () => exchange.openOrders(account, symbol)[0]?.leavesQty ?? 0;
    const left = leaves();
    clock.advance(5000);
    expect(leaves()).toBeLessThan(left);
    const { bestBid = 0, bestAsk = 0 } = exchange.book(symbol);
    expect(bestAsk).toBeGreaterThan(bestBid);
  });
});

describe('tickers', { timeout: PATIENCE_MS }, () => {
  it('roll over the last 24 hours of minute candles', () => {
    const { clock, market } = openMarket({ products: [btc] });
    const { symbol } = btc.spec;
    market.start();
    clock.advance(3 * 60_000 + 7000);
    const day = market.candles.last(symbol, 60, 1440);
    const ticker = market.tickers.ticker(symbol);
    expect(ticker.open).toBe(day[0]?.open);
    expect(ticker.high).toBe(Math.max(...day.map((candle) => candle.high)));
    expect(ticker.low).toBe(Math.min(...day.map((candle) => candle.low)));
    expect(ticker.volume).toBe(day.reduce((sum, candle) => sum + candle.volume, 0));
    expect(ticker.turnover).toBe(day.reduce((sum, candle) => sum + candle.turnover, 0n));
    expect(ticker.last).toBe(market.tradesRecent(symbol)[0]?.price);
    expect(ticker.bid).toBeLessThan(ticker.ask ?? 0);
    expect(ticker.openInterest).toBeGreaterThan(0);
  });

  it('have a mark near the index, to the tick, that a push of the book hardly moves', () => {
    const { clock, exchange, market } = openMarket({ products: [btc] });
    const { symbol } = btc.spec;
    market.start();
    clock.advance(10_000);
    const index = Number(market.indexPrice(symbol)) * 10;
    expect(Math.abs(market.markPrice(symbol) / index - 1)).toBeLessThan(0.003);
    const lots = exchange
      .book(symbol)
      .levels('Buy', 40)
      .reduce((sum, [, qty]) => sum + qty, 0);
    const before = market.markPrice(symbol) - Number(market.indexPrice(symbol)) * 10;
    exchange.crowd.market(symbol, 'Sell', lots as Lots);
    clock.advance(1000);
    const after = market.markPrice(symbol) - Number(market.indexPrice(symbol)) * 10;
    expect(Math.abs(after - before)).toBeLessThan(20);
  });

  it('tick once a second for every product', () => {
    const { clock, market } = openMarket();
    market.start();
    const ticks = new Map<string, number>();
    market.onTick((symbol) => ticks.set(symbol, (ticks.get(symbol) ?? 0) + 1));
    clock.advance(10_000);
    expect([...ticks.values()].every((count) => count === 10)).toBe(true);
    expect(ticks.size).toBe(PRODUCT_SPECS.length);
  });
});

describe('funding', { timeout: PATIENCE_MS }, () => {
  it('is settled at multiples of each interval at the rate that the ticker announced', () => {
    const { clock, exchange, market } = openMarket({ products: [btc] });
    const { symbol } = btc.spec;
    const account = exchange.openAccount('holder', DEPOSIT);
    market.start();
    clock.advance(2000);
    exchange.apply(account, {
      kind: 'place',
      symbol,
      clOrdID: 'hold' as ClOrdID,
      side: 'Buy',
      posSide: 'Merged',
      ordType: 'Market',
      qty: 1000 as Lots,
      timeInForce: 'ImmediateOrCancel',
      reduceOnly: false,
    });
    const { fundingRate, nextFundingMs } = market.tickers.ticker(symbol);
    expect(nextFundingMs).toBe(Date.UTC(2026, 4, 12, 8));
    expect(exchange.positions(account)[0]?.cumFundingFee).toBe(0n);
    clock.advance(nextFundingMs - clock.nowMs() + 2000);
    const fee = exchange.positions(account)[0]?.cumFundingFee ?? 0n;
    expect(fee === 0n).toBe(fundingRate === 0n);
    const [settled] = market.fundingHistory(symbol, { limit: 5 });
    expect(settled).toEqual({ symbol, rate: fundingRate, atMs: nextFundingMs });
    expect(market.tickers.ticker(symbol).nextFundingMs).toBe(nextFundingMs + 28_800_000);
  });

  it('has the same history after a restart, one settlement per interval, newest first', () => {
    const first = openMarket().market;
    const second = openMarket({ startMs: START_MS + 3 * 86_400_000 }).market;
    for (const { symbol, fundingIntervalSec } of PRODUCT_SPECS) {
      const rows = first.fundingHistory(symbol, { limit: 100 });
      expect(rows).toHaveLength(100);
      for (const [at, row] of rows.entries()) {
        expect(row.atMs % (fundingIntervalSec * 1000)).toBe(0);
        const newer = rows[at - 1];
        if (newer !== undefined) expect(newer.atMs - row.atMs).toBe(fundingIntervalSec * 1000);
        expect(row.rate).toBeLessThan(400_000n);
        expect(row.rate).toBeGreaterThan(-400_000n);
      }
      expect(second.fundingHistory(symbol, { toMs: START_MS, limit: 100 })).toEqual(rows);
    }
  });
});
