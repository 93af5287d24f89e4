/**
 * The life of the page's one WebSocket: connect, sign in, heartbeat, reconnect with jittered back-off.
 * Everything from outside (socket, time, chance) is handed in, so that a test can be all of them.
 */
import { AUTH_METHOD } from '#contract/api.ts';
import { parseStreamMessage, type StreamMessage } from '#contract/wire/stream-message.ts';
import { pingFrame } from '#contract/wire/stream-requests.ts';

/** The part of a WebSocket that is used here. */
export interface Socket {
  send(text: string): void;
  close(): void;
}

export interface SocketEvents {
  onOpen(): void;
  onText(text: string): void;
  onClose(code: number): void;
}

export type SocketState =
  | { readonly state: 'connecting'; readonly sinceMs: number; readonly attempt: number }
  | { readonly state: 'open'; readonly sinceMs: number }
  /** Lost; the next attempt is due. `sinceMs` is when it was lost, however many attempts ago. */
  | { readonly state: 'closed'; readonly sinceMs: number; readonly attempt: number }
  | { readonly state: 'signed-out'; readonly sinceMs: number };

export interface SocketLifeNeeds {
  openSocket(events: SocketEvents): Socket;
  nowMs(): number;
  /** Runs later; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void;
  /** 0 ≤ x < 1 */
  random(): number;
  onState(state: SocketState): void;
  /** Every message but the answers to sign-in and heartbeats. */
  onMessage(message: StreamMessage): void;
  onRoundTrip(roundTripMs: number): void;
}

/** A request's text, once it is told its id. */
export type RequestFrame = (id: number) => string;

export interface SocketLife {
  start(token: string): void;
  stop(): void;
  /** Sends a request if the socket is signed in; answers whether it did. */
  request(frame: RequestFrame): boolean;
  /** Tries now instead of when the back-off ends: the network or the tab has come back. */
  hurry(): void;
}

/**
 * The proxy closes with this code when the session has ended, which it says before; without that word, only when a
 * sign-in came too late (a page that was frozen meanwhile) or was not accepted: whoever cares must ask.
 */
export const SIGNED_OUT_CODE = 4401;
const AUTH_ID = 0;
/** The exchange's own advice. */
export const HEARTBEAT_MS = 5_000;
/** A socket that leaves this many heartbeats unanswered is dead, whatever the operating system says. */
const HEARTBEATS_MISSED_MAX = 3;
/** From the first connect to the answered sign-in. */
export const SIGN_IN_MS_MAX = 10_000;
const BACKOFF_FIRST_MS = 250;
const BACKOFF_MS_MAX = 8_000;

/** Half fixed, half chance, so that tabs of one browser do not come back in step. */
export function backoffMs(attempt: number, random: number): number {
  const full = Math.min(BACKOFF_MS_MAX, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 10));
  return full / 2 + (full / 2) * random;
}

interface Heartbeat {
  start(): void;
  stop(): void;
  answered(id: number): void;
}

interface HeartbeatNeeds extends Pick<SocketLifeNeeds, 'nowMs' | 'after' | 'onRoundTrip'> {
  /** Sends a ping and answers its id. */
  ping(): number;
  onDead(): void;
}

function createHeartbeat({ nowMs, after, onRoundTrip, ping, onDead }: HeartbeatNeeds): Heartbeat {
  /** Send times of pings that wait for their answer, by request id. */
  const pending = new Map<number, number>();
  let cancelNext: (() => void) | undefined;

  const beat = () => {
    if (pending.size >= HEARTBEATS_MISSED_MAX) return onDead();
    pending.set(ping(), nowMs());
    cancelNext = after(HEARTBEAT_MS, beat);
  };
  return {
    start: beat,
    stop: () => cancelNext?.(),
    answered: (id) => {
      const sentAtMs = pending.get(id);
      if (sentAtMs === undefined) return;
      // Whatever was sent before the answered one will not be answered any more.
      pending.clear();
      onRoundTrip(nowMs() - sentAtMs);
    },
  };
}

