/**
 * One connection to the exchange that comes back by itself: connect, sign in where there is a key, tell when it is
 * ready for subscriptions, reconnect with jittered back-off. Milliseconds.
 */
import type { FeedState } from '#contract/status.ts';
import type { Cancel, Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import {
  LINE_TIMING,
  type Line,
  type LineAnswer,
  type LineMessage,
  type LineTiming,
  openLine,
} from './exchange-line.ts';
import type { OpenSocket } from './exchange-socket.ts';
import type { Signer } from './sign.ts';

export interface UpstreamTiming extends LineTiming {
  readonly backoffFirstMs: number;
  readonly backoffMaxMs: number;
  /** A key that was refused is tried again, but seldom: someone may have enabled it meanwhile. */
  readonly refusedKeyMs: number;
}

/** Stays below 40 connects in five minutes; the exchange allows 200 to all of us together. */
export const UPSTREAM_TIMING: UpstreamTiming = {
  ...LINE_TIMING,
  backoffFirstMs: 500,
  backoffMaxMs: 15_000,
  refusedKeyMs: 60_000,
};
/** How soon to look again whether a connection may be opened. */
const LOOK_MS = 1_000;
/** The exchange accepts at most two minutes. */
const AUTH_EXPIRY_SEC = 60;

export interface UpstreamNeeds {
  readonly name: string;
  readonly url: string;
  readonly openSocket: OpenSocket;
  /** Signs the connection in; undefined for public data. */
  readonly signer: Signer | undefined;
  readonly timing: UpstreamTiming;
  readonly time: Time;
  /** Whether a connection may be opened now. */
  mayOpen(): boolean;
  /** The exchange's clock. */
  exchangeNowMs(): number;
  /** 0 ≤ x < 1 */
  random(): number;
  readonly log: Log;
}

export interface UpstreamEvents {
  /** Connected and signed in, and knowing of no subscription. */
  onReady(): void;
  onMessage(message: LineMessage): void;
  onLatency(roundTripMs: number): void;
  onState(state: FeedState): void;
}

export interface Upstream {
  state(): FeedState;
  /** How often the connection was lost since the start. */
  losses(): number;
  /** Answered `lost` at once while there is no connection. */
  request(frame: (id: number) => string, onAnswer: (answer: LineAnswer) => void): void;
  stop(): void;
}

/** Half fixed, half chance, so that connections that fell together do not come back in step. */
function backoffMs(attempt: number, { timing, random }: UpstreamNeeds): number {
  const fullMs = Math.min(timing.backoffMaxMs, timing.backoffFirstMs * 2 ** Math.min(attempt - 1, 16));
  return fullMs / 2 + (fullMs / 2) * random();
}

export function createUpstream(needs: UpstreamNeeds, events: UpstreamEvents): Upstream {
  const { time, timing, log, name } = needs;
  let state: FeedState = { state: 'connecting', sinceMs: time.nowMs() };
  let line: Line | undefined;
  let isReady = false;
  let isStopped = false;
  let attempt = 0;
  let losses = 0;
  let refusedBecause: string | undefined;
  let cancelRetry: Cancel = () => {};

  const show = (next: FeedState) => {
    state = next;
    events.onState(next);
  };
  const ready = () => {
    attempt = 0;
    refusedBecause = undefined;
    isReady = true;
    show({ state: 'live', sinceMs: time.nowMs() });
    log.info({ connection: name }, 'connected to the exchange');
    events.onReady();
  };
  const signIn = ({ authFrame }: Signer) => {
    const expirySec = Math.floor(needs.exchangeNowMs() / 1000) + AUTH_EXPIRY_SEC;
    const opened = line;
    const hear = (answer: LineAnswer) => {
      if (answer.kind === 'ok') return ready();
      if (answer.kind === 'refused') refusedBecause = 'The exchange refused the API key.';
      opened?.close();
    };
    authFrame(expirySec).then(
      (frame) => opened?.request(frame, hear),
      () => opened?.close(),
    );
  };
  const lost = (reason: string) => {
    line = undefined;
    if (isReady) losses += 1;
    isReady = false;
    if (isStopped) return;
    attempt += 1;
    // What was stale before it was lost has been old since then.
    const isFresh = state.state === 'live' || state.state === 'connecting';
    const sinceMs = isFresh ? time.nowMs() : state.sinceMs;
    show(
      refusedBecause === undefined
        ? { state: 'reconnecting', sinceMs, attempt }
        : { state: 'off', sinceMs, reason: refusedBecause },
    );
    log.warn({ connection: name, reason, attempt }, 'no connection to the exchange');
    const delayMs = refusedBecause === undefined ? backoffMs(attempt, needs) : timing.refusedKeyMs;
    cancelRetry = time.after(delayMs, connect);
  };
  const connect = () => {
    if (!needs.mayOpen()) {
      cancelRetry = time.after(LOOK_MS, connect);
      return;
    }
    line = openLine(needs, {
      onOpen: () => (needs.signer === undefined ? ready() : signIn(needs.signer)),
      onMessage: events.onMessage,
      onLatency: events.onLatency,
      onSilence: (isSilent) => {
        if (isReady) show({ state: isSilent ? 'stale' : 'live', sinceMs: time.nowMs() });
      },
      onLost: lost,
    });
  };
  connect();

  return {
    state: () => state,
    losses: () => losses,
    request(frame, onAnswer) {
      if (line === undefined || !isReady) return onAnswer({ kind: 'lost' });
      line.request(frame, onAnswer);
    },
    stop() {
      isStopped = true;
      cancelRetry();
      line?.close();
    },
  };
}
