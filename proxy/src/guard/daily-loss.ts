/** What the account has lost since midnight UTC by its own fills: closed profit less fees. Funding is not in it. */
import type { Money } from '#contract/brand.ts';
import { add, negate, sub, ZERO_MONEY } from '#contract/decimal.ts';
import type { Fill } from '#contract/model.ts';
import type { Time } from '../time.ts';

const DAY_MS = 86_400_000;

/** Fills of one day, kept over restarts: snapshots tell only the last ones. */
export interface ResultStore {
  /** Once per fill, however often it is told. */
  add(day: number, execID: string, result: Money): void;
  /** undefined: they cannot be read just now. */
  of(day: number): ReadonlyMap<string, Money> | undefined;
}

export interface DailyLoss {
  hear(fill: Fill): void;
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
      isRead = true;
    }
    if (isRead) return;
    const kept = store.of(day);
    isRead = kept !== undefined;
    results = new Map([...(kept ?? []), ...results]);
  };
  turnPage();
  return {
    hear({ execID, atMs, closedPnl = ZERO_MONEY, fee }) {
      turnPage();
      if (Math.floor(atMs / DAY_MS) !== day || results.has(execID)) return;
      const result = sub(closedPnl, fee);
      results.set(execID, result);
      store.add(day, execID, result);
    },
    now() {
      turnPage();
      let sum = ZERO_MONEY;
      for (const result of results.values()) sum = add(sum, result);
      return negate(sum);
    },
  };
}
