import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { money, price, qty } from '#contract/decimal.ts';
import type { Order, Product } from '#contract/model.ts';
import { amendmentOf, changedSince, termsOf } from './amendment.ts';

const order = {
  orderID: 'x',
  symbol: 'BTCUSDT' as ProductSymbol,
  side: 'Buy',
  posSide: 'Long',
  price: price('60000'),
  qty: qty('0.05'),
  cumQty: qty('0.02'),
  reduceOnly: false,
  ordStatus: 'New',
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
    expect(amendmentOf(order, product, { ...termsOf(order), price: '59999.99' })).toEqual({
      ok: true,
      request: { symbol: 'BTCUSDT', order: { orderID: 'x' }, posSide: 'Long', price: '59999.9' },
    });
    expect(amendmentOf(order, product, { ...termsOf(order), qty: '0.07' })).toMatchObject({
      ok: true,
      request: { qty: '0.07' },
    });
  });

  it('leaves alone what was not typed, whatever others have made of it meanwhile', () => {
    const before = termsOf(order);
    const moved = { ...order, price: price('59000'), qty: qty('0.06') };
    expect(amendmentOf(moved, product, { qty: '0.07' })).toEqual({
      ok: true,
      request: { symbol: 'BTCUSDT', order: { orderID: 'x' }, posSide: 'Long', qty: '0.07' },
    });
    expect(changedSince(before, moved)).toBe(
      'Changed elsewhere: price 60000 is now 59000, quantity 0.05 is now 0.06',
    );
    expect(changedSince(before, { ...order, cumQty: qty('0.03') })).toBeUndefined();
  });

  it('asks for nothing when nothing has changed after snapping', () => {
    expect(amendmentOf(order, product, { price: '60000.04', qty: '0.05004', trigger: '' })).toEqual({
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
    const amendment = amendmentOf(order, product, { price: typedPrice, qty: typedQty, trigger: '' });
    expect(amendment).toEqual({ ok: false, isSame: false, field, error });
  });
});

describe('amending a conditional order', () => {
  const stop = {
    ...order,
    ordStatus: 'Untriggered',
    ordType: 'Stop',
    price: price('0'),
    cumQty: qty('0'),
    trigger: { price: price('58000'), source: 'ByMarkPrice' },
  } as unknown as Order;

  it('moves its trigger alone: what it triggers on, its size and its flags are not named', () => {
    expect(amendmentOf(stop, product, { ...termsOf(stop), trigger: '57900.04' })).toEqual({
      ok: true,
      request: { symbol: 'BTCUSDT', order: { orderID: 'x' }, posSide: 'Long', triggerPrice: '57900' },
    });
  });

  it('asks a stop at market for no price, and one for the whole position for no quantity', () => {
    const whole = { ...stop, qty: qty('0') };
    expect(amendmentOf(whole, product, { price: '', qty: '', trigger: '57000' })).toMatchObject({
      ok: true,
      request: { triggerPrice: '57000' },
    });
  });

  it('leaves the trigger of one that was triggered where it is', () => {
    const triggered = { ...stop, ordStatus: 'New', price: price('58000') } as Order;
    expect(amendmentOf(triggered, product, { ...termsOf(triggered), trigger: '1' })).toEqual({
      ok: false,
      isSame: true,
    });
  });

  it.each(['', '0', '600000'])('says what is wrong with a trigger of "%s"', (typed) => {
    expect(amendmentOf(stop, product, { ...termsOf(stop), trigger: typed })).toMatchObject({
      ok: false,
      field: 'trigger',
    });
  });
});
