/**
 * What goes out to one browser. A slow one never slows another: past a mark its market topics are left out and made
 * good with a snapshot each once it has caught up; the account's events are never left out, the socket ends instead.
 * Sizes in bytes.
 */
import type { WebSocket } from 'ws';
import type { Cancel, Time } from './time.ts';
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

const AS_TEXT = { binary: false, compress: false } as const;

export interface BrowserSocket extends Subscriber {
  /** Small and never left out: answers and notices. */
  send(text: string | Buffer): void;
  close(code: number, reason: string): void;
  /** When the socket has gone. */
  release(): void;
}

export function createBrowserSocket(socket: WebSocket, time: Time, limits: BrowserLimits): BrowserSocket {
  /** Topics of which something was left out. */
  const behind = new Set<RelayedTopic>();
  let cancelStalled: Cancel | undefined;

  const close = (code: number, reason: string) => {
    socket.close(code, reason);
    // Behind what is buffered; a reader that does not read at all is not waited for.
    cancelStalled?.();
    cancelStalled = time.after(limits.stalledMs, () => socket.terminate());
  };
  const send = (text: string | Buffer) => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > limits.hardBytes) return close(RESYNC_CODE, 'resync');
    socket.send(text, AS_TEXT);
  };
  const caughtUp = () => {
    cancelStalled?.();
    cancelStalled = undefined;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > limits.softBytes) return catchUp();
    const missed = [...behind];
    behind.clear();
    for (const topic of missed) {
      const snapshot = topic.snapshot();
      if (snapshot !== undefined) send(snapshot);
    }
  };
  /** A ping waits behind everything that is buffered, so its being written says that the rest was. */
  const catchUp = () => {
    cancelStalled = time.after(limits.stalledMs, () => socket.terminate());
    socket.ping(undefined, false, (error) => {
      if (error === undefined || error === null) caughtUp();
    });
  };

  return {
    send,
    close,
    deliver(topic, bytes) {
      if (topic.isPrivate) return send(bytes);
      if (behind.size === 0 && socket.bufferedAmount <= limits.softBytes) return send(bytes);
      behind.add(topic);
      if (cancelStalled === undefined) catchUp();
    },
    release() {
      cancelStalled?.();
      behind.clear();
    },
  };
}
