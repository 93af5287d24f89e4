/**
 * What was asked of the exchange and what became of it. A request is written down before its first byte leaves, so
 * that after any end of this process it can be looked up, and never has to be sent again.
 */
import type { JournalEntry, RequestState } from '#contract/api.ts';
import { money } from '#contract/decimal.ts';
import type { GuardRefusal } from '#contract/guard.ts';
import { isSameText, type Mutation, type MutationText } from '#contract/wire/mutation.ts';
import { guardRefusal, type Refusal, refusalBody } from '../door/errors.ts';
import type { KeyLimits } from '../gateway/bots.ts';
import type { ResultStore } from '../guard/daily-loss.ts';
import type { Time } from '../time.ts';
import type { Log } from '../watch/log.ts';
import { createHeld, type Held } from './held.ts';
import { JournalError, type JournalStore, type NewEntry } from './journal-store.ts';
import { createRefusalRows } from './refusal-rows.ts';

/** Long enough for a year's taxes to be asked about; the newest two days are what the ids need. */
const KEPT_MS = 400 * 86_400_000;
const PRUNE_EVERY_MS = 86_400_000;
/** How often a journal that failed is tried again, and one that rests is tidied. */
const LOOK_AFTER_MS = 2_000;
/** Nothing has been asked of it for so long, and so the next order is hardly due this moment. */
const REST_MS = 500;
/** One read of an export. */
const PAGE_ROWS = 500;

export interface ByHand {
  /** The person was asked whether an order this large is meant. */
  readonly isConfirmed: boolean;
}

export interface Wish {
  readonly who: string;
  /** `clOrdID` of a placement, else what the client calls this request; undefined when it has no name for it. */
  readonly requestID: string | undefined;
  readonly mutation: Mutation;
  readonly text: MutationText;
  /** Asked for by a person at the page: only then does trading have to be armed, and a large order be meant. */
  readonly byHand?: ByHand;
  /** Of the kill switch: sent even when it cannot be written down. */
  readonly isUrgent?: boolean;
  /** Of a bot: within the limits of its key, and refused when it comes again under its id, unless it is a placement. */
  readonly key?: KeyLimits;
}

/** By the exchange's clock: when it was signed, where that is known, and by when the exchange takes it or never will. */
export type DatedWish = Wish & { readonly signedAtMs: number | undefined; readonly expirySec: number };

/** It is in the journal already. */
export type Known =
  /** Asked before, word for word. */
  | { readonly kind: 'known'; readonly entry: JournalEntry }
  /** Its id belongs to another request. */
  | { readonly kind: 'taken' };

export type Recorded =
  | {
      readonly kind: 'new';
      readonly entry: JournalEntry;
      /** Resolves when it is on the disk, or may be sent all the same. @throws JournalError: it must not be sent. */
      readonly kept: Promise<void>;
    }
  | { readonly kind: 'refused'; readonly guard: GuardRefusal }
  /** Nothing was written down. */
  | { readonly kind: 'unfit'; readonly refused: Refusal }
  | Known;

export interface Change {
  readonly state: RequestState;
  readonly note?: string;
  readonly answer?: JournalEntry['answer'];
}

export interface RecordOptions {
  readonly mayBeHeld: boolean;
  /** Why it cannot be asked for at this moment, whoever asks. */
  unfit(): Refusal | undefined;
  verdict(): GuardRefusal | undefined;
  /** Runs when it is new and may pass, before it is written: what another process does can begin meanwhile. */
  onPassed(): void;
}

export interface Journal extends ResultStore {
  /**
   * Written, and on the disk once it is `kept`. `unfit` and `verdict` are asked of what is new; a verdict is written down
   * too (of a bot, the first hundred in ten minutes). What `mayBeHeld` is kept in memory when the disk refuses it, and
   * written later.
   * @throws JournalError: it must not be sent.
   */
  record(wish: DatedWish, options: RecordOptions): Recorded;
  /** What the journal has under this request's id; undefined: nothing, as far as that can be read. */
  known(wish: Wish): Known | undefined;
  /** What has not waited for the journal, as it stands: written, or kept in memory and written later. */
  note(wish: DatedWish, state: 'INTENT' | 'SENDING'): JournalEntry;
  /** The entry as it is after that. A state that cannot be written is remembered, and written once it can be. */
  change(entry: JournalEntry, change: Change): JournalEntry;
  /** Those whose outcome is not known, as far as that can be read. */
  pending(): readonly JournalEntry[];
  /** Runs with what an earlier process left without an outcome, as soon as that can be read. */
  onLeftOver(hear: (entries: readonly JournalEntry[]) => void): void;
  /** The order of that id; undefined: that cannot be read. */
  placement(clOrdID: string): JournalEntry | 'none' | undefined;
  /** Who placed the order of that id; undefined: nobody here. */
  placerOf(clOrdID: string): string | undefined;
  /** JSON lines, oldest first. */
  lines(fromSeq: number): Generator<string>;
  /** How many came to each state since the start. */
  tally(): ReadonlyMap<RequestState, number>;
  /** Why it cannot be written, if it cannot. */
  fault(): string | undefined;
  close(): void;
}

