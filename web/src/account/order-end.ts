/** How an order ended, as the account stream tells it. */
import type { ClOrdID } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';
import { isOpen } from '#contract/order-record.ts';
import { accountStore, orderNow } from './account-store.ts';
import { TOLD_MS_MAX } from './order-requests.ts';

/** Once it has ended, or has already; undefined where that is not told in time. */
export function orderEnd(clOrdID: ClOrdID): Promise<Order | undefined> {
  return new Promise((resolve) => {
    const settle = (order?: Order) => {
      stop();
      clearTimeout(timer);
      resolve(order);
    };
    const look = () => {
      const order = orderNow(accountStore.getState(), clOrdID);
      if (order !== undefined && !isOpen(order)) settle(order);
    };
    const stop = accountStore.subscribe(look);
    const timer = setTimeout(settle, TOLD_MS_MAX);
    look();
  });
}
