/** Orders that are over: history as REST has it, and what has ended since, each order once. Newest first. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useStore } from 'zustand';
import type { Order } from '#contract/model.ts';
import { parseOrderList } from '#contract/wire/order-list.ts';
import { orderListRequest } from '#contract/wire/requests.ts';
import { askExchange } from '../exchange/rest.ts';
import { valueOrThrow } from '../exchange/rest-cache.ts';
import { ACCOUNT_QUERIES, accountStore, SETTLE_CURRENCY, useIsAccountKnown } from './account-store.ts';
import { isOpen } from './apply-account.ts';

/** The most that the exchange answers at once. */
const PAGE_ORDERS = 200;

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

export interface OrderHistory {
  readonly orders: readonly Order[];
  readonly isLoading: boolean;
  /** Why older ones are missing. */
  readonly problem?: string;
  /** Absent when there is nothing older. */
  readonly loadOlder?: () => void;
}

async function fetchPage(offset: number): Promise<readonly Order[]> {
  const request = orderListRequest({ currency: SETTLE_CURRENCY, offset, limit: PAGE_ORDERS });
  return valueOrThrow(await askExchange(request, parseOrderList));
}

export function useOrderHistory(): OrderHistory {
  const openOrders = useStore(accountStore, (account) => account.openOrders);
  const endedOrders = useStore(accountStore, (account) => account.endedOrders);
  const isKnown = useIsAccountKnown();
  const pages = useInfiniteQuery({
    queryKey: [...ACCOUNT_QUERIES, 'orders'],
    queryFn: ({ pageParam }) => fetchPage(pageParam),
    initialPageParam: 0,
    getNextPageParam: (last, all) => (last.length < PAGE_ORDERS ? undefined : all.length * PAGE_ORDERS),
    enabled: isKnown,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const history = pages.data?.pages.flat() ?? [];
  return {
    orders: mergeOrders(endedOrders.values(), history, ({ orderID }) => openOrders.has(orderID)),
    isLoading: pages.isPending,
    ...(pages.error === null ? {} : { problem: pages.error.message }),
    ...(pages.hasNextPage ? { loadOlder: () => void pages.fetchNextPage() } : {}),
  };
}