export interface JournalNeeds {
  /** Throws where there is no usable file: then only cancels are sent. */
  open(): JournalStore;
  /** Environment and account: outcomes are looked up only where the request was sent. */
  readonly scope: string;
  readonly time: Time;
  readonly log: Log;
}

const orderKey = (scope: string, clOrdID: string): string => `${scope} order ${clOrdID}`;

function keyOf(scope: string, { requestID, mutation }: Wish): string | undefined {
  if (requestID === undefined) return undefined;
  return mutation.kind === 'place' ? orderKey(scope, requestID) : `${scope} request ${requestID}`;
}

function toEntry(
  { who, requestID, mutation, text, signedAtMs, expirySec }: DatedWish,
  scope: string,
  { state, atMs }: JournalEntry['steps'][number],
): NewEntry {
  return {
    scope,
    who,
    ...(requestID === undefined ? {} : { requestID }),
    kind: mutation.kind,
    symbol: mutation.symbol,
    request: text,
    state,
    ...(signedAtMs === undefined ? {} : { signedAtMs }),
    expirySec,
    steps: [{ state, atMs }],
  };
}

function toChanged(entry: JournalEntry, { state, note, answer }: Change, atMs: number): JournalEntry {
  return {
    ...entry,
    state,
    ...(note === undefined ? {} : { note }),
    ...(answer === undefined ? {} : { answer }),
    steps: [...entry.steps, { state, atMs }],
  };
}

function toRefused(entry: NewEntry, guard: GuardRefusal): NewEntry {
  const { status, ...refused } = guardRefusal(guard);
  const answer = { status, body: refusalBody({ status, ...refused }) };
  const [first] = entry.steps;
  return {
    ...entry,
    state: 'REFUSED',
    note: refused.message,
    guard,
    answer,
    steps: first === undefined ? [] : [{ ...first, state: 'REFUSED' }],
  };
}

/** The open file, with why it cannot be used while it cannot; one that could not be opened is tried again each time. */
function createUsing({ open, scope, time, log }: JournalNeeds) {
  let store: JournalStore | undefined;
  let usedAtMs = time.monoMs();
  let fault: string | undefined;
  let leftOver: readonly JournalEntry[] = [];
  let hearLeftOver: ((entries: readonly JournalEntry[]) => void) | undefined;

  const tellLeftOver = () => {
    if (hearLeftOver === undefined || leftOver.length === 0) return;
    const entries = leftOver;
    leftOver = [];
    hearLeftOver(entries);
  };
  const opened = (): JournalStore => {
    const fresh = open();
    leftOver = fresh.pending(scope);
    store = fresh;
    tellLeftOver();
    return fresh;
  };
  const failed = (error: unknown): JournalError => {
    if (!(error instanceof JournalError)) throw error;
    if (fault === undefined) log.error({ err: error }, 'the journal fails: nothing but cancels is sent');
    fault = error.message;
    return error;
  };
  return {
    /** Runs on the open file, or says why not. */
    onStore<T>(run: (store: JournalStore) => T): T | JournalError {
      usedAtMs = time.monoMs();
      try {
        const result = run(store ?? opened());
        if (fault !== undefined) log.info('the journal can be used again');
        fault = undefined;
        return result;
      } catch (error) {
        return failed(error);
      }
    },
    /** @throws JournalError */
    async sync(to: JournalStore): Promise<void> {
      try {
        await to.sync();
      } catch (error) {
        throw failed(error);
      }
    },
    onLeftOver(hear: NonNullable<typeof hearLeftOver>): void {
      hearLeftOver = hear;
      tellLeftOver();
    },
    unusedMs: () => time.monoMs() - usedAtMs,
    fault: () => fault,
    close: () => store?.close(),
  };
}

type OnStore = ReturnType<typeof createUsing>['onStore'];

const toKnown = (entry: JournalEntry, { text }: Wish): Known =>
  isSameText(entry.request, text) ? { kind: 'known', entry } : { kind: 'taken' };

