/**
 * Whether sockets to the exchange may be opened now. Not while it turns this address away; and after an upgrade that was
 * answered with 403 or 429 one at a time, seldom, until one is let in: knocking on would prolong that.
 */
import type { Time } from '../time.ts';
import type { OpenSocket, Refused } from './exchange-socket.ts';

const KNOCK_MS = 15_000;
const KNOCK_MS_MAX = 300_000;

export interface Knocking {
  /** A connection that may be opened now may be opened by whoever has asked, and by nobody else for a while. */
  mayOpen(): boolean;
  /** The same, and what becomes of each is noted. */
  noting(openSocket: OpenSocket): OpenSocket;
}

export interface KnockingNeeds {
  readonly time: Time;
  /** The exchange takes no requests from this address. */
  isBlocked(): boolean;
  /** Whether it still does is worth a question. */
  onTurnedAway(): void;
}

const isTurnedAway = ({ status }: Refused): boolean => status === 403 || status === 429;

export function createKnocking({ time, isBlocked, onTurnedAway }: KnockingNeeds): Knocking {
  /** undefined: the exchange lets sockets in. */
  let nextMs: number | undefined;
  const refusedBy = (refused: Refused) => {
    if (!isTurnedAway(refused)) return;
    nextMs = time.monoMs() + Math.max(KNOCK_MS, Math.min(KNOCK_MS_MAX, refused.pauseMs));
    onTurnedAway();
  };
  return {
    mayOpen() {
      if (isBlocked()) return false;
      if (nextMs === undefined) return true;
      if (time.monoMs() < nextMs) return false;
      nextMs = time.monoMs() + KNOCK_MS;
      return true;
    },
    noting: (openSocket) => (url, handshakeMs, events) =>
      openSocket(url, handshakeMs, {
        ...events,
        onOpen() {
          nextMs = undefined;
          events.onOpen();
        },
        onLost(reason, refused) {
          if (refused !== undefined) refusedBy(refused);
          events.onLost(reason);
        },
      }),
  };
}
