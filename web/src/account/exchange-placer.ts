/** A placer of the real exchange. */
import { newClOrdID } from '../exchange/client-order-id.ts';
import { findOrder, placeOrder } from '../exchange/commands.ts';
import { onRelayNotice } from '../exchange/connection.ts';
import { accountStore, orderNow } from './account-store.ts';
import { createPlacer, type Placement, type Placer } from './placement.ts';

export const exchangePlacer = (onState: (placement: Placement) => void): Placer =>
  createPlacer({
    newID: newClOrdID,
    place: placeOrder,
    find: findOrder,
    heardOf: (clOrdID) => orderNow(accountStore.getState(), clOrdID) !== undefined,
    onResolved: (listener) =>
      onRelayNotice((notice) => {
        if (notice.kind === 'resolved') listener(notice);
      }),
    nowMs: Date.now,
    after: (delayMs, run) => setTimeout(run, delayMs),
    onState,
  });