/** What the journal is asked for. */
function createReading(scope: string, onStore: OnStore, held: Held) {
  const knownHeld = (wish: Wish): Known | undefined => {
    const key = keyOf(scope, wish);
    const entry = key === undefined ? undefined : held.find(key);
    return entry === undefined ? undefined : toKnown(entry, wish);
  };
  const knownIn = (to: JournalStore, wish: Wish): Known | undefined => {
    const key = keyOf(scope, wish);
    const entry = key === undefined ? undefined : to.find(key);
    return entry === undefined ? undefined : toKnown(held.newest(entry), wish);
  };
  return {
    knownHeld,
    knownIn,
    known(wish: Wish) {
      const known = knownHeld(wish) ?? onStore((to) => knownIn(to, wish));
      return known instanceof JournalError ? undefined : known;
    },
    pending() {
      const entries = onStore((to) => to.pending(scope));
      return entries instanceof JournalError ? [] : entries;
    },
    placement(clOrdID: string) {
      const entry = onStore((to) => to.find(orderKey(scope, clOrdID)) ?? 'none');
      return entry instanceof JournalError ? undefined : entry;
    },
    placerOf(clOrdID: string) {
      const entry = onStore((to) => to.find(orderKey(scope, clOrdID)));
      return entry instanceof JournalError ? undefined : entry?.who;
    },
    *lines(fromSeq: number) {
      for (let seq = fromSeq; ; ) {
        const page = onStore((to) => to.page(seq, PAGE_ROWS));
        if (page instanceof JournalError) throw page;
        for (const entry of page) yield `${JSON.stringify(entry)}\n`;
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE_ROWS) return;
        seq = last.seq + 1;
      }
    },
    of(day: number) {
      const rows = onStore((to) => to.results(scope, day));
      if (rows instanceof JournalError) return undefined;
      return new Map(rows.map(({ execID, result }) => [execID, money(result)]));
    },
  } satisfies Partial<Journal> & { knownHeld: unknown; knownIn: unknown };
}

export function createJournal(needs: JournalNeeds): Journal {
  const { scope, time } = needs;
  const { onStore, sync, onLeftOver, unusedMs, fault, close } = createUsing(needs);
  const held = createHeld(scope);
  const reading = createReading(scope, onStore, held);
  const tally = new Map<RequestState, number>();
  const refusals = createRefusalRows(time);

  const prune = () => onStore((to) => to.prune(time.nowMs() - KEPT_MS));
  prune();
  const flush = () => onStore((to) => held.flush(to));
  const stopPruning = time.every(PRUNE_EVERY_MS, prune);
  const stopLookingAfter = time.every(LOOK_AFTER_MS, () => {
    if (fault() !== undefined || !held.isEmpty()) flush();
    else if (unusedMs() >= REST_MS) onStore((to) => to.tidy());
  });

  return {
    record(wish, { mayBeHeld, unfit, verdict, onPassed }) {
      const entry = toEntry(wish, scope, { state: 'INTENT', atMs: time.nowMs() });
      const key = keyOf(scope, wish);
      const recorded = onStore((to): Recorded => {
        // Told from what is there, also while nothing can be written.
        const known = reading.knownHeld(wish) ?? reading.knownIn(to, wish);
        if (known !== undefined) return known;
        held.flush(to);
        const refused = unfit();
        if (refused !== undefined) return { kind: 'unfit', refused };
        const guard = refusals.before(key) ?? verdict();
        if (guard !== undefined) {
          // A question, not the end of it: after the answer the same request comes again.
          const name = guard.rule === 'confirm' ? undefined : key;
          if (refusals.add(wish, name, guard)) to.insert(toRefused(entry, guard), name);
          tally.set('REFUSED', (tally.get('REFUSED') ?? 0) + 1);
          return { kind: 'refused', guard };
        }
        onPassed();
        const seq = to.insert(entry, key);
        const kept = sync(to).catch((error: JournalError) => {
          if (!mayBeHeld) throw error;
        });
        return { kind: 'new', entry: { seq, ...entry }, kept };
      });
      if (!(recorded instanceof JournalError)) return recorded;
      if (mayBeHeld) return { kind: 'new', entry: held.add(entry, key), kept: Promise.resolve() };
      throw recorded;
    },
    note(wish, state) {
      const entry = toEntry(wish, scope, { state, atMs: time.nowMs() });
      const key = keyOf(scope, wish);
      const seq = onStore((to) => {
        held.flush(to);
        return to.insert(entry, key);
      });
      return seq instanceof JournalError ? held.add(entry, key) : { seq, ...entry };
    },
    change(entry, change) {
      const changed = toChanged(entry, change, time.nowMs());
      tally.set(change.state, (tally.get(change.state) ?? 0) + 1);
      // A held cancel that was dropped has no row.
      const seq = held.has(changed.seq) ? changed.seq : held.rowOf(changed.seq);
      if (seq === undefined) return changed;
      const updated = { ...changed, seq };
      // An earlier state that still waits to be written must not be written over this one.
      if (held.has(seq) || onStore((to) => to.update(updated)) instanceof JournalError) held.keep(updated);
      return changed;
    },
    ...reading,
    onLeftOver,
    add: (day, execID, result) => {
      const added = onStore((to) => to.addResult(scope, day, execID, result));
      if (added instanceof JournalError) held.addResult(day, execID, result);
    },
    tally: () => tally,
    fault,
    close() {
      stopPruning();
      stopLookingAfter();
      if (!held.isEmpty()) flush();
      close();
    },
  };
}
