import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from './brand.ts';
import { money, price, qty } from './decimal.ts';
import type { Product } from './model.ts';
import { brokenFilter, inOrders, snapPrice, snapQty } from './product.ts';

const eth: Product = {
  symbol: 'ETHUSDT' as ProductSymbol,
  base: 'ETH',
  quote: 'USDT',
  settle: 'USDT',
  tickSize: price('0.05'),
  qtyStep: qty('0.01'),
  priceMin: price('10'),
  priceMax: price('200000'),
  qtyMax: qty('10000'),
  orderValueMin: money('1'),
  leverageMax: 100,
  fundingIntervalSec: 28800,
  isListed: true,
  indexSymbol: '.ETHUSDT',
  markSymbol: '.METHUSDT',
  tiers: [],
};

describe('a product', () => {
  it('snaps prices to its tick and quantities down to its lot', () => {
    expect(snapPrice(eth, price('1800.07'))).toBe('1800.05');
    expect(snapPrice(eth, price('1800.08'))).toBe('1800.1');
    expect(snapPrice(eth, price('1800.09'), 'down')).toBe('1800.05');
    expect(snapPrice(eth, price('1800.01'), 'up')).toBe('1800.05');
    expect(snapQty(eth, qty('0.0199'))).toBe('0.01');
  });

  it('takes a quantity in as few orders as its largest allows', () => {
    expect(inOrders(eth, qty('9999.99'))).toEqual(['9999.99']);
    expect(inOrders(eth, qty('10000'))).toEqual(['10000']);
    expect(inOrders(eth, qty('20000.005'))).toEqual(['10000', '10000', '0.005']);
    expect(inOrders({ ...eth, qtyMax: qty('0.999') }, qty('2'))).toEqual(['0.99', '0.99', '0.02']);
    expect(inOrders({ ...eth, qtyMax: qty('0') }, qty('2'))).toEqual(['2']);
  });

  it('accepts what it snapped', () => {
    expect(
      brokenFilter(eth, { price: snapPrice(eth, price('1234.567')), qty: snapQty(eth, qty('1.239')) }),
    ).toBe(undefined);
    expect(brokenFilter(eth, { qty: qty('0.01') })).toBe(undefined);
  });

  it.each([
    ['1800.01', '1', 'price-tick'],
    ['5', '1', 'price-min'],
    ['200000.05', '1', 'price-max'],
    ['1800', '0', 'qty-zero'],
    ['1800', '-1', 'qty-zero'],
    ['1800', '0.015', 'qty-step'],
    ['1800', '10000.01', 'qty-max'],
    ['10', '0.09', 'value-min'],
  ])('names the rule that %s × %s breaks: %s', (at, amount, rule) => {
    expect(brokenFilter(eth, { price: price(at), qty: qty(amount) })).toBe(rule);
  });
});
