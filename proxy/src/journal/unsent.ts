/**
 * A bot of which nothing can be sent, whatever it asks for (the exchange turns this address away, or cannot be reached),
 * must not fill the disk with its rows: after so many in a row it is let through once a second, until the exchange answers.
 */
import type { Time } from '../time.ts';
import type { Wish } from './journal.ts';

const IN_A_ROW_MAX = 100;
/** No longer: when something can be sent again, a cancel may wait for it. */
const TRY_MS = 1_000;

export interface Unsent {
  /** Whether this one may be tried: each is, unless it is of such a bot. */
  mayTry(wish: Wish): boolean;
  failed(who: string): void;
  answered(who: string): void;
}

export function createUnsent(time: Time): Unsent {
  const failures = new Map<string, { count: number; triedAtMs: number }>();
  return {
    mayTry({ who, key }) {
      const its = key === undefined ? undefined : failures.get(who);
      if (its === undefined || its.count < IN_A_ROW_MAX) return true;
      if (time.monoMs() - its.triedAtMs < TRY_MS) return false;
      its.triedAtMs = time.monoMs();
      return true;
    },
    failed(who) {
      failures.set(who, { count: (failures.get(who)?.count ?? 0) + 1, triedAtMs: time.monoMs() });
    },
    answered: (who) => failures.delete(who),
  };
}
