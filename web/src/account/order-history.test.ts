import { describe, expect, it } from 'vitest';
import type { OrderID } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';
import type { OrdStatus } from '#contract/vocabulary.ts';
import { mergeOrders } from './order-history.ts';

const orderOf = (id: string, transactAtMs: number, change: Partial<Order> = {}): Order =>
  ({
    orderID: id as OrderID,
    ordStatus: 'Filled' as OrdStatus,
    timeInForce: '',
    transactAtMs,
    ...change,
  }) as Order;
const none = () => false;
const ids = (orders: readonly Order[]) => orders.map(({ orderID }) => orderID).join('');

describe('orders that are over', () => {
  it('are one list of history and stream, each order once, newest first', () => {
    const merged = mergeOrders([orderOf('c', 3), orderOf('b', 2)], [orderOf('b', 2), orderOf('a', 1)], none);
    expect(ids(merged)).toBe('cba');
  });

  it('are told by the stream where both know them, since history leaves out their terms', () => {
    const [order] = mergeOrders([orderOf('a', 1, { timeInForce: 'PostOnly' })], [orderOf('a', 1)], none);
    expect(order?.timeInForce).toBe('PostOnly');
  });

  it('never show what is open, also when history was asked before it was placed again', () => {
    const history = [orderOf('a', 1), orderOf('b', 2, { ordStatus: 'New' })];
    expect(ids(mergeOrders([], history, ({ orderID }) => orderID === 'a'))).toBe('');
  });
});
