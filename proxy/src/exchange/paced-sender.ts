/** Lets requests out no faster than the exchange's limit (20 a second per socket), in the order they came. */

import { createTokenBucket } from '../door/token-bucket.ts';
import type { Cancel, Time } from '../time.ts';

/** A burst and the second that follows it: never more than 18 in any second. */
const BURST = 8;
const PER_SECOND = 10;

/** More than every subscription of a connection asked for again and again: whoever gets here is out of hand. */
const WAITING_MAX = 500;

export interface PacedSender {
  /** False: too many are waiting, and this one will not be sent. */
  send(text: string): boolean;
  stop(): void;
}

export function createPacedSender(time: Time, write: (text: string) => void): PacedSender {
  const waiting: string[] = [];
  const bucket = createTokenBucket(time, { burst: BURST, perSecond: PER_SECOND });
  let cancelNext: Cancel | undefined;

  const drain = () => {
    cancelNext = undefined;
    while (waiting.length > 0 && bucket.take()) write(waiting.shift() ?? '');
    if (waiting.length > 0) cancelNext = time.after(1000 / PER_SECOND, drain);
  };

  return {
    send(text) {
      if (waiting.length >= WAITING_MAX) return false;
      waiting.push(text);
      if (cancelNext === undefined) drain();
      return true;
    },
    stop() {
      waiting.length = 0;
      cancelNext?.();
    },
  };
}
