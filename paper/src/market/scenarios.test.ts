/** Scenarios on a virtual clock: what a trader's chart, mark, position and orders go through. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ClOrdID, ProductSymbol } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';
import { createVirtualClock } from '../clock.ts';
import type { Lots, Rate, Units } from '../commands.ts';
import type { ExchangeEvent, TradeEvent } from '../events.ts';
import { createExchange } from '../exchange.ts';
import { openAccountStore } from '../store/libsql-store.ts';
import { createMemoryCandleStore } from './candle-store.ts';
import { createMarket } from './market.ts';
import { MARKET_PRODUCTS } from './products.ts';

const START_MS = Date.UTC(2026, 4, 12, 9, 10, 30);
const PATIENCE_MS = 60_000;
const [btc, eth] = MARKET_PRODUCTS;
if (btc === undefined || eth === undefined) throw new Error('No products');
const BTC = btc.spec.symbol;
const ETH = eth.spec.symbol;

function openMarket() {
  const products = [btc, eth].filter((product) => product !== undefined);
  const clock = createVirtualClock(START_MS);
  const exchange = createExchange({
    products: products.map(({ spec }) => spec),
    clock,
    store: openAccountStore(':memory:'),
  });
  const events: ExchangeEvent[] = [];
  exchange.subscribe((event) => events.push(event));
  const market = createMarket({ exchange, clock, seed: 5, candleStore: createMemoryCandleStore(), products });
  const account = exchange.openAccount('trader', (1_000_000n * 10n ** 12n) as Units);
  let made = 0;
  market.start();
  clock.advance(10_000);
  return {
    clock,
    exchange,
    events,
    market,
    account,
    trades: (symbol: ProductSymbol) =>
      events.filter((event): event is TradeEvent => event.kind === 'trade' && event.symbol === symbol),
    take: (symbol: ProductSymbol, side: Side, qty: number) =>
      exchange.apply(account, {
        kind: 'place',
        symbol,
        clOrdID: `own-${++made}` as ClOrdID,
        side,
        posSide: 'Merged',
        ordType: 'Market',
        qty: qty as Lots,
        timeInForce: 'ImmediateOrCancel',
        reduceOnly: false,
      }),
    last: (symbol: ProductSymbol) => market.tradesRecent(symbol)[0]?.price ?? 0,
    size: (symbol: ProductSymbol) =>
      exchange.positions(account).find((position) => position.symbol === symbol)?.size ?? 0,
  };
}

describe('a flash crash', { timeout: PATIENCE_MS }, () => {
  it('takes price, mark and leveraged positions down and mostly comes back, in the candles as in the trades', () => {
    const { clock, exchange, market, account, trades, take, last, size } = openMarket();
    const leverage = { mode: 'OneWay', value: (20n * 10n ** 8n) as Rate } as const;
    expect(exchange.apply(account, { kind: 'set-leverage', symbol: BTC, leverage }).ok).toBe(true);
    const before = last(BTC);
    const other = last(ETH);
    const markBefore = market.markPrice(BTC);
    expect(take(BTC, 'Buy', 100).ok).toBe(true);
    market.startScenario({ name: 'flash-crash', symbol: BTC });
    const fromMs = clock.nowMs();
    clock.advance(40_000);
    expect(last(BTC) / before).toBeLessThan(0.91);
    expect(last(BTC) / before).toBeGreaterThan(0.84);
    expect(market.markPrice(BTC) / markBefore).toBeLessThan(0.92);
    expect(last(ETH) / other).toBeGreaterThan(0.98);
    clock.advance(15 * 60_000);
    expect(last(BTC) / before).toBeGreaterThan(0.95);
    expect(size(BTC)).toBe(0);
    const since = trades(BTC).filter(({ atNs }) => atNs >= BigInt(fromMs) * 1_000_000n);
    const low = Math.min(...since.map(({ price }) => price));
    const candles = market.candles.range(BTC, 60, fromMs / 1000 - 60, clock.nowMs() / 1000);
    expect(Math.min(...candles.map((candle) => candle.low))).toBe(low);
  });

  it('widens the spread and thins the book', () => {
    const { clock, exchange, market } = openMarket();
    const look = () => {
      let spread = 0;
      let depth = 0;
      for (let tenth = 0; tenth < 200; tenth++) {
        clock.advance(100);
        const { bestBid = 0, bestAsk = 0 } = exchange.book(BTC);
        spread += bestAsk - bestBid;
        for (const [, qty] of exchange.book(BTC).levels('Buy', 10)) depth += qty;
      }
      return { spread, depth };
    };
    const calm = look();
    market.startScenario({ name: 'flash-crash', symbol: BTC });
    clock.advance(5000);
    const storm = look();
    expect(storm.spread).toBeGreaterThan(3 * calm.spread);
    expect(storm.depth).toBeLessThan(0.8 * calm.depth);
  });

  it('is the same again with the same seed and clock', () => {
    const run = () => {
      const { clock, events, market } = openMarket();
      market.startScenario({ name: 'flash-crash', atMs: clock.nowMs() + 5000 });
      market.startScenario({ name: 'one-sided-book', symbol: ETH });
      clock.advance(60_000);
      const plain = (_key: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);
      const hash = createHash('sha256');
      for (const event of events) hash.update(JSON.stringify(event, plain));
      return hash.digest('hex');
    };
    expect(run()).toBe(run());
  });
});

describe('a gap', { timeout: PATIENCE_MS }, () => {
  it('moves the price with no trades in between', () => {
    const { clock, market, trades, last } = openMarket();
    const before = last(BTC);
    const seen = trades(BTC).length;
    market.startScenario({ name: 'gap', symbol: BTC });
    clock.advance(15_000);
    const shares = trades(BTC)
      .slice(seen)
      .map(({ price }) => price / before - 1);
    expect(shares.filter((share) => share < -0.04).length).toBeGreaterThan(10);
    expect(shares.filter((share) => share < -0.006 && share > -0.04)).toEqual([]);
  });
});

describe('a funding spike', { timeout: PATIENCE_MS }, () => {
  it('charges the next settlement more, once, and stays in the history', () => {
    const { clock, exchange, market, account, take } = openMarket();
    take(BTC, 'Buy', 100);
    const usual = market.tickers.ticker(BTC);
    market.startScenario({ name: 'funding-spike', symbol: BTC });
    clock.advance(60_000);
    expect(market.tickers.ticker(BTC).fundingRate - usual.fundingRate).toBe(300_000n);
    expect(market.tickers.ticker(ETH).fundingRate).toBeLessThan(200_000n);
    clock.advance(10 * 60_000);
    const index = Number(market.indexPrice(BTC)) * 10;
    const { bestBid = 0 } = exchange.book(BTC);
    expect(bestBid / index).toBeGreaterThan(1.002);
    const { nextFundingMs } = usual;
    // The long way to the settlement is not what is looked at here.
    market.stop();
    clock.advance(nextFundingMs - clock.nowMs() - 60_000);
    market.start();
    clock.advance(70_000);
    const [settled, earlier] = market.fundingHistory(BTC, { limit: 2 });
    expect(settled).toEqual({ symbol: BTC, rate: usual.fundingRate + 300_000n, atMs: nextFundingMs });
    expect(earlier?.rate).toBeLessThan(200_000n);
    expect(market.tickers.ticker(BTC).fundingRate).toBeLessThan(200_000n);
    const position = exchange.positions(account).find(({ symbol }) => symbol === BTC);
    expect(position?.cumFundingFee).toBeGreaterThan(0n);
  });
});

describe('an outage', { timeout: PATIENCE_MS }, () => {
  it('stops every book for a minute, tells whoever serves clients, and goes on', () => {
    const { clock, exchange, market, trades } = openMarket();
    const news: boolean[] = [];
    market.onOutage((isOut) => news.push(isOut));
    const atMs = clock.nowMs() + 3000;
    market.startScenario({ name: 'outage', atMs });
    clock.advance(2900);
    expect(news).toEqual([]);
    clock.advance(1000);
    expect(news).toEqual([true]);
    const counts = [trades(BTC).length, trades(ETH).length];
    const book = exchange.book(BTC).levels('Buy', 30);
    clock.advance(58_000);
    expect([trades(BTC).length, trades(ETH).length]).toEqual(counts);
    expect(exchange.book(BTC).levels('Buy', 30)).toEqual(book);
    clock.advance(20_000);
    expect(news).toEqual([true, false]);
    expect(trades(BTC).length).toBeGreaterThan(counts[0] ?? 0);
    expect(market.scenarios()).toEqual([]);
  });

  it('of one product halts that product alone', () => {
    const { clock, market, trades } = openMarket();
    const news: boolean[] = [];
    market.onOutage((isOut) => news.push(isOut));
    market.startScenario({ name: 'outage', symbol: BTC });
    const counts = [trades(BTC).length, trades(ETH).length];
    clock.advance(50_000);
    expect(trades(BTC)).toHaveLength(counts[0] ?? 0);
    expect(trades(ETH).length).toBeGreaterThan(counts[1] ?? 0);
    expect(news).toEqual([]);
  });
});

describe('a one-sided book', { timeout: PATIENCE_MS }, () => {
  it('has asks and no bids: a market sell finds nobody', () => {
    const { clock, exchange, market, take, size } = openMarket();
    const { id } = market.startScenario({ name: 'one-sided-book', symbol: BTC });
    clock.advance(5000);
    expect(exchange.book(BTC).levels('Buy', 30)).toEqual([]);
    expect(exchange.book(BTC).levels('Sell', 30)).toHaveLength(30);
    expect(take(BTC, 'Sell', 10).ok).toBe(true);
    expect(size(BTC)).toBe(0);
    expect(market.tickers.ticker(BTC).bid).toBeUndefined();
    expect(market.stopScenario(id)).toBe(true);
    expect(market.stopScenario(id)).toBe(false);
    clock.advance(5000);
    expect(exchange.book(BTC).levels('Buy', 30)).toHaveLength(30);
  });

  it('is refused for a product that does not exist', () => {
    const { market } = openMarket();
    const symbol = 'NOSUCHUSDT' as ProductSymbol;
    expect(() => market.startScenario({ name: 'gap', symbol })).toThrow(RangeError);
  });
});
