/** Faults of one socket: what it sends passes through here, and may be lost, doubled, held back or slowed down. */
import type { Clock } from '../clock.ts';
import type { FaultDesk, FaultID, FaultNews } from './fault-desk.ts';

/** What a request on a socket is answered counts as a stream of this name. */
export const ANSWERS = 'answers';

/** More than this held back for one socket ends it, as a reader that never reads does; in bytes. */
const HELD_BYTES_MAX = 16 * 1024 * 1024;
/** "Service restart": what a socket is closed with for maintenance. */
const CLOSE_RESTART = 1012;

export interface FaultySocket {
  readonly send: (frame: Buffer) => void;
  /** Cut without a goodbye. */
  readonly drop: () => void;
  readonly close: (code: number) => void;
  /** The name of the account it is signed in to. */
  readonly account: () => string | undefined;
}

export interface MessageGate {
  readonly deliver: (stream: string, frame: Buffer) => void;
  /** Whether a ping frame is answered. */
  readonly mayPong: () => boolean;
  readonly close: () => void;
}

/** Frames that one fault holds back, and what lets them out one by one. */
interface Held {
  readonly frames: Buffer[];
  readonly stop: () => void;
}

export function createMessageGate(desk: FaultDesk, clock: Clock, socket: FaultySocket): MessageGate {
  const held = new Map<FaultID, Held>();
  let heldBytes = 0;

  const release = (frame: Buffer): void => {
    heldBytes -= frame.length;
    socket.send(frame);
  };

  const hold = (id: FaultID, frame: Buffer, everyMs: number | undefined): void => {
    let queue = held.get(id);
    if (queue === undefined) {
      const frames: Buffer[] = [];
      const letOne = (): void => {
        const next = frames.shift();
        if (next !== undefined) release(next);
      };
      queue = { frames, stop: everyMs === undefined ? () => undefined : clock.every(everyMs, letOne) };
      held.set(id, queue);
    }
    queue.frames.push(frame);
    heldBytes += frame.length;
    if (heldBytes > HELD_BYTES_MAX) socket.drop();
  };

  const letGo = (id: FaultID): void => {
    const queue = held.get(id);
    if (queue === undefined) return;
    held.delete(id);
    queue.stop();
    for (const frame of queue.frames) release(frame);
  };

  const hear = ({ kind, id, fault }: FaultNews): void => {
    if (kind === 'lifted') letGo(id);
    else if (fault.kind === 'maintenance') socket.close(CLOSE_RESTART);
    else if (fault.kind === 'drop-socket') {
      if (fault.account === undefined || fault.account === socket.account()) socket.drop();
    }
  };
  const unsubscribe = desk.subscribe(hear);

  return {
    deliver(stream, frame) {
      const struck = desk.onMessage({ stream, account: socket.account() });
      switch (struck?.fault.kind) {
        case undefined:
          socket.send(frame);
          return;
        case 'lose-message':
          return;
        case 'duplicate-message':
          socket.send(frame);
          socket.send(frame);
          return;
        case 'silence':
          hold(struck.id, frame, undefined);
          return;
        case 'slow':
          hold(struck.id, frame, struck.fault.everyMs);
          return;
      }
    },
    mayPong: () =>
      !desk
        .list()
        .some(
          ({ fault }) =>
            fault.kind === 'silence' &&
            fault.stream === undefined &&
            (fault.account === undefined || fault.account === socket.account()),
        ),
    close() {
      unsubscribe();
      for (const { stop } of held.values()) stop();
      held.clear();
    },
  };
}
