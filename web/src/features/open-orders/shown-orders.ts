/** What the trader has chosen to see of the open orders; table and head share it. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { Order } from '#contract/model.ts';
import { useOpenOrders } from '../../account/account-store.ts';
import { matches, NEWEST_FIRST, type OrderFilter, type OrderSort, sorted } from './order-view.ts';

export interface ShownOrders {
  readonly filter: OrderFilter;
  readonly sort: OrderSort;
  readonly isGrouped: boolean;
}

export const shownOrdersStore = createStore<ShownOrders>(() => ({
  filter: {},
  sort: NEWEST_FIRST,
  isGrouped: false,
}));

/** The open orders that pass the filter, sorted. */
export function useShownOrders(): readonly Order[] {
  const orders = useOpenOrders();
  const { filter, sort } = useStore(shownOrdersStore);
  return sorted(
    [...orders.values()].filter((order) => matches(order, filter)),
    sort,
  );
}
