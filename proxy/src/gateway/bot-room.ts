/** What bots may have of sockets and topics, so that no key, and nobody without one, takes everything from the others. */
import type { Share } from '../relay/speaker.ts';

/** Of all keys together; the browsers' sockets are counted apart. */
const SOCKETS_OF_KEYS = 24;
/** As many as the exchange gives one connection. */
const TOPICS_PER_SOCKET = 20;
/** Of the exchange's 80: the rest is the pages'. */
const TOPICS_OF_ALL = 60;
/** Of one key, and of all without a key together: what one program may have, so that others have room. */
const SOCKETS_OF_ONE = 8;
const TOPICS_OF_ONE = 40;

/** `of`: a larger one that it is a part of. */
function createShare(max: number, of?: Share): Share {
  let taken = 0;
  return {
    take(count = 1) {
      if (taken + count > max || of?.take(count) === false) return false;
      taken += count;
      return true;
    },
    giveBack(count) {
      taken -= count;
      of?.giveBack(count);
    },
  };
}

interface HeldSocket {
  /** For another. */
  makeRoom(): void;
}

/** Whose sockets and topics they are: one key's, or of all that have shown none. */
interface Holder {
  /** In the order in which they came. */
  readonly sockets: Set<HeldSocket>;
  readonly topics: Share;
  hasRoom(): boolean;
}

export interface Holders {
  readonly nobody: Holder;
  /** For one socket more. */
  makeRoom(): void;
  ofKey(id: string): Holder;
}

export function createHolders(): Holders {
  const all = createShare(TOPICS_OF_ALL);
  const ofKeys = new Map<string, Holder>();
  const countOfKeys = () => [...ofKeys.values()].reduce((sum, { sockets }) => sum + sockets.size, 0);
  const create = (isFull: () => boolean): Holder => {
    const sockets = new Set<HeldSocket>();
    const hasRoom = () => sockets.size < SOCKETS_OF_ONE && !isFull();
    return { sockets, topics: createShare(TOPICS_OF_ONE, all), hasRoom };
  };
  // The keys have their own room, so that there is always some to show one in.
  const nobody = create(() => false);
  return {
    nobody,
    /** A key is shown on an open socket alone: a newcomer gets the place of who has had one without a key for longest. */
    makeRoom() {
      const [oldest] = nobody.sockets;
      if (nobody.hasRoom() || oldest === undefined) return;
      nobody.sockets.delete(oldest);
      oldest.makeRoom();
    },
    ofKey(id) {
      const holder = ofKeys.get(id) ?? create(() => countOfKeys() >= SOCKETS_OF_KEYS);
      ofKeys.set(id, holder);
      return holder;
    },
  };
}

/** A socket's place and its topics with whoever holds them. */
export function createStay(socket: HeldSocket, first: Holder) {
  let holder = first;
  let taken = 0;
  holder.sockets.add(socket);
  return {
    topics: {
      take(count = 1) {
        if (taken + count > TOPICS_PER_SOCKET || !holder.topics.take(count)) return false;
        taken += count;
        return true;
      },
      giveBack(count: number) {
        taken -= count;
        holder.topics.giveBack(count);
      },
    },
    hasTopics: () => taken > 0,
    /** False: there is no room, and all stays as it is. */
    moveTo(next: Holder): boolean {
      if (next === holder) return true;
      if (!next.hasRoom()) return false;
      holder.topics.giveBack(taken);
      if (!next.topics.take(taken)) {
        holder.topics.take(taken);
        return false;
      }
      holder.sockets.delete(socket);
      next.sockets.add(socket);
      holder = next;
      return true;
    },
    end: () => holder.sockets.delete(socket),
  };
}
