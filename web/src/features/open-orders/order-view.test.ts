import { describe, expect, it } from 'vitest';
import type { OrderID, ProductSymbol } from '#contract/brand.ts';
import { price, qty } from '#contract/decimal.ts';
import type { Order } from '#contract/model.ts';
import { grouped, matches, NEWEST_FIRST, sorted, sortedBy } from './order-view.ts';

const orderOf = (orderID: string, change: Partial<Order> = {}): Order =>
  ({
    orderID: orderID as OrderID,
    symbol: 'BTCUSDT' as ProductSymbol,
    side: 'Buy',
    ordType: 'Limit',
    ordStatus: 'New',
    price: price('100'),
    qty: qty('1'),
    actionAtMs: 0,
    ...change,
  }) as Order;
const ids = (orders: readonly Order[]) => orders.map(({ orderID }) => orderID).join('');

describe('the open orders shown', () => {
  it('are those of a symbol, a side, a kind, or all of these', () => {
    const stop = orderOf('a', { ordStatus: 'Untriggered', trigger: { price: price('90') } });
    expect(matches(stop, {})).toBe(true);
    expect(matches(stop, { kind: 'conditional', side: 'Buy' })).toBe(true);
    expect(matches(stop, { kind: 'active' })).toBe(false);
    expect(matches(stop, { side: 'Sell' })).toBe(false);
    expect(matches(stop, { symbol: 'ETHUSDT' as ProductSymbol })).toBe(false);
  });

  it('are newest first, and turn round with a second press', () => {
    const orders = [
      orderOf('a', { actionAtMs: 1 }),
      orderOf('b', { actionAtMs: 3 }),
      orderOf('c', { actionAtMs: 2 }),
    ];
    expect(ids(sorted(orders, NEWEST_FIRST))).toBe('bca');
    expect(ids(sorted(orders, sortedBy(NEWEST_FIRST, 'time')))).toBe('acb');
  });

  it('are in the order of numbers, not of text, a conditional one by its trigger', () => {
    const orders = [
      orderOf('a', { price: price('1000') }),
      orderOf('b', { price: price('99.5') }),
      orderOf('c', { price: price('0'), ordStatus: 'Untriggered', trigger: { price: price('500') } }),
    ];
    expect(ids(sorted(orders, { by: 'price', isRising: true }))).toBe('bca');
  });

  it('keep their places whatever order they are told in', () => {
    const a = orderOf('a', { actionAtMs: 5 });
    const b = orderOf('b', { actionAtMs: 5 });
    expect(ids(sorted([a, b], NEWEST_FIRST))).toBe(ids(sorted([b, a], NEWEST_FIRST)));
  });

  it('stand under their products', () => {
    const eth = orderOf('b', { symbol: 'ETHUSDT' as ProductSymbol });
    const groups = grouped([eth, orderOf('a'), orderOf('c')]);
    expect(groups.map(([symbol, orders]) => [symbol, ids(orders)])).toEqual([
      ['BTCUSDT', 'ac'],
      ['ETHUSDT', 'b'],
    ]);
  });
});
