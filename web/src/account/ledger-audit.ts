/**
 * Holds a ledger that does not add up against the exchange's histories, until it does or they have nothing more to tell.
 * They lag behind by seconds: only what two readings leave over counts as moved in or out, and is looked at again for as
 * long as nobody has acknowledged it. Time and the reading are handed in.
 */
import type { Money } from '#contract/brand.ts';
import { audited, bookHistories, type Histories, type Ledger, unexplained, verdictOf } from './ledger.ts';

/** A fill and the balance that it makes may come in two messages. */
export const SETTLING_MS = 1_500;
const READ_AGAIN_MS = 3_000;
/** After a reading that failed, or that has left something over. */
const LOOK_AGAIN_MS = 30_000;

export interface LedgerAuditNeeds {
  ledger(): Ledger | undefined;
  /** Undefined: they could not be read, or not whole. */
  read(ledger: Ledger): Promise<Histories | undefined>;
  /** Fills that the stream has told, so that they are booked. */
  known(): Parameters<typeof bookHistories>[2];
  change(change: (ledger: Ledger) => Ledger): void;
  /** Answers how to call it off. */
  after(delayMs: number, run: () => void): () => void;
}

export interface LedgerAudit {
  /** The ledger has changed. */
  look(): void;
  stop(): void;
}

export function createLedgerAudit({ ledger, read, known, change, after }: LedgerAuditNeeds): LedgerAudit {
  let cancel = () => {};
  /** What is to be explained, as far as it is being looked into. */
  let looksInto: Money | undefined;
  /** What the reading before has left over. */
  let leftBefore: Money | undefined;
  let isReading = false;
  let isStopped = false;

  const openQuestion = (): Ledger | undefined => {
    const now = ledger();
    return now === undefined || verdictOf(now) === 'adds up' ? undefined : now;
  };
  const schedule = (delayMs: number, left: Money) => {
    cancel();
    looksInto = left;
    cancel = after(delayMs, () => void audit());
  };
  const rest = () => {
    cancel();
    looksInto = undefined;
    leftBefore = undefined;
  };
  const judge = (histories: Histories | undefined) => {
    if (histories !== undefined) change((now) => bookHistories(now, histories, known()));
    const now = openQuestion();
    if (now === undefined) return rest();
    const left = unexplained(now);
    if (histories === undefined) return schedule(LOOK_AGAIN_MS, left);
    const isSame = left === leftBefore;
    leftBefore = left;
    schedule(isSame ? LOOK_AGAIN_MS : READ_AGAIN_MS, left);
    if (isSame && verdictOf(now) !== 'moved') change(audited);
  };
  const audit = async (): Promise<void> => {
    const asked = openQuestion();
    if (asked === undefined) return rest();
    isReading = true;
    const histories = await read(asked);
    isReading = false;
    if (!isStopped) judge(histories);
  };
  return {
    look() {
      if (isReading) return;
      const now = openQuestion();
      if (now === undefined) rest();
      else if (unexplained(now) !== looksInto) schedule(SETTLING_MS, unexplained(now));
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}
