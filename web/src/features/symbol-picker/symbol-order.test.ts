import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { Product, Ticker } from '#contract/model.ts';
import { FIRST_SORT, nextSort, searchProducts, sortProducts } from './symbol-order.ts';

const product = (name: string): Product => ({
  symbol: `${name}USDT` as ProductSymbol,
  base: name,
  quote: 'USDT',
  settle: 'USDT',
  tickSize: price('0.1'),
  qtyStep: qty('0.001'),
  priceMin: price('0.1'),
  priceMax: price('1000000'),
  qtyMax: qty('1000'),
  orderValueMin: money('1'),
  leverageMax: 100,
  fundingIntervalSec: 28_800,
  isListed: true,
  indexSymbol: `.${name}USDT`,
  markSymbol: `.M${name}USDT`,
  tiers: [],
});
const PRODUCTS = ['BTC', 'ETH', 'SOL', 'BSV', 'GNSOL'].map(product);
const names = (products: readonly Product[]) => products.map(({ base }) => base);

const ticker = (symbol: ProductSymbol, last: string, open: string, turnover: string): Ticker => ({
  symbol,
  open: price(open),
  high: price(last),
  low: price(open),
  last: price(last),
  volume: qty('1'),
  turnover: money(turnover),
  openInterest: '1',
  indexPrice: price(last),
  markPrice: price(last),
  fundingRate: ratio('0.0001'),
  predictedFundingRate: ratio('0.0001'),
});
const TICKERS = new Map(
  [
    ticker('BTCUSDT' as ProductSymbol, '90000', '100000', '900'),
    ticker('ETHUSDT' as ProductSymbol, '3300', '3000', '1000'),
    ticker('SOLUSDT' as ProductSymbol, '142', '140', '80'),
  ].map((one) => [one.symbol, one]),
);
const tickerOf = (symbol: ProductSymbol) => TICKERS.get(symbol);

describe('the picker', () => {
  it('lists what is traded most first, and what has no ticker last', () => {
    expect(names(sortProducts(PRODUCTS, FIRST_SORT, tickerOf))).toEqual([
      'ETH',
      'BTC',
      'SOL',
      'BSV',
      'GNSOL',
    ]);
    const ascending = { column: 'change', isDescending: false } as const;
    expect(names(sortProducts(PRODUCTS, ascending, tickerOf))).toEqual(['BTC', 'SOL', 'ETH', 'BSV', 'GNSOL']);
  });

  it('turns a column round at the second click', () => {
    const byName = nextSort(FIRST_SORT, 'symbol');
    expect(byName).toEqual({ column: 'symbol', isDescending: false });
    expect(nextSort(byName, 'symbol')).toEqual({ column: 'symbol', isDescending: true });
    expect(nextSort(byName, 'last')).toEqual({ column: 'last', isDescending: true });
  });

  it('finds what contains the typed text, what begins with it first', () => {
    const sorted = [...PRODUCTS].reverse();
    expect(names(searchProducts(sorted, 'sol'))).toEqual(['SOL', 'GNSOL']);
    expect(names(searchProducts(PRODUCTS, ' btc/usdt '))).toEqual(['BTC']);
    expect(names(searchProducts(PRODUCTS, 'nothing'))).toEqual([]);
    expect(searchProducts(PRODUCTS, '')).toBe(PRODUCTS);
  });
});
