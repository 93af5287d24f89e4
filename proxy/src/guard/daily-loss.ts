/** What the account has lost since midnight UTC: closed profit less fees of its own fills, less funding. */
import type { Money } from '#contract/brand.ts';
import { add, negate, sub, ZERO_MONEY } from '#contract/decimal.ts';
import type { Fill, FundingFee } from '#contract/model.ts';
import type { Time } from '../time.ts';

const DAY_MS = 86_400_000;

/** Results by day, kept over restarts and clocks that are set: snapshots tell only the last fills. */
export interface ResultStore {
  /** Once per id, however often it is told. */
  add(day: number, id: string, result: Money): void;
  /** undefined: they cannot be read just now. */
  of(day: number): ReadonlyMap<string, Money> | undefined;
}

export interface DailyLoss {
  hear(fill: Fill): void;
  hearFunding(fee: FundingFee): void;
  /** Above zero for a loss. */
  now(): Money;
}

export function createDailyLoss(store: ResultStore, time: Time): DailyLoss {
  const today = () => Math.floor(time.nowMs() / DAY_MS);
  let day = today();
  let results = new Map<string, Money>();
  /** What earlier processes kept of the day is in `results`. */
  let isRead = false;

  const turnPage = () => {
    if (today() !== day) {
      day = today();
      results = new Map();
      // A clock that was set may come to a day for the second time, and the exchange may be in the new day before us.
      isRead = false;
    }
    if (isRead) return;
    const kept = store.of(day);
    isRead = kept !== undefined;
    results = new Map([...(kept ?? []), ...results]);
  };
  turnPage();
  const take = (atMs: number, id: string, result: Money) => {
    turnPage();
    const itsDay = Math.floor(atMs / DAY_MS);
    if (Math.abs(itsDay - day) > 1 || results.has(id)) return;
    if (itsDay === day) results.set(id, result);
    store.add(itsDay, id, result);
  };
  return {
    hear: ({ execID, atMs, closedPnl = ZERO_MONEY, fee }) => take(atMs, execID, sub(closedPnl, fee)),
    hearFunding: ({ symbol, side, atMs, fee }) =>
      take(atMs, `funding ${symbol} ${side} ${atMs}`, negate(fee)),
    now() {
      turnPage();
      let sum = ZERO_MONEY;
      for (const result of results.values()) sum = add(sum, result);
      return negate(sum);
    },
  };
}
