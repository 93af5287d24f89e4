/** What bots may have of sockets and topics, so that no key, and nobody without one, takes everything from the others. */
import type { Share } from '../relay/speaker.ts';

/** Of all bots; the browsers' are counted apart. */
const SOCKETS_MAX = 32;
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
}

export interface Holders {
  readonly nobody: Holder;
  /** For one socket more. False: there is none. */
  makeRoom(): boolean;
  ofKey(id: string): Holder;
}

export function createHolders(): Holders {
  const all = createShare(TOPICS_OF_ALL);
  const create = (): Holder => ({ sockets: new Set(), topics: createShare(TOPICS_OF_ONE, all) });
  const nobody = create();
  const ofKeys = new Map<string, Holder>();
  const count = () => [nobody, ...ofKeys.values()].reduce((sum, { sockets }) => sum + sockets.size, 0);
  return {
    nobody,
    /** A key is shown on an open socket alone: a newcomer gets the place of who has had one without a key for longest. */
    makeRoom() {
      if (nobody.sockets.size < SOCKETS_OF_ONE && count() < SOCKETS_MAX) return true;
      const [oldest] = nobody.sockets;
      if (oldest === undefined) return false;
      nobody.sockets.delete(oldest);
      oldest.makeRoom();
      return true;
    },
    ofKey(id) {
      const holder = ofKeys.get(id) ?? create();
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
      if (next.sockets.size >= SOCKETS_OF_ONE) return false;
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
