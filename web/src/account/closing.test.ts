import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { limitClose, marketClose } from './closing.ts';

const long = {
  symbol: 'BTCUSDT' as ProductSymbol,
  posSide: 'Long',
  side: 'Buy',
  size: qty('0.05'),
} as unknown as Position;
const product = {
  tickSize: price('0.1'),
  qtyStep: qty('0.0001'),
  priceMin: price('1000'),
  priceMax: price('500000'),
  qtyMax: qty('1000'),
  orderValueMin: money('1'),
  leverageMax: 100,
  tiers: [{ maintenanceMarginRate: ratio('0.005') }],
} as unknown as Product;

describe('closing', () => {
  it('at market is the other side of the same leg, all of it, reducing only', () => {
    expect(marketClose(long)).toEqual({
      symbol: 'BTCUSDT',
      side: 'Sell',
      posSide: 'Long',
      reduceOnly: true,
      ordType: 'Market',
      qty: '0.05',
      timeInForce: 'ImmediateOrCancel',
    });
  });

  it('with a limit never sells lower than typed, nor more', () => {
    const close = limitClose(long, product, { price: '60000.12', qty: '0.02009' });
    expect(close).toMatchObject({ ok: true, plan: { price: '60000.2', qty: '0.02', reduceOnly: true } });
  });

  it.each([
    [{ price: '', qty: '1' }, { priceError: 'Enter a price' }],
    [{ price: '60000', qty: '' }, { qtyError: 'Enter a quantity' }],
    [{ price: '60000', qty: '0.06' }, { qtyError: 'At most 0.05' }],
    [{ price: '60000', qty: '0.00001' }, { qtyError: 'At least 0.0001' }],
    [{ price: '1', qty: '0.05' }, { priceError: 'Outside of what the exchange accepts' }],
  ])('says what is wrong with %j', (typed, problem) => {
    expect(limitClose(long, product, typed)).toEqual({ ok: false, ...problem });
  });
});
