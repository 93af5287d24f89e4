/**
 * Whether the exchange turns this address away altogether, as it does for minutes after too many requests: knocking on
 * would prolong that. While it lasts one request in ten seconds goes out, a cancel before any other, and else a question
 * that costs nothing; the rest is answered here, as not sent.
 */
import type { ExchangeBlock } from '#contract/status.ts';
import { parseJson } from '../journal/judge.ts';
import type { Cancel, Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import type { ExchangeCall, ExchangeClient, Outcome } from './exchange-client.ts';

/** One such answer may be a mistake: it counts when for so long every answer was one. Milliseconds. */
const BELIEVED_AFTER_MS = 1_000;
const TRY_MS = 10_000;
/** After the last try, where no cancel was one: cancels have the first five seconds to themselves. */
const PROBE_MS = 15_000;
const PROBE_MS_MAX = 300_000;

export interface Breaker extends ExchangeClient {
  /** Absent while the exchange takes what we send. */
  block(): ExchangeBlock | undefined;
  /** The exchange turns sockets away, which may be of another host: one question shows whether requests are, too. */
  suspect(): void;
}

export interface BreakerNeeds {
  readonly client: ExchangeClient;
  readonly time: Time;
  readonly log: Log;
  onChange(): void;
}

type Answer = Outcome & { readonly kind: 'answer' };

/** A budget that is spent is named in the headers, and a key without a permission is refused in JSON. */
function isTurnedAway({ status, headers, body }: Answer): boolean {
  if (status === 403) return parseJson(body) === undefined;
  return status === 429 && !Object.keys(headers).some((name) => name.startsWith('x-ratelimit-'));
}

/** In ms; what the exchange asks for in seconds, if it does. */
export function pauseAskedFor(headers: Answer['headers']): number {
  const seconds = headers['retry-after'];
  return typeof seconds === 'string' && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1000 : 0;
}

const isCancel = ({ method }: ExchangeCall): boolean => method === 'DELETE';

export function createBreaker({ client, time, log, onChange }: BreakerNeeds): Breaker {
  let firstAtMs: number | undefined;
  let block: ExchangeBlock | undefined;
  let triedAtMs = 0;
  let isSuspecting = false;
  let cancelProbe: Cancel = () => {};

  const probeIn = (delayMs: number) => {
    cancelProbe();
    cancelProbe = time.after(delayMs, probe);
    return time.nowMs() + delayMs;
  };
  const ask = () => client.send('reads', { method: 'GET', target: '/public/time', headers: {} });
  const probe = () => {
    tried();
    void ask().then((outcome) => hear(outcome));
  };
  /** Should this try come to nothing, the next is due. */
  const tried = () => {
    triedAtMs = time.monoMs();
    const nextTryMs = probeIn(PROBE_MS);
    if (block !== undefined) block = { ...block, nextTryMs };
    onChange();
  };
  const turnedAway = ({ status, headers }: Answer, isConfirmed: boolean) => {
    const nowMs = time.monoMs();
    firstAtMs ??= nowMs;
    if (block === undefined && !isConfirmed && nowMs - firstAtMs < BELIEVED_AFTER_MS) return;
    if (block === undefined) {
      log.error({ status }, 'the exchange turns this address away: one request in ten seconds is sent');
      triedAtMs = nowMs;
    }
    const nextTryMs = probeIn(Math.max(PROBE_MS, Math.min(PROBE_MS_MAX, pauseAskedFor(headers))));
    block = { sinceMs: block?.sinceMs ?? time.nowMs(), status, nextTryMs };
    onChange();
  };
  const hear = (outcome: Outcome, isConfirmed = false) => {
    if (outcome.kind !== 'answer') return;
    if (isTurnedAway(outcome)) return turnedAway(outcome, isConfirmed);
    firstAtMs = undefined;
    if (block === undefined) return;
    cancelProbe();
    block = undefined;
    log.info('the exchange takes requests again');
    onChange();
  };
  const mayTry = (call: ExchangeCall): boolean => {
    if (block === undefined) return true;
    if (!isCancel(call) || time.monoMs() - triedAtMs < TRY_MS) return false;
    tried();
    return true;
  };

  return {
    block: () => block,
    suspect() {
      if (block !== undefined || isSuspecting) return;
      isSuspecting = true;
      void ask().then((outcome) => {
        isSuspecting = false;
        hear(outcome, true);
      });
    },
    async send(lane, call) {
      if (!mayTry(call)) {
        return { kind: 'not-sent', reason: 'The exchange turns this address away: nothing was sent.' };
      }
      const outcome = await client.send(lane, call);
      hear(outcome);
      return outcome;
    },
    async close() {
      cancelProbe();
      await client.close();
    },
  };
}
