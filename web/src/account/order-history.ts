/** Orders that are over: history as REST has it, and what has ended since, each order once. Newest first. */
import { useStore } from 'zustand';
import type { Order } from '#contract/model.ts';
import { isOpen } from '#contract/order-record.ts';
import { parseOrderList } from '#contract/wire/order-list.ts';
import { orderListRequest } from '#contract/wire/requests.ts';
import { accountStore, SETTLE_CURRENCY } from './account-store.ts';
import { PAGE_ROWS, type Past, usePast } from './past.ts';

/**
 * History and stream as one list. The stream tells more of an order (its terms, its place in time to the millisecond),
 * so its word stands; what is open belongs to the other table, whatever an older page of history says.
 */
export function mergeOrders(
  streamed: Iterable<Order>,
  history: Iterable<Order>,
  isOpenNow: (order: Order) => boolean,
): readonly Order[] {
  const byID = new Map<string, Order>();
  for (const order of [...history, ...streamed]) {
    if (isOpen(order) || isOpenNow(order)) continue;
    byID.set(order.orderID, order);
  }
  return [...byID.values()].sort(
    (a, b) => b.transactAtMs - a.transactAtMs || (a.orderID < b.orderID ? 1 : -1),
  );
}

export function useOrderHistory(): Past<Order> {
  const openOrders = useStore(accountStore, (account) => account.openOrders);
  const endedOrders = useStore(accountStore, (account) => account.endedOrders);
  const past = usePast({
    key: ['orders'],
    request: (offset) => orderListRequest({ currency: SETTLE_CURRENCY, offset, limit: PAGE_ROWS }),
    parse: parseOrderList,
    isStreamed: true,
  });
  return {
    ...past,
    rows: mergeOrders(endedOrders.values(), past.rows, ({ orderID }) => openOrders.has(orderID)),
  };
}
