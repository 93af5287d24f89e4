import { afterEach, describe, expect, it, vi } from 'vitest';
import type { ClOrdID, OrderID } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';
import { accountStore } from './account-store.ts';
import { UNKNOWN_ACCOUNT } from './apply-account.ts';
import { orderEnd } from './order-end.ts';

const clOrdID = 'pd-1' as ClOrdID;
const orderID = 'a' as OrderID;
const tell = (ordStatus: string) => {
  const orders = new Map([[orderID, { orderID, clOrdID, ordStatus } as Order]]);
  const isOver = ordStatus === 'Filled' || ordStatus === 'Canceled';
  const none = new Map<OrderID, Order>();
  accountStore.setState(
    isOver ? { openOrders: none, endedOrders: orders } : { openOrders: orders, endedOrders: none },
  );
};

afterEach(() => {
  vi.useRealTimers();
  accountStore.setState(UNKNOWN_ACCOUNT, true);
});

describe('how an order ended', () => {
  it('is known once the stream tells, not while it is open', async () => {
    vi.useFakeTimers();
    let end: Order | undefined;
    const ended = orderEnd(clOrdID).then((order) => {
      end = order;
    });
    tell('PartiallyFilled');
    await vi.advanceTimersByTimeAsync(1_000);
    expect(end).toBeUndefined();
    tell('Canceled');
    await ended;
    expect(end).toMatchObject({ ordStatus: 'Canceled' });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is known at once where the stream was faster than the answer', async () => {
    tell('Filled');
    expect(await orderEnd(clOrdID)).toMatchObject({ ordStatus: 'Filled' });
  });

  it('stays unknown where nothing is told', async () => {
    vi.useFakeTimers();
    const ended = orderEnd(clOrdID);
    tell('New');
    await vi.runAllTimersAsync();
    expect(await ended).toBeUndefined();
  });
});
