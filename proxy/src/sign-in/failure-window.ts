/**
 * Wrong guesses within a minute: after five of them nobody is let in until it has passed, right or wrong, whatever clock
 * is set.
 */
import type { Time } from '../time.ts';

const FAILURES_MAX = 5;
const WINDOW_MS = 60_000;

export interface FailureWindow {
  /** How long to wait, in seconds; undefined: guess away. */
  closedForSec(): number | undefined;
  /** The answer takes it back. */
  failed(): () => void;
}

export function createFailureWindow(time: Time): FailureWindow {
  let failures: number[] = [];
  return {
    closedForSec() {
      const nowMs = time.monoMs();
      failures = failures.filter((atMs) => nowMs - atMs < WINDOW_MS);
      const [first] = failures;
      if (failures.length < FAILURES_MAX || first === undefined) return undefined;
      return Math.ceil((first + WINDOW_MS - nowMs) / 1000);
    },
    failed() {
      const atMs = time.monoMs();
      failures.push(atMs);
      return () => {
        const index = failures.indexOf(atMs);
        if (index >= 0) failures.splice(index, 1);
      };
    },
  };
}
