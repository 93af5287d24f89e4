/**
 * Finds out what became of requests without an answer: asks the exchange, listens to the private stream, and sends
 * nothing again. "It never arrived" is said only when it cannot arrive any more and is not there: the signature has
 * expired a while ago, three looks have found nothing, the history among them, and the stream was whole all the while.
 */
import type { JournalEntry } from '#contract/api.ts';
import type { Order } from '#contract/model.ts';
import type { Mutation } from '#contract/wire/mutation.ts';
import { readMutation } from '#contract/wire/mutation-reader.ts';
import type { ExchangeClock } from '../exchange/clock-offset.ts';
import type { ExchangeReader } from '../exchange/exchange-reader.ts';
import type { Cancel, Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import { type Finding, isAbout, type Looking, lookFor, proofOf } from './evidence.ts';
import type { Journal } from './journal.ts';
import { shareLooks } from './shared-looks.ts';

export interface ResolutionTiming {
  /** When to look, since the answer was lost; after the last, at each multiple of `everyMs`. */
  readonly looksAtMs: readonly number[];
  readonly everyMs: number;
  /** From here on the history is asked too: before, it may not have it yet. */
  readonly historyFromMs: number;
  /** How long after its expiry a request is still waited for. */
  readonly afterExpiryMs: number;
}

export const RESOLUTION_TIMING: ResolutionTiming = {
  looksAtMs: [1_000, 2_000, 4_000, 8_000, 12_000],
  everyMs: 5_000,
  historyFromMs: 2_000,
  afterExpiryMs: 20_000,
};
const LOOKS_IN_VAIN_MIN = 3;
const UNTOLD = 'The exchange shows no longer whether it was carried out.';
/** From the earliest time that it can have been signed at until it has left. */
const SENDING_MS = 500;

export interface ResolverNeeds {
  readonly journal: Journal;
  readonly reader: ExchangeReader;
  readonly clock: ExchangeClock;
  readonly time: Time;
  readonly log: Log;
  readonly timing: ResolutionTiming;
  /** Since when the private stream has been whole; undefined while it is not. */
  accountLiveSinceMs(): number | undefined;
  closedOrder: Looking['closedOrder'];
  lastTradeMs: Looking['lastTradeMs'];
  position: Looking['position'];
  onResolved(entry: JournalEntry, mutation: Mutation): void;
}

export interface Unresolved {
  readonly mutation: Mutation;
  /** It cannot arrive later than this, epoch seconds by the exchange's clock. */
  readonly expirySec: number;
}

export interface Resolver {
  /** `entry` is UNKNOWN. */
  watch(entry: JournalEntry): void;
  /** What the private stream tells of an order. */
  hear(order: Order): void;
  unresolved(): readonly Unresolved[];
  stop(): void;
}

interface Case {
  readonly entry: JournalEntry;
  readonly mutation: Mutation;
  readonly sinceMs: number;
  looks: number;
  /** In vain, while the stream was whole. */
  inVain: number;
  /** Of the stream that `inVain` was counted under. */
  liveSinceMs: number | undefined;
  cancel: Cancel;
}

function sentMsOf({ entry: { signedAtMs } }: Case): Looking['sentMs'] {
  return signedAtMs === undefined
    ? { earliest: 0, latest: Number.POSITIVE_INFINITY }
    : { earliest: signedAtMs, latest: signedAtMs + SENDING_MS };
}

/** A look in vain counts for as long as the stream that it was made under. */
function count(open: Case, liveSinceMs: number | undefined): void {
  if (liveSinceMs === undefined || liveSinceMs !== open.liveSinceMs) {
    open.liveSinceMs = liveSinceMs;
    open.inVain = 0;
  }
  if (liveSinceMs !== undefined) open.inVain += 1;
}

const notPlacedNote = ({ kind }: Mutation): string =>
  kind === 'amend'
    ? 'The order is not as it was asked to be, and the exchange can no longer accept it.'
    : 'The exchange does not know it and can no longer accept it.';

export function createResolver(needs: ResolverNeeds): Resolver {
  const { journal, clock, time, log, timing } = needs;
  const reader = shareLooks(needs.reader, time);
  const cases = new Map<number, Case>();

  const close = (open: Case, state: 'ACKED' | 'REJECTED' | 'NOT_PLACED', note: string, body?: string) => {
    if (!cases.delete(open.entry.seq)) return;
    open.cancel();
    const answer = body === undefined ? {} : { answer: { status: 200, body } };
    const entry = journal.change(open.entry, { state, note, ...answer });
    log.info({ seq: entry.seq, kind: entry.kind, state, ms: time.monoMs() - open.sinceMs }, 'resolved');
    needs.onResolved(entry, open.mutation);
  };
  const settle = (open: Case, finding: Finding): boolean => {
    if (finding.kind !== 'settled') return false;
    close(open, finding.state, finding.note, finding.body);
    return true;
  };
  const cannotArrive = ({ entry }: Case) =>
    clock.nowMs() > (entry.expirySec ?? 0) * 1000 + timing.afterExpiryMs;

  /** Nobody can tell any more: it stays unknown, and nothing waits for it. Another start looks once more. */
  const giveUp = (open: Case) => {
    cases.delete(open.entry.seq);
    journal.change(open.entry, { state: 'UNKNOWN', note: UNTOLD });
    log.warn({ seq: open.entry.seq, kind: open.entry.kind }, 'cannot be resolved');
  };
  const look = async (open: Case) => {
    const mayBeFinal = cannotArrive(open);
    const finding = await lookFor(open.mutation, {
      reader,
      sentMs: sentMsOf(open),
      withHistory: time.monoMs() - open.sinceMs >= timing.historyFromMs,
      ...{ closedOrder: needs.closedOrder, lastTradeMs: needs.lastTradeMs, position: needs.position },
    });
    if (!cases.has(open.entry.seq) || settle(open, finding)) return;
    if (finding.kind !== 'no-answer') {
      count(open, needs.accountLiveSinceMs());
      const isInVain = open.inVain >= LOOKS_IN_VAIN_MIN;
      if (mayBeFinal && isInVain && finding.kind === 'untold') return giveUp(open);
      // The history may be late by seconds: what it did not know before counts for nothing once it may know more.
      if (mayBeFinal && isInVain && finding.kind === 'absent' && finding.hasHistory)
        return close(open, 'NOT_PLACED', notPlacedNote(open.mutation));
    }
    lookLater(open);
  };
  const lookLater = (open: Case) => {
    const dueMs = timing.looksAtMs[open.looks];
    // All later ones at the same moments, so that one question serves them.
    const untilNextMs = timing.everyMs - (time.monoMs() % timing.everyMs);
    const delayMs = dueMs === undefined ? untilNextMs : Math.max(0, open.sinceMs + dueMs - time.monoMs());
    open.looks += 1;
    open.cancel = time.after(delayMs, () => void look(open));
  };

  return {
    watch(entry) {
      const read = readMutation(entry.request);
      if (!read.ok) {
        log.error({ seq: entry.seq }, 'an entry of the journal cannot be read: look at the exchange');
        return;
      }
      const open: Case = {
        entry,
        mutation: read.value,
        sinceMs: time.monoMs(),
        looks: 0,
        inVain: 0,
        liveSinceMs: undefined,
        cancel: () => {},
      };
      cases.set(entry.seq, open);
      lookLater(open);
    },
    hear(order) {
      for (const open of [...cases.values()]) {
        if (!isAbout(open.mutation, order)) continue;
        // As asked, but perhaps before it was asked: the event may have been longer under way than the request.
        if (open.mutation.kind === 'amend' && order.transactAtMs <= sentMsOf(open).latest) continue;
        const proof = proofOf(open.mutation, order);
        if (proof !== undefined) settle(open, proof);
      }
    },
    unresolved: () =>
      [...cases.values()].map(({ mutation, entry }) => ({ mutation, expirySec: entry.expirySec ?? 0 })),
    stop() {
      for (const open of cases.values()) open.cancel();
      cases.clear();
    },
  };
}
