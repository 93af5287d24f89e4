import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { money, price, qty } from '#contract/decimal.ts';
import type { Order, Product } from '#contract/model.ts';
import { amendmentOf } from './amendment.ts';

const order = {
  orderID: 'x',
  symbol: 'BTCUSDT' as ProductSymbol,
  side: 'Buy',
  posSide: 'Long',
  price: price('60000'),
  qty: qty('0.05'),
  cumQty: qty('0.02'),
  reduceOnly: false,
} as unknown as Order;
const product = {
  quote: 'USDT',
  tickSize: price('0.1'),
  qtyStep: qty('0.0001'),
  priceMin: price('1000'),
  priceMax: price('500000'),
  qtyMax: qty('1000'),
  orderValueMin: money('1'),
} as unknown as Product;

describe('amending', () => {
  it('asks for what has changed alone, on the order’s own leg', () => {
    expect(amendmentOf(order, product, { price: '59999.99', qty: '0.05' })).toEqual({
      ok: true,
      request: { symbol: 'BTCUSDT', order: { orderID: 'x' }, posSide: 'Long', price: '59999.9' },
    });
    expect(amendmentOf(order, product, { price: '60000', qty: '0.07' })).toMatchObject({
      ok: true,
      request: { qty: '0.07' },
    });
  });

  it('asks for nothing when nothing has changed after snapping', () => {
    expect(amendmentOf(order, product, { price: '60000.04', qty: '0.05004' })).toEqual({
      ok: false,
      isSame: true,
    });
  });

  it.each([
    ['', '0.05', 'price', 'Enter a price'],
    ['60000', 'x', 'qty', 'Enter a quantity'],
    ['60000', '0.02', 'qty', 'Above the 0.02 already filled'],
    ['600000', '0.05', 'price', 'Outside of the price limits'],
    ['60000', '2000', 'qty', 'At most 1000'],
  ])('at %s for %s says beside the %s: %s', (typedPrice, typedQty, field, error) => {
    const amendment = amendmentOf(order, product, { price: typedPrice, qty: typedQty });
    expect(amendment).toEqual({ ok: false, isSame: false, field, error });
  });
});
