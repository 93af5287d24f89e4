/**
 * One connection to the exchange's socket, from connect to loss: requests paced and matched with their answers,
 * a heartbeat every five seconds, stale at the second without a word and dead at the third.
 */
import { readStreamMessage } from '#contract/wire/stream-message.ts';
import { pingFrame } from '#contract/wire/stream-requests.ts';
import type { Time } from '../time.ts';
import type { OpenSocket } from './exchange-socket.ts';
import { createPacedSender } from './paced-sender.ts';

export interface LineTiming {
  readonly heartbeatMs: number;
  readonly handshakeMs: number;
}

/** The exchange advises five seconds, and to reconnect once three went by without a word: fifteen at most. */
export const LINE_TIMING: LineTiming = { heartbeatMs: 5_000, handshakeMs: 5_000 };
/** Beats since the last word, this one not counted. */
const SILENT_BEATS_STALE = 1;
const SILENT_BEATS_MAX = 2;

/** How the exchange answered a request; `lost` when the line ended first. */
export type LineAnswer =
  | { readonly kind: 'ok' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'lost' };

export interface LineMessage {
  readonly parsed: Record<string, unknown>;
  readonly text: string;
  /** As they arrived. */
  readonly bytes: Buffer;
}

export interface LineEvents {
  onOpen(): void;
  /** Whatever is no answer to a request. */
  onMessage(message: LineMessage): void;
  onLatency(roundTripMs: number): void;
  /** Connected, but nothing has arrived since the heartbeat before; or something has again. */
  onSilence(isSilent: boolean): void;
  /** Once, whoever ended it. */
  onLost(reason: string): void;
}

export interface Line {
  /** `frame` makes the request's text from its id. */
  request(frame: (id: number) => string, onAnswer: (answer: LineAnswer) => void): void;
  close(): void;
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function toAnswer(parsed: Record<string, unknown>): LineAnswer {
  const message = readStreamMessage(parsed);
  if (message.kind !== 'ack' || message.refusal === undefined) return { kind: 'ok' };
  return { kind: 'refused', message: message.refusal.message };
}

export interface LineNeeds {
  readonly url: string;
  readonly openSocket: OpenSocket;
  readonly timing: LineTiming;
  readonly time: Time;
}

export function openLine({ url, openSocket, timing, time }: LineNeeds, events: LineEvents): Line {
  const pending = new Map<number, (answer: LineAnswer) => void>();
  const sender = createPacedSender(time, (text) => socket.send(text));
  let lastId = 0;
  let isOver = false;
  let silentBeats = 0;
  let cancelBeat = () => {};

  const end = (reason: string) => {
    if (isOver) return;
    isOver = true;
    cancelBeat();
    sender.stop();
    socket.terminate();
    for (const onAnswer of pending.values()) onAnswer({ kind: 'lost' });
    pending.clear();
    events.onLost(reason);
  };
  const request: Line['request'] = (frame, onAnswer) => {
    if (isOver) return onAnswer({ kind: 'lost' });
    lastId += 1;
    pending.set(lastId, onAnswer);
    if (!sender.send(frame(lastId))) end('too many requests waiting');
  };
  const beat = () => {
    if (silentBeats >= SILENT_BEATS_MAX) return end('no heartbeat');
    if (silentBeats === SILENT_BEATS_STALE) events.onSilence(true);
    silentBeats += 1;
    const sentAtMs = time.monoMs();
    request(pingFrame, (answer) => {
      if (answer.kind === 'ok') events.onLatency(time.monoMs() - sentAtMs);
    });
  };
  const receive = (bytes: Buffer) => {
    if (silentBeats > SILENT_BEATS_STALE) events.onSilence(false);
    silentBeats = 0;
    const text = bytes.toString('utf8');
    const parsed = parse(text);
    if (parsed === undefined) return;
    const { id } = parsed;
    if (typeof id !== 'number' || !('result' in parsed || 'error' in parsed)) {
      return events.onMessage({ parsed, text, bytes });
    }
    const onAnswer = pending.get(id);
    pending.delete(id);
    onAnswer?.(toAnswer(parsed));
  };

  const socket = openSocket(url, timing.handshakeMs, {
    onOpen() {
      if (isOver) return;
      cancelBeat = time.every(timing.heartbeatMs, beat);
      events.onOpen();
      beat();
    },
    onMessage(bytes) {
      if (!isOver) receive(bytes);
    },
    onLost: end,
  });
  return { request, close: () => end('closed here') };
}
