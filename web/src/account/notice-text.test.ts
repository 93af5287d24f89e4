import { describe, expect, it } from 'vitest';
import type { ExecID, OrderID, ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { Fill, Order, Product } from '#contract/model.ts';
import { fillNotice, rejectionNotice } from './notice-text.ts';

const product = { base: 'BTC', tickSize: price('0.1'), qtyStep: qty('0.0001') } as Product;
const fillOf = (at: string, amount: string, value: string): Fill => ({
  execID: at as ExecID,
  orderID: 'x' as OrderID,
  symbol: 'BTCUSDT' as ProductSymbol,
  side: 'Sell',
  price: price(at),
  qty: qty(amount),
  value: money(value),
  fee: money('0'),
  feeRate: ratio('0'),
  isMaker: false,
  atMs: 0,
});

describe('notices', () => {
  it('tell one fill at its price', () => {
    expect(fillNotice([fillOf('60000.1', '0.05', '3000.005')], () => product)).toEqual({
      run: 'fills',
      tone: 'sell',
      title: 'Sold 0.0500 BTC',
      text: 'BTCUSDT at 60,000.1',
    });
  });

  it('tell the fills of one order together, at their average', () => {
    const fills = [fillOf('60000', '0.01', '600'), fillOf('60003', '0.02', '1200.06')] as const;
    expect(fillNotice([...fills], () => product)).toMatchObject({
      title: 'Sold 0.0300 BTC',
      text: 'BTCUSDT at 60,002.0 on average',
    });
  });

  it('tell why an order was not taken, with the exchange’s code, and nothing of one that lives on', () => {
    const order = {
      symbol: 'BTCUSDT',
      side: 'Buy',
      ordStatus: 'Rejected',
      rejection: { code: 11001, message: 'TE: no enough available balance' },
    } as unknown as Order;
    expect(rejectionNotice(order)).toEqual({
      tone: 'problem',
      title: 'BTCUSDT buy order rejected',
      text: 'Not enough available balance for this order: make it smaller, or free some margin. (11001)',
    });
    expect(rejectionNotice({ ...order, ordStatus: 'New' })).toBeUndefined();
    const { rejection: _, ...taken } = order;
    expect(rejectionNotice(taken)).toBeUndefined();
  });
});
