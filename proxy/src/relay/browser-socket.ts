/**
 * What goes out to one browser. A slow one never slows another: past a mark its market topics are left out and made
 * good with a snapshot each once it has caught up; the account's events are never left out, the socket ends instead.
 * What is sent in one turn of the event loop goes out in one write. Sizes in bytes.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Cancel, Time } from '../time.ts';
import { type TextFrame, textFrame } from './text-frame.ts';
import type { RelayedTopic, Subscriber } from './topic-hub.ts';

export interface BrowserLimits {
  readonly softBytes: number;
  readonly hardBytes: number;
  /** A socket that has not caught up by then is ended. */
  readonly stalledMs: number;
}

export const BROWSER_LIMITS: BrowserLimits = {
  softBytes: 512 * 1024,
  hardBytes: 4 * 1024 * 1024,
  stalledMs: 10_000,
};

/** "Come back and begin with a snapshot." */
export const RESYNC_CODE = 4408;

export interface BrowserSocket extends Subscriber {
  /** Small and never left out: answers and notices. */
  send(text: string | TextFrame): void;
  close(code: number, reason: string): void;
  /** Something was left out that is not made good yet. */
  isBehind(): boolean;
  /** When the socket has gone. */
  release(): void;
}

export interface BrowserSocketNeeds {
  readonly socket: WebSocket;
  /** The connection under the socket, to which whole frames are written: without compression its own are no different. */
  readonly wire: Duplex;
  readonly time: Time;
  readonly limits: BrowserLimits;
}

export function createBrowserSocket({ socket, wire, time, limits }: BrowserSocketNeeds): BrowserSocket {
  /** Topics of which something was left out. */
  const behind = new Set<RelayedTopic>();
  let cancelStalled: Cancel | undefined;
  /** Of this turn. */
  let frames: TextFrame[] = [];
  let framesBytes = 0;

  const flush = () => {
    const [first, ...others] = frames;
    frames = [];
    framesBytes = 0;
    if (first === undefined || socket.readyState !== socket.OPEN) return;
    if (others.length === 0) return void wire.write(first);
    wire.cork();
    wire.write(first);
    for (const frame of others) wire.write(frame);
    wire.uncork();
  };
  const bufferedBytes = () => wire.writableLength + framesBytes;
  const close = (code: number, reason: string) => {
    flush();
    socket.close(code, reason);
    // Behind what is buffered; a reader that does not read at all is not waited for.
    cancelStalled?.();
    cancelStalled = time.after(limits.stalledMs, () => socket.terminate());
  };
  const write = (frame: TextFrame) => {
    if (socket.readyState !== socket.OPEN) return;
    if (bufferedBytes() > limits.hardBytes) return close(RESYNC_CODE, 'resync');
    framesBytes += frame.length;
    if (frames.push(frame) === 1) atEndOfTurn(flush);
  };
  const caughtUp = () => {
    cancelStalled?.();
    cancelStalled = undefined;
    if (socket.readyState !== socket.OPEN) return;
    if (bufferedBytes() > limits.softBytes) return catchUp();
    const missed = [...behind];
    behind.clear();
    for (const topic of missed) {
      const snapshot = topic.snapshot();
      if (snapshot !== undefined) write(snapshot);
    }
  };
  /** A ping waits behind everything that is buffered, so its being written says that the rest was. */
  const catchUp = () => {
    flush();
    cancelStalled = time.after(limits.stalledMs, () => socket.terminate());
    socket.ping(undefined, false, (error) => {
      if (error === undefined || error === null) caughtUp();
    });
  };

  return {
    send: (text) => write(typeof text === 'string' ? textFrame(text) : text),
    close,
    isBehind: () => behind.size > 0,
    deliver(topic, frame) {
      if (topic.isPrivate) return write(frame);
      if (behind.size === 0 && bufferedBytes() <= limits.softBytes) return write(frame);
      behind.add(topic);
      if (cancelStalled === undefined) catchUp();
    },
    release() {
      cancelStalled?.();
      behind.clear();
      frames = [];
    },
  };
}

let flushes: (() => void)[] = [];

/** One job for all sockets: what came in together is read to its end, and then goes out together. */
function atEndOfTurn(flush: () => void): void {
  if (flushes.push(flush) > 1) return;
  queueMicrotask(() => {
    const due = flushes;
    flushes = [];
    for (const run of due) run();
  });
}
