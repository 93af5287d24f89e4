/** Halted trading, as the proxy tells the page of it. */
import type { PosSide, Side } from './vocabulary.ts';

/** The kill switch: what it has done, and whether the exchange has confirmed it. */
export type HaltState =
  | { readonly at: 'armed' }
  | {
      /**
       * `halting` until the exchange shows nothing open any more; opening orders are refused from the first moment.
       * `waiting` while there is no key to clear out with: it acts as soon as there is one.
       */
      readonly at: 'halting' | 'halted' | 'waiting';
      readonly sinceMs: number;
      readonly who: string;
      readonly closesPositions: boolean;
      readonly rounds: number;
      /** Cancel-alls that the exchange has taken, by symbol. */
      readonly canceled: readonly string[];
      /** Closing orders that the exchange has taken. */
      readonly closed: readonly {
        readonly symbol: string;
        readonly posSide: PosSide;
        readonly side: Side;
        readonly qty: string;
      }[];
      /** As last seen at the exchange; absent: not seen yet. */
      readonly openOrders?: number;
      readonly openPositions?: number;
      /** What went wrong on the way, the latest last. */
      readonly problems: readonly string[];
      /** When the exchange was seen to hold nothing that was to go. */
      readonly verifiedAtMs?: number;
    };
