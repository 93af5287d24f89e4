/**
 * Which refusals get a row: a bot that asks on, whatever it is told, must not fill the disk with what never left. The
 * names of the others are remembered for as long as their signatures may hold, so that a copy is refused like the first.
 */
import type { GuardRefusal } from '#contract/guard.ts';
import type { Time } from '../time.ts';
import type { Wish } from './journal.ts';

/** Of one gateway key, about a kilobyte each. */
const ROWS_PER_PERIOD_MAX = 100;
/** No less than a bot's signature may hold: five minutes ahead of clocks that are five minutes apart. */
const PERIOD_MS = 600_000;
/** Of one period: some ten megabytes. */
const NAMES_MAX = 100_000;

export interface RefusalRows {
  /** How the request of that name was refused, where it got no row. */
  before(name: string | undefined): GuardRefusal | undefined;
  /** Answers whether this one gets a row, and counts it. */
  add(wish: Wish, name: string | undefined, guard: GuardRefusal): boolean;
}

export function createRefusalRows(time: Time): RefusalRows {
  const counts = new Map<string, number>();
  let period = 0;
  let names = new Map<string, GuardRefusal>();
  let earlier = new Map<string, GuardRefusal>();
  const turn = () => {
    const now = Math.floor(time.monoMs() / PERIOD_MS);
    if (now === period) return;
    earlier = now === period + 1 ? names : new Map();
    names = new Map();
    counts.clear();
    period = now;
  };
  return {
    before(name) {
      turn();
      return name === undefined ? undefined : (names.get(name) ?? earlier.get(name));
    },
    add({ key, who }, name, guard) {
      turn();
      if (key === undefined) return true;
      const count = (counts.get(who) ?? 0) + 1;
      counts.set(who, count);
      if (count <= ROWS_PER_PERIOD_MAX) return true;
      if (name !== undefined && names.size < NAMES_MAX) names.set(name, guard);
      return false;
    },
  };
}
