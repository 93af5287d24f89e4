/** A product and an account for the ticket's tests: BTCUSDT as recorded, ten times cross, 10,000 USDT. */

import type { ClOrdID, Money, OrderID, ProductSymbol } from '#contract/brand.ts';
import { add, money, price, qty, ratio } from '#contract/decimal.ts';
import type { Order, Position, Product, SymbolSettings } from '#contract/model.ts';
import type { Side } from '#contract/vocabulary.ts';
import type { TicketContext } from './facts.ts';

export const BTCUSDT = 'BTCUSDT' as ProductSymbol;

export const product: Product = {
  symbol: BTCUSDT,
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  tickSize: price('0.1'),
  qtyStep: qty('0.0001'),
  priceMin: price('1000'),
  priceMax: price('500000'),
  qtyMax: qty('1000'),
  orderValueMin: money('1'),
  leverageMax: 100,
  fundingIntervalSec: 28_800,
  isListed: true,
  indexSymbol: '.BTCUSDT',
  markSymbol: '.MBTCUSDT',
  tiers: [
    {
      notionalMax: money('2000000'),
      leverageMax: 100,
      maintenanceMarginRate: ratio('0.005'),
      maintenanceAmount: money('0'),
    },
    {
      notionalMax: money('4000000'),
      leverageMax: 67,
      maintenanceMarginRate: ratio('0.0075'),
      maintenanceAmount: money('5000'),
    },
  ],
};

const leg = (posSide: 'Merged' | 'Long' | 'Short') =>
  ({ posSide, marginMode: 'cross', leverage: ratio('10') }) as const;
const ONE_WAY: SymbolSettings = { symbol: BTCUSDT, posMode: 'OneWay', legs: [leg('Merged')] };
export const HEDGED: SymbolSettings = {
  symbol: BTCUSDT,
  posMode: 'Hedged',
  legs: [leg('Long'), leg('Short')],
};

/** As the account's rows of the exchange say for ten times and a taker rate of 0.06 %. */
const COST_RATES: Readonly<Record<Side, string>> = { Buy: '0.10114', Sell: '0.10126' };

/** Besides what the positions and open orders in it have locked already. */
export function contextOf({
  available = money('10000'),
  ...change
}: Partial<TicketContext> & { readonly available?: Money } = {}): TicketContext {
  const used = (change.positions ?? []).reduce((sum, { usedBalance }) => add(sum, usedBalance), money('0'));
  return { ...CONTEXT, wallet: { currency: 'USDT', balance: add(available, used), used }, ...change };
}

const CONTEXT: TicketContext = {
  product,
  settings: ONE_WAY,
  wallet: { currency: 'USDT', balance: money('10000'), used: money('0') },
  positions: [],
  openOrders: [],
  quotes: { bid: price('60000'), ask: price('60000.1'), last: price('60000'), mark: price('60000') },
  feeRates: { maker: ratio('0.0001'), taker: ratio('0.0006') },
  costRate: (_, side) => ratio(COST_RATES[side]),
  leverage: () => ratio('10'),
  crossRatio: () => undefined,
};

export const positionOf = (change: Partial<Position> = {}): Position => ({
  symbol: BTCUSDT,
  posSide: 'Merged',
  side: 'Buy',
  size: qty('0.05'),
  value: money('3000'),
  avgEntryPrice: price('60000'),
  marginMode: 'cross',
  leverage: ratio('10'),
  positionMargin: money('300'),
  usedBalance: money('303'),
  maintenanceMarginRate: ratio('0.005'),
  termRealisedPnl: money('0'),
  cumClosedPnl: money('0'),
  cumFundingFee: money('0'),
  ...change,
});

export const orderOf = (change: Partial<Order> = {}): Order => ({
  orderID: 'order-1' as OrderID,
  clOrdID: 'pd-1' as ClOrdID,
  symbol: BTCUSDT,
  side: 'Buy',
  posSide: 'Merged',
  ordType: 'Limit',
  timeInForce: 'GoodTillCancel',
  ordStatus: 'New',
  price: price('50000'),
  qty: qty('0.1'),
  cumQty: qty('0'),
  leavesQty: qty('0.1'),
  cumValue: money('0'),
  reduceOnly: false,
  actionAtMs: 0,
  transactAtMs: 0,
  execSeq: 1,
  ...change,
});
