/** A placer of the real exchange for one component: what it last sent, and how to send. */
import { useRef, useState } from 'react';
import { exchangePlacer } from './exchange-placer.ts';
import type { Placement, Placer } from './placement.ts';

export interface UsedPlacer {
  readonly placement: Placement;
  send: Placer['send'];
  confirm: Placer['confirm'];
  /** The trader has read the outcome and goes on. Leaves what is under way. */
  clear(): void;
}

export function usePlacer(): UsedPlacer {
  const [placement, setPlacement] = useState<Placement>({ at: 'idle' });
  const placer = useRef<Placer>(undefined);
  placer.current ??= exchangePlacer(setPlacement);
  const { send, confirm } = placer.current;
  const isSettled = placement.at !== 'sending' && placement.at !== 'unknown';
  return {
    placement,
    send,
    confirm,
    clear: () => {
      if (isSettled && placement.at !== 'idle') setPlacement({ at: 'idle' });
    },
  };
}
