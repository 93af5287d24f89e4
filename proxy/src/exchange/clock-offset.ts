/**
 * The exchange's clock, as far as it can be known from here: of five questions the one with the shortest round trip,
 * kept on the monotonic clock so that a step of the wall clock changes no signature's expiry. Milliseconds.
 */
import { parseServerTime } from '#contract/wire/server-time.ts';
import type { Cancel, Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import type { ExchangeClient } from './exchange-client.ts';

export interface ExchangeClock {
  /**
   * The exchange's time at the least, for expiries: it is never ahead, so that nothing signed is valid for longer than
   * was meant. Our own time until it was measured.
   */
  nowMs(): number;
  /** Exchange minus ours by the middle of the round trip, undefined until measured. */
  offsetMs(): number | undefined;
  /** The exchange took what was just signed for expired: its clock may have been set, and is measured anew. */
  doubt(): void;
  stop(): void;
}

const SAMPLES = 5;
const REFRESH_MS = 60_000;
/** How soon to ask again after a question without an answer: at first quickly, since nothing is opened until one came. */
const RETRY_MS = { first: 250, most: 5_000 };
/** The wall clock is compared with the monotonic one this often; the machine was asleep or the clock was set… */
const WATCH_MS = 1_000;
/** …when they have parted by more than this. */
const JUMP_MS = 500;
/** An offset beyond this is worth a line in the log: orders would look old or be from the future. */
const OFFSET_WORTH_SAYING_MS = 5_000;
/** From one measurement to one that is asked for: an exchange that takes all for expired is not asked without a pause. */
const DOUBT_PAUSE_MS = 5_000;

interface Sample {
  readonly roundTripMs: number;
  /** Exchange time minus the monotonic clock, had the answer taken no time to come back: the least it can be. */
  readonly leastAheadMs: number;
}

async function ask(client: ExchangeClient, time: Time): Promise<Sample | undefined> {
  const sentAt = time.monoMs();
  const outcome = await client.send('reads', { method: 'GET', target: '/public/time', headers: {} });
  const receivedAt = time.monoMs();
  if (outcome.kind !== 'answer' || outcome.status !== 200) return undefined;
  let body: unknown;
  try {
    body = JSON.parse(outcome.body.toString('utf8'));
  } catch {
    return undefined;
  }
  const serverTime = parseServerTime(body);
  if (!serverTime.ok) return undefined;
  return {
    roundTripMs: receivedAt - sentAt,
    leastAheadMs: serverTime.value - receivedAt,
  };
}

async function measure(client: ExchangeClient, time: Time): Promise<Sample | undefined> {
  let best: Sample | undefined;
  for (let i = 0; i < SAMPLES; i++) {
    const sample = await ask(client, time);
    if (sample === undefined) return best;
    if (best === undefined || sample.roundTripMs < best.roundTripMs) best = sample;
  }
  return best;
}

export function createExchangeClock(client: ExchangeClient, time: Time, log: Log): ExchangeClock {
  let best: Sample | undefined;
  let isStopped = false;
  let isMeasuring = false;
  let retryMs = RETRY_MS.first;
  let cancelNext: Cancel = () => {};
  let nextAtMs = 0;
  let measuredAtMs = 0;
  const refreshAt = (atMs: number) => {
    cancelNext();
    nextAtMs = atMs;
    cancelNext = time.after(Math.max(0, atMs - time.monoMs()), () => void refresh());
  };

  const offsetMs = () =>
    best === undefined
      ? undefined
      : Math.round(best.leastAheadMs + best.roundTripMs / 2 + time.monoMs() - time.nowMs());

  const refresh = async () => {
    if (isStopped || isMeasuring) return;
    cancelNext();
    isMeasuring = true;
    // One answer is enough to begin with: less exact, and on the safe side.
    best ??= await ask(client, time);
    const measured = best && (await measure(client, time));
    isMeasuring = false;
    measuredAtMs = time.monoMs();
    if (isStopped) return;
    best = measured ?? best;
    const offset = offsetMs();
    if (offset !== undefined && Math.abs(offset) > OFFSET_WORTH_SAYING_MS) {
      log.warn({ offsetMs: offset }, 'this clock and the exchange’s are far apart');
    }
    refreshAt(measuredAtMs + (measured === undefined ? retryMs : REFRESH_MS));
    retryMs = measured === undefined ? Math.min(retryMs * 2, RETRY_MS.most) : RETRY_MS.first;
  };

  let apart = time.nowMs() - time.monoMs();
  const stopWatching = time.every(WATCH_MS, () => {
    const apartNow = time.nowMs() - time.monoMs();
    if (Math.abs(apartNow - apart) > JUMP_MS) void refresh();
    apart = apartNow;
  });
  void refresh();

  return {
    nowMs: () => (best === undefined ? time.nowMs() : best.leastAheadMs + time.monoMs()),
    offsetMs,
    doubt() {
      const atMs = measuredAtMs + DOUBT_PAUSE_MS;
      if (!isStopped && !isMeasuring && atMs < nextAtMs) refreshAt(atMs);
    },
    stop() {
      isStopped = true;
      cancelNext();
      stopWatching();
    },
  };
}
