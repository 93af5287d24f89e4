/** Orders that were sent and are not known to have arrived: shown where they would stand, as what they are. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { ClOrdID } from '#contract/brand.ts';
import type { NewOrder } from '../exchange/commands.ts';
import type { Placement } from './placement.ts';

export interface PendingOrder {
  readonly order: NewOrder;
  readonly at: 'sending' | 'unknown';
  readonly sentAtMs: number;
}

/** An answer mostly comes within this: what is answered sooner would only flicker. */
const SHOWN_AFTER_MS = 400;

const pendingStore = createStore<ReadonlyMap<ClOrdID, PendingOrder>>(() => new Map());

export const usePendingOrders = (): ReadonlyMap<ClOrdID, PendingOrder> => useStore(pendingStore);

/** Of one placer, which has one order on its way at a time. */
export function createPending(nowMs: () => number, after: (delayMs: number, run: () => void) => void) {
  let sent: Omit<PendingOrder, 'at'> | undefined;
  const put = (pending: PendingOrder) =>
    pendingStore.setState((known) => new Map(known).set(pending.order.clOrdID, pending), true);
  const drop = (clOrdID: ClOrdID) => {
    if (!pendingStore.getState().has(clOrdID)) return;
    pendingStore.setState((known) => {
      const next = new Map(known);
      next.delete(clOrdID);
      return next;
    }, true);
  };
  return {
    sent(order: NewOrder): void {
      const own = { order, sentAtMs: nowMs() };
      sent = own;
      after(SHOWN_AFTER_MS, () => {
        if (sent === own && !pendingStore.getState().has(order.clOrdID)) put({ ...own, at: 'sending' });
      });
    },
    become({ at }: Placement): void {
      if (sent === undefined || at === 'sending') return;
      if (at === 'unknown') {
        put({ ...sent, at });
        return;
      }
      drop(sent.order.clOrdID);
      sent = undefined;
    },
  };
}
