import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { price } from '#contract/decimal.ts';
import type { Order, Position } from '#contract/model.ts';
import { isBeyondLiquidation, stoppedBy, stopWarning } from './stop-warning.ts';

const product = { tickSize: price('0.1'), priceMax: price('500000') };
const long = { side: 'Buy', liquidationPrice: price('54000') } as const;
const short = { side: 'Sell', liquidationPrice: price('66000') } as const;

describe('a stop that may come too late', () => {
  it('lies beyond liquidation, or at it', () => {
    expect(stopWarning(long, product, { price: price('53999.9') })).toContain(
      'beyond liquidation at 54,000.0',
    );
    expect(stopWarning(long, product, { price: price('54000') })).toBeDefined();
    expect(stopWarning(long, product, { price: price('54000.1') })).toBeUndefined();
    expect(stopWarning(short, product, { price: price('66000.1') })).toBeDefined();
    expect(stopWarning(short, product, { price: price('65999.9') })).toBeUndefined();
  });

  it('goes by another price than liquidation does', () => {
    const at = { price: price('58000') };
    expect(stopWarning(long, product, { ...at, source: 'ByLastPrice' })).toContain('by last');
    expect(stopWarning(long, product, { ...at, source: 'ByIndexPrice' })).toContain('by index');
    expect(stopWarning(long, product, { ...at, source: 'ByMarkPrice' })).toBeUndefined();
  });

  it('is no worry for a position that no price liquidates', () => {
    const backed = { side: 'Buy', liquidationPrice: price('0.1') } as const;
    expect(stopWarning(backed, product, { price: price('100'), source: 'ByLastPrice' })).toBeUndefined();
    expect(stopWarning({ side: 'Buy' }, product, { price: price('100') })).toBeUndefined();
  });
});

it('an order is a stop of the position that it would close at a loss, and of no other', () => {
  const symbol = 'BTCUSDT' as ProductSymbol;
  const position = { ...long, symbol, posSide: 'Merged' } as Position;
  const positions = new Map([[`${symbol} Merged` as const, position]]);
  const stop = {
    symbol,
    side: 'Sell',
    posSide: 'Merged',
    ordType: 'Stop',
    ordStatus: 'Untriggered',
    reduceOnly: true,
    trigger: { price: price('58000') },
  } as Order;
  expect(stoppedBy(stop, positions)).toBe(position);
  expect(stoppedBy({ ...stop, ordType: 'MarketIfTouched' }, positions)).toBeUndefined();
  expect(stoppedBy({ ...stop, reduceOnly: false }, positions)).toBeUndefined();
  expect(stoppedBy(stop, new Map())).toBeUndefined();
  expect(isBeyondLiquidation(position, product, price('53000'))).toBe(true);
  expect(isBeyondLiquidation(position, product, price('58000'))).toBe(false);
});
