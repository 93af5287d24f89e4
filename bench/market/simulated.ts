/** Records the paper exchange's own market in the shape of a recording of a real one. */
import { createVirtualClock } from '../../paper/src/clock.ts';
import { createExchange } from '../../paper/src/exchange.ts';
import { createMemoryCandleStore } from '../../paper/src/market/candle-store.ts';
import { createFactors } from '../../paper/src/market/factors.ts';
import { createMarket } from '../../paper/src/market/market.ts';
import { createProductPath } from '../../paper/src/market/path.ts';
import { MARKET_PRODUCTS, type MarketProduct } from '../../paper/src/market/products.ts';
import { openAccountStore } from '../../paper/src/store/libsql-store.ts';
import { type BookLook, LOOK_MS, lookAt, mergePrints, type TakenOrder, type Tape } from './tape.ts';

export const START_MS = Date.UTC(2026, 4, 12, 13);
/** Deeper than the farthest measured distance. */
const LEVELS = 100;

export function productOf(symbol: string): MarketProduct {
  const product = MARKET_PRODUCTS.find(({ spec }) => spec.symbol === symbol);
  if (product === undefined) throw new Error(`There is no ${symbol}`);
  return product;
}

/** Closes of a path's minutes before a time, oldest first; products of one seed share their factors. */
export function simulateCloses(seed: number, symbols: readonly string[], minutes: number): number[][] {
  const factors = createFactors(seed);
  const fromSec = START_MS / 1000 - minutes * 60;
  return symbols.map((symbol) => {
    const path = createProductPath(seed, productOf(symbol), factors);
    return Array.from({ length: minutes }, (_, at) => path.bar(fromSec + at * 60, 60).close);
  });
}

/** Lives through a product's market, alone. */
export function simulateTape(seed: number, symbol: string, minutes: number): Tape {
  const product = productOf(symbol);
  const clock = createVirtualClock(START_MS);
  const store = openAccountStore(':memory:');
  const exchange = createExchange({ products: [product.spec], clock, store });
  const market = createMarket({
    exchange,
    clock,
    seed,
    candleStore: createMemoryCandleStore(),
    products: [product],
  });
  const lot = Number(product.spec.qtyStep);
  const prints: TakenOrder[] = [];
  const looks: BookLook[] = [];
  exchange.subscribe((event) => {
    if (event.kind !== 'trade') return;
    prints.push({
      atMs: clock.nowMs(),
      price: event.price,
      qty: event.qty * lot,
      sign: event.takerSide === 'Buy' ? 1 : -1,
    });
  });
  const book = exchange.book(product.spec.symbol);
  const side = (of: 'Buy' | 'Sell') =>
    book.levels(of, LEVELS).map(([ticks, lots]) => [ticks, lots * lot] as const);
  market.start();
  for (let left = (minutes * 60_000) / LOOK_MS; left > 0; left--) {
    clock.advance(LOOK_MS);
    const look = lookAt(side('Buy'), side('Sell'));
    if (look !== undefined) looks.push(look);
  }
  market.stop();
  store.close();
  return { orders: mergePrints(prints), looks };
}
