/** A placer of the real exchange for one component: what it last sent, and how to send. */
import { useRef, useState } from 'react';
import { newClOrdID } from '../exchange/client-order-id.ts';
import { findOrder, placeOrder } from '../exchange/commands.ts';
import { accountStore, orderNow } from './account-store.ts';
import { createPlacer, type Placement, type Placer } from './placement.ts';

export interface UsedPlacer {
  readonly placement: Placement;
  send: Placer['send'];
  /** The trader has read the outcome and goes on. Leaves what is under way. */
  clear(): void;
}

export function usePlacer(): UsedPlacer {
  const [placement, setPlacement] = useState<Placement>({ at: 'idle' });
  const placer = useRef<Placer>(undefined);
  placer.current ??= createPlacer({
    newID: newClOrdID,
    place: placeOrder,
    find: findOrder,
    heardOf: (clOrdID) => orderNow(accountStore.getState(), clOrdID) !== undefined,
    nowMs: Date.now,
    after: (delayMs, run) => setTimeout(run, delayMs),
    onState: setPlacement,
  });
  const { send } = placer.current;
  const isSettled = placement.at !== 'sending' && placement.at !== 'unknown';
  return {
    placement,
    send,
    clear: () => {
      if (isSettled && placement.at !== 'idle') setPlacement({ at: 'idle' });
    },
  };
}
