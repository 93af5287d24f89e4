/** A placer of the real exchange. */
import { newClOrdID } from '../exchange/client-order-id.ts';
import { fetchOutcome, findOrder, placeOrder } from '../exchange/commands.ts';
import { onRelayNotice } from '../exchange/connection.ts';
import { monoMs } from '../lib/mono-ms.ts';
import { accountStore, orderNow } from './account-store.ts';
import { createPending } from './pending-orders.ts';
import { createPlacer, type Placement, type Placer } from './placement.ts';

export function exchangePlacer(onState: (placement: Placement) => void): Placer {
  const after = (delayMs: number, run: () => void) => setTimeout(run, delayMs);
  const pending = createPending(Date.now, after);
  return createPlacer({
    newID: newClOrdID,
    place: (...order) => {
      pending.sent(order[0]);
      return placeOrder(...order);
    },
    find: findOrder,
    outcome: fetchOutcome,
    heardOf: (clOrdID) => orderNow(accountStore.getState(), clOrdID) !== undefined,
    onResolved: (listener) =>
      onRelayNotice((notice) => {
        if (notice.kind === 'resolved') listener(notice);
      }),
    nowMs: monoMs,
    after,
    onState: (placement) => {
      pending.become(placement);
      onState(placement);
    },
  });
}
