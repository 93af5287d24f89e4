/**
 * Whether sockets to the exchange may be opened now. Not while it turns this address away; and after an upgrade that was
 * answered with 403 or 429 one at a time, seldom, until one is let in: knocking on would prolong that. The account's stream
 * apart from the market's, which may be too many where the account's would be let in.
 */
import type { Time } from '../time.ts';
import type { OpenSocket, Refused } from './exchange-socket.ts';

/** Of each of the two, so that there is one in ten seconds. */
const KNOCK_MS = 20_000;
const KNOCK_MS_MAX = 300_000;

export interface Knocking {
  /** A connection that may be opened now may be opened by whoever has asked, and by nobody else for a while. */
  mayOpen(): boolean;
  /** What becomes of each is noted. */
  readonly openSocket: OpenSocket;
}

export interface Sockets {
  readonly account: Knocking;
  readonly market: Knocking;
}

export interface KnockingNeeds {
  readonly openSocket: OpenSocket;
  readonly time: Time;
  /** The exchange takes no requests from this address. */
  isBlocked(): boolean;
  /** Whether it still does is worth a question. */
  onTurnedAway(): void;
}

const isTurnedAway = ({ status }: Refused): boolean => status === 403 || status === 429;

export const createSockets = (needs: KnockingNeeds): Sockets => ({
  account: createKnocking(needs),
  market: createKnocking(needs),
});

function createKnocking({ openSocket, time, isBlocked, onTurnedAway }: KnockingNeeds): Knocking {
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
    openSocket: (url, handshakeMs, events) =>
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
