/**
 * What was asked of the exchange and what became of it. A request is written down before its first byte leaves, so
 * that after any end of this process it can be looked up, and never has to be sent again.
 */
import type { JournalEntry, RequestState } from '#contract/api.ts';
import { money } from '#contract/decimal.ts';
import type { GuardRefusal } from '#contract/guard.ts';
import { isSameText, type Mutation, type MutationText } from '#contract/wire/mutation.ts';
import { guardRefusal, type Refusal, refusalBody } from '../errors.ts';
import type { KeyLimits } from '../gateway/bots.ts';
import type { ResultStore } from '../guard/daily-loss.ts';
import type { Log } from '../log.ts';
import type { Time } from '../time.ts';
import { JournalError, type JournalStore, type NewEntry } from './journal-store.ts';

/** Long enough for a year's taxes to be asked about; the newest two days are what the ids need. */
const KEPT_MS = 400 * 86_400_000;
const PRUNE_EVERY_MS = 86_400_000;
/** What could not be written, until it can be. */
const HELD_MAX = 1_000;
/** How often a journal that failed is tried again. */
const RETRY_MS = 2_000;
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

export type Recorded =
  | { readonly kind: 'new'; readonly entry: JournalEntry }
  /** Asked before, word for word. */
  | { readonly kind: 'known'; readonly entry: JournalEntry }
  | { readonly kind: 'refused'; readonly guard: GuardRefusal }
  /** Nothing was written down. */
  | { readonly kind: 'unfit'; readonly refused: Refusal }
  /** Its id belongs to another request. */
  | { readonly kind: 'taken' };

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
  /** Runs when it is new and may pass, before the disk is waited for: what another process does can begin meanwhile. */
  onPassed(): void;
}

