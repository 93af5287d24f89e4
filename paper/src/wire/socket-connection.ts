/** One WebSocket connection: its requests, its identity, its subscriptions and its limits. */
import { socketSignatureText } from '#contract/wire/signature.ts';
import { parseStreamRequest, type StreamRequest } from '#contract/wire/stream-requests.ts';
import type { AccountID } from '../commands.ts';
import { ANSWERS } from '../faults/message-faults.ts';
import {
  CONNECTION_LIMIT_EXCEEDED,
  type Fault,
  INVALID_ARGUMENT,
  INVALID_LOGIN_TOKEN,
  type Outcome,
  REQUIRE_AUTHENTICATION,
  SUBSCRIPTION_LIMIT_EXCEEDED,
  SUCCESS,
  TOO_MANY_REQUESTS,
  writeOutcome,
} from './socket-answer.ts';
import { createSubscriptions } from './socket-subscriptions.ts';
import type { PrivateStream, Stream, Topic } from './streams/topic.ts';
import type { WireContext } from './wire-context.ts';

const SUBSCRIPTIONS_MAX = 20;
const REQUESTS_PER_SECOND_MAX = 20;
/** `user.auth` may be valid for two minutes at most; clocks differ by a few seconds. */
const AUTH_AHEAD_MAX_MS = (120 + 10) * 1000;
const BOOKS = 'orderbook_p';

export interface ConnectionOptions {
  readonly context: Pick<WireContext, 'door' | 'keys' | 'machine'>;
  readonly streams: ReadonlyMap<string, Stream>;
  readonly privateStreams: ReadonlyMap<string, PrivateStream>;
  readonly hasLimits: boolean;
  /** Takes a frame and the stream it is of (`ANSWERS` for answers). */
  readonly send: (stream: string, frame: Buffer) => void;
  readonly onHeartbeat: () => void;
  /** Whether a client may have one connection more: an account, or without one whoever has this address. */
  readonly admit: (account: AccountID | undefined) => boolean;
}

export interface Connection {
  readonly receive: (text: string) => void;
  readonly account: () => AccountID | undefined;
  readonly isListening: () => boolean;
  readonly close: () => void;
}

/** The account that `user.auth` proves, or the fault. */
function identify(
  { door, keys }: ConnectionOptions['context'],
  params: readonly unknown[],
): AccountID | Fault {
  const [kind, apiKey, signature, expiry] = params;
  const key = kind === 'API' && typeof apiKey === 'string' ? keys.find(apiKey) : undefined;
  const expirySec = Number(expiry);
  if (key === undefined || typeof signature !== 'string' || !Number.isInteger(expirySec)) {
    return INVALID_LOGIN_TOKEN;
  }
  const expiryMs = expirySec * 1000;
  if (door.isOver(expiryMs) || door.isFurtherAhead(expiryMs, AUTH_AHEAD_MAX_MS)) return INVALID_LOGIN_TOKEN;
  const text = socketSignatureText(key.apiKey, expirySec);
  return key.isSignature(text, signature) ? key.account : INVALID_LOGIN_TOKEN;
}

/** Counts requests by the second. */
function createThrottle({ machine }: ConnectionOptions['context']): () => boolean {
  let second = 0;
  let count = 0;
  return () => {
    const now = Math.floor(machine.nowMs() / 1000);
    count = now === second ? count + 1 : 1;
    second = now;
    return count > REQUESTS_PER_SECOND_MAX;
  };
}

export function createConnection(options: ConnectionOptions): Connection {
  const { context, streams, privateStreams, hasLimits, send } = options;
  const subscriptions = createSubscriptions((stream) => (frame) => send(stream, frame));
  const isOverRate = createThrottle(context);
  let account: AccountID | undefined;

  const authenticate = (params: readonly unknown[]): Outcome => {
    const proven = identify(context, params);
    if (typeof proven !== 'number') return { fault: proven };
    if (proven !== account) {
      if (!options.admit(proven)) return { fault: CONNECTION_LIMIT_EXCEEDED };
      for (const name of privateStreams.keys()) subscriptions.leave(name);
      account = proven;
    }
    return SUCCESS;
  };

  const subscribe = (stream: string, topic: Topic): Outcome => {
    // A connection has one book per symbol: another depth or pace takes the place of the one before.
    if (stream === BOOKS && !subscriptions.has(stream, topic)) subscriptions.leave(stream, topic.symbol);
    if (account === undefined && subscriptions.count() === 0 && !options.admit(undefined)) {
      return { fault: CONNECTION_LIMIT_EXCEEDED };
    }
    const isFull = subscriptions.count() >= SUBSCRIPTIONS_MAX && !subscriptions.has(stream, topic);
    if (hasLimits && isFull) return { fault: SUBSCRIPTION_LIMIT_EXCEEDED };
    return { ...SUCCESS, afterwards: () => subscriptions.join(stream, topic) };
  };

  const topicOf = (name: string, params: readonly unknown[]): Topic | Fault => {
    const own = privateStreams.get(name);
    if (own === undefined) return streams.get(name)?.topic(params) ?? INVALID_ARGUMENT;
    return account === undefined ? REQUIRE_AUTHENTICATION : own.topic(account);
  };

  const handle = ({ method, params }: StreamRequest): Outcome => {
    if (method === 'server.ping') {
      options.onHeartbeat();
      return { result: 'pong' };
    }
    if (method === 'user.auth') return authenticate(params);
    const [, name = '', verb = ''] = /^(\w+)\.(subscribe|unsubscribe)$/.exec(method) ?? [];
    if (!privateStreams.has(name) && !streams.has(name)) return { fault: INVALID_ARGUMENT };
    if (verb === 'unsubscribe') {
      // Books have no unsubscribe by symbol: all of them end at once, as documented.
      subscriptions.leave(name, name === BOOKS ? undefined : params[0]);
      return SUCCESS;
    }
    const topic = topicOf(name, params);
    return 'join' in topic ? subscribe(name, topic) : { fault: topic };
  };

  return {
    receive(text) {
      const request = parseStreamRequest(text);
      if (!request.ok) return send(ANSWERS, writeOutcome(null, { fault: INVALID_ARGUMENT }));
      const isRefused = hasLimits && isOverRate();
      const outcome: Outcome = isRefused ? { fault: TOO_MANY_REQUESTS } : handle(request.value);
      send(ANSWERS, writeOutcome(request.value.id, outcome));
      if ('afterwards' in outcome) outcome.afterwards?.();
    },
    account: () => account,
    isListening: () => subscriptions.count() > 0,
    close: subscriptions.leaveAll,
  };
}
