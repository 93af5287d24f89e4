/** The order whose course the trader looks at, from whichever table. */
import { createStore } from 'zustand/vanilla';
import type { Order } from '#contract/model.ts';

export const lookedAtOrderStore = createStore<{ readonly order?: Order }>(() => ({}));

/** The same one again ends it. */
export function lookAtOrder(order: Order | undefined): void {
  const isSame = order?.orderID === lookedAtOrderStore.getState().order?.orderID;
  lookedAtOrderStore.setState(order === undefined || isSame ? {} : { order }, true);
}