export interface Journal extends ResultStore {
  /**
   * On the disk before it returns. `unfit` and `verdict` are asked of what is new; a verdict is written down too. What
   * `mayBeHeld` is kept in memory when the disk refuses it and written later.
   * @throws JournalError: it must not be sent.
   */
  record(wish: DatedWish, options: RecordOptions): Recorded;
  /** The entry as it is after that. A state that cannot be written is remembered, and written once it can be. */
  change(entry: JournalEntry, change: Change): JournalEntry;
  /** Those whose outcome is not known, as far as that can be read. */
  pending(): readonly JournalEntry[];
  /** Runs with what an earlier process left without an outcome, as soon as that can be read. */
  onLeftOver(hear: (entries: readonly JournalEntry[]) => void): void;
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
  atMs: number,
): NewEntry {
  return {
    scope,
    who,
    ...(requestID === undefined ? {} : { requestID }),
    kind: mutation.kind,
    symbol: mutation.symbol,
    request: text,
    state: 'INTENT',
    ...(signedAtMs === undefined ? {} : { signedAtMs }),
    expirySec,
    steps: [{ state: 'INTENT', atMs }],
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

/** What the disk has refused: cancels, under sequences below zero, new states of rows, and results of fills. */
function createHeld(scope: string) {
  const entries = new Map<number, JournalEntry>();
  const results = new Map<string, { readonly day: number; readonly result: string }>();
  /** Where a held cancel was written in the end, for what becomes of it afterwards. */
  const written = new Map<number, number>();
  let last = 0;
  const keep = (entry: JournalEntry) => {
    if (entries.has(entry.seq) || entries.size < HELD_MAX) entries.set(entry.seq, entry);
  };
  return {
    add(entry: NewEntry): JournalEntry {
      last -= 1;
      const kept = { seq: last, ...entry };
      keep(kept);
      return kept;
    },
    keep,
    has: (seq: number) => entries.has(seq),
    /** Its row; undefined: it has none. */
    rowOf: (seq: number) => (seq > 0 ? seq : written.get(seq)),
    addResult(day: number, execID: string, result: string): void {
      if (results.size < HELD_MAX) results.set(execID, { day, result });
    },
    isEmpty: () => entries.size === 0 && results.size === 0,
    /** @throws JournalError */
    flush(to: JournalStore): void {
      for (const [seq, entry] of entries) {
        const { seq: _held, ...unnumbered } = entry;
        if (seq < 0) written.set(seq, to.insert(unnumbered, undefined));
        else to.update(entry);
        entries.delete(seq);
      }
      for (const [execID, { day, result }] of results) {
        to.addResult(scope, day, execID, result);
        results.delete(execID);
      }
    },
  };
}

/** The open file, with why it cannot be used while it cannot; one that could not be opened is tried again each time. */
function createUsing({ open, scope, log }: JournalNeeds) {
  let store: JournalStore | undefined;
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
  return {
    /** Runs on the open file, or says why not. */
    onStore<T>(run: (store: JournalStore) => T): T | JournalError {
      try {
        const result = run(store ?? opened());
        if (fault !== undefined) log.info('the journal can be used again');
        fault = undefined;
        return result;
      } catch (error) {
        if (!(error instanceof JournalError)) throw error;
        if (fault === undefined) log.error({ err: error }, 'the journal fails: nothing but cancels is sent');
        fault = error.message;
        return error;
      }
    },
    onLeftOver(hear: NonNullable<typeof hearLeftOver>): void {
      hearLeftOver = hear;
      tellLeftOver();
    },
    fault: () => fault,
    close: () => store?.close(),
  };
}

function* linesOf(
  pageFrom: (seq: number) => readonly JournalEntry[] | JournalError,
  fromSeq: number,
): Generator<string> {
  for (let seq = fromSeq; ; ) {
    const page = pageFrom(seq);
    if (page instanceof JournalError) throw page;
    for (const entry of page) yield `${JSON.stringify(entry)}\n`;
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) return;
    seq = last.seq + 1;
  }
}

export function createJournal(needs: JournalNeeds): Journal {
  const { scope, time } = needs;
  const { onStore, onLeftOver, fault, close } = createUsing(needs);
  const held = createHeld(scope);
  const tally = new Map<RequestState, number>();

  const prune = () => onStore((to) => to.prune(time.nowMs() - KEPT_MS));
  prune();
  const flush = () => onStore((to) => held.flush(to));
  const stopPruning = time.every(PRUNE_EVERY_MS, prune);
  const stopRetrying = time.every(RETRY_MS, () => {
    if (fault() !== undefined || !held.isEmpty()) flush();
  });

  return {
    record(wish, { mayBeHeld, unfit, verdict, onPassed }) {
      const entry = toEntry(wish, scope, time.nowMs());
      const key = keyOf(scope, wish);
      const recorded = onStore((to): Recorded => {
        const known = key === undefined ? undefined : to.find(key);
        if (known !== undefined) {
          return isSameText(known.request, wish.text) ? { kind: 'known', entry: known } : { kind: 'taken' };
        }
        const refused = unfit();
        if (refused !== undefined) return { kind: 'unfit', refused };
        const guard = verdict();
        if (guard !== undefined) {
          // A question, not the end of it: after the answer the same request comes again.
          to.insert(toRefused(entry, guard), guard.rule === 'confirm' ? undefined : key);
          tally.set('REFUSED', (tally.get('REFUSED') ?? 0) + 1);
          return { kind: 'refused', guard };
        }
        held.flush(to);
        onPassed();
        const seq = to.insert(entry, key);
        return { kind: 'new', entry: { seq, ...entry } };
      });
      if (!(recorded instanceof JournalError)) return recorded;
      if (mayBeHeld) return { kind: 'new', entry: held.add(entry) };
      throw recorded;
    },
    change(entry, change) {
      const changed = toChanged(entry, change, time.nowMs());
      tally.set(change.state, (tally.get(change.state) ?? 0) + 1);
      // Rows that are held have earlier states to be written first, and a held cancel that was dropped has no row.
      if (held.has(changed.seq)) held.keep(changed);
      else {
        const row = held.rowOf(changed.seq);
        if (row === undefined) return changed;
        const updated = { ...changed, seq: row };
        if (onStore((to) => to.update(updated)) instanceof JournalError) held.keep(updated);
      }
      return changed;
    },
    pending() {
      const entries = onStore((to) => to.pending(scope));
      return entries instanceof JournalError ? [] : entries;
    },
    onLeftOver,
    placerOf(clOrdID) {
      const entry = onStore((to) => to.find(orderKey(scope, clOrdID)));
      return entry instanceof JournalError ? undefined : entry?.who;
    },
    lines: (fromSeq) => linesOf((seq) => onStore((to) => to.page(seq, PAGE_ROWS)), fromSeq),
    add: (day, execID, result) => {
      const added = onStore((to) => to.addResult(scope, day, execID, result));
      if (added instanceof JournalError) held.addResult(day, execID, result);
    },
    of(day) {
      const rows = onStore((to) => to.results(scope, day));
      if (rows instanceof JournalError) return undefined;
      return new Map(rows.map(({ execID, result }) => [execID, money(result)]));
    },
    tally: () => tally,
    fault,
    close() {
      stopPruning();
      stopRetrying();
      if (!held.isEmpty()) flush();
      close();
    },
  };
}