/** One connection, from connect to loss. */
interface Line {
  /** Answers whether the line was signed in, and so took it. */
  request(frame: RequestFrame): boolean;
  /** Ends it without a word to anyone. */
  drop(): void;
}

interface LineEnds {
  onSignedIn(): void;
  onSignedOut(): void;
  onLost(): void;
}

function openLine(needs: SocketLifeNeeds, token: string, ends: LineEnds): Line {
  let isDropped = false;
  let isSignedIn = false;
  let hasEnded = false;
  let lastId = AUTH_ID;

  const send = (frame: RequestFrame): number => {
    lastId += 1;
    socket.send(frame(lastId));
    return lastId;
  };
  const drop = () => {
    // First, so that what closing sets off finds a dropped line.
    isDropped = true;
    cancelSignInLimit();
    heartbeat.stop();
    socket.close();
  };
  const end = (report: () => void) => {
    if (isDropped) return;
    drop();
    report();
  };
  const heartbeat = createHeartbeat({
    ...needs,
    ping: () => send(pingFrame),
    onDead: () => end(ends.onLost),
  });
  const receive = (message: StreamMessage) => {
    if (message.kind === 'pong') return heartbeat.answered(message.id);
    if (message.kind === 'notice' && message.notice.kind === 'signed-out') hasEnded = true;
    if (isSignedIn || message.kind !== 'ack' || message.id !== AUTH_ID) return needs.onMessage(message);
    if (message.refusal !== undefined) return end(ends.onSignedOut);
    isSignedIn = true;
    cancelSignInLimit();
    heartbeat.start();
    ends.onSignedIn();
  };
  const socket = needs.openSocket({
    onOpen: () => socket.send(JSON.stringify({ id: AUTH_ID, method: AUTH_METHOD, params: [token] })),
    onText: (text) => {
      if (!isDropped) receive(parseStreamMessage(text));
    },
    onClose: (code) => end(code === SIGNED_OUT_CODE && hasEnded ? ends.onSignedOut : ends.onLost),
  });
  const cancelSignInLimit = needs.after(SIGN_IN_MS_MAX, () => end(ends.onLost));
  return {
    request: (frame) => {
      if (isDropped || !isSignedIn) return false;
      send(frame);
      return true;
    },
    drop,
  };
}

export function createSocketLife(needs: SocketLifeNeeds): SocketLife {
  let token = '';
  let line: Line | undefined;
  let cancelRetry: (() => void) | undefined;
  let attempt = 0;
  let lostAtMs: number | undefined;

  const connect = () => {
    cancelRetry = undefined;
    needs.onState({ state: 'connecting', sinceMs: lostAtMs ?? needs.nowMs(), attempt });
    line = openLine(needs, token, {
      onSignedIn: () => {
        attempt = 0;
        lostAtMs = undefined;
        needs.onState({ state: 'open', sinceMs: needs.nowMs() });
      },
      onSignedOut: () => needs.onState({ state: 'signed-out', sinceMs: needs.nowMs() }),
      onLost: () => {
        lostAtMs ??= needs.nowMs();
        attempt += 1;
        needs.onState({ state: 'closed', sinceMs: lostAtMs, attempt });
        cancelRetry = needs.after(backoffMs(attempt - 1, needs.random()), connect);
      },
    });
  };

  const stop = () => {
    cancelRetry?.();
    cancelRetry = undefined;
    line?.drop();
    line = undefined;
    attempt = 0;
    lostAtMs = undefined;
  };

  return {
    start: (headerToken) => {
      stop();
      token = headerToken;
      connect();
    },
    stop,
    request: (frame) => line?.request(frame) ?? false,
    hurry: () => {
      if (cancelRetry === undefined) return;
      cancelRetry();
      connect();
    },
  };
}
