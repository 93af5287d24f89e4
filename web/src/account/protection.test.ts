import { describe, expect, it } from 'vitest';
import type { OrderID, ProductSymbol } from '#contract/brand.ts';
import { money, price, qty } from '#contract/decimal.ts';
import type { Order, Position, Product } from '#contract/model.ts';
import { protectionMove, protectionPlan, protectionProblem, protectionsOf, purposeAt } from './protection.ts';

const long = {
  symbol: 'BTCUSDT' as ProductSymbol,
  posSide: 'Merged',
  side: 'Buy',
  size: qty('0.1'),
  value: money('6000'),
  liquidationPrice: price('54000'),
} as unknown as Position;
const short = { ...long, side: 'Sell', posSide: 'Short', liquidationPrice: price('66000') } as const;
const product = { tickSize: price('0.1'), priceMax: price('500000') } as Product;
const stopOf = (id: string, at: string, change: Partial<Order> = {}): Order =>
  ({
    orderID: id as OrderID,
    symbol: long.symbol,
    posSide: 'Merged',
    side: 'Sell',
    ordType: 'Stop',
    ordStatus: 'Untriggered',
    reduceOnly: true,
    trigger: { price: price(at), source: 'ByMarkPrice', direction: 'Falling' },
    ...change,
  }) as Order;

describe('protection of a position', () => {
  it('closes the whole of it, whatever its size is by then, on its own leg', () => {
    expect(
      protectionPlan(long, { purpose: 'stop-loss', price: price('58000'), source: 'ByMarkPrice' }),
    ).toEqual({
      symbol: 'BTCUSDT',
      side: 'Sell',
      posSide: 'Merged',
      qty: '0',
      ordType: 'Stop',
      trigger: { price: '58000', source: 'ByMarkPrice' },
      closeOnTrigger: true,
      reduceOnly: true,
      timeInForce: 'ImmediateOrCancel',
    });
    const wish = { purpose: 'take-profit', price: price('58000'), source: 'ByLastPrice' } as const;
    expect(protectionPlan(short, wish)).toMatchObject({
      side: 'Buy',
      posSide: 'Short',
      ordType: 'MarketIfTouched',
    });
  });

  it('is a take-profit or a stop-loss by the side of mark that it lies on', () => {
    expect(purposeAt(long, price('61000'), price('60000'))).toBe('take-profit');
    expect(purposeAt(long, price('59000'), price('60000'))).toBe('stop-loss');
    expect(purposeAt(short, price('59000'), price('60000'))).toBe('take-profit');
    expect(purposeAt(short, price('60000'), price('60000'))).toBeUndefined();
  });

  it('is found among the orders that wait: its own leg’s closing ones, the nearest first', () => {
    const orders = [
      stopOf('far', '57000'),
      stopOf('near', '58000'),
      stopOf('opens', '59000', { reduceOnly: false }),
      stopOf('other side', '59000', { side: 'Buy' }),
      stopOf('other leg', '59000', { posSide: 'Long' }),
      stopOf('triggered', '59000', { ordStatus: 'New' }),
      stopOf('tp', '63000', { ordType: 'MarketIfTouched' }),
    ];
    const found = protectionsOf(long, orders);
    expect(found['stop-loss']?.orderID).toBe('near');
    expect(found['take-profit']?.orderID).toBe('tp');
  });

  it('moves by naming the trigger alone', () => {
    expect(protectionMove(stopOf('a', '58000'), price('59000'))).toEqual({
      symbol: 'BTCUSDT',
      order: { orderID: 'a' },
      posSide: 'Merged',
      triggerPrice: '59000',
    });
  });
});

describe('a protection that would not protect', () => {
  const problem = (purpose: 'take-profit' | 'stop-loss', text: string, position = long) =>
    protectionProblem(position, product, { purpose, price: price(text), mark: price('60000') });

  it('lies on the wrong side of mark', () => {
    expect(problem('take-profit', '59000')).toBe('A take-profit of a long lies above mark');
    expect(problem('stop-loss', '61000')).toBe('A stop-loss of a long lies below mark');
    expect(problem('take-profit', '61000', short)).toBe('A take-profit of a short lies below mark');
    expect(problem('take-profit', '61000')).toBeUndefined();
  });

  it('or beyond liquidation', () => {
    expect(problem('stop-loss', '54000')).toMatch(/^Beyond the liquidation price/);
    expect(problem('stop-loss', '54000.1')).toBeUndefined();
    expect(problem('stop-loss', '66000', short)).toMatch(/^Beyond the liquidation price/);
  });
});
