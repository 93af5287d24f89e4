/** Time that stands still until the test moves it. */
import type { Time } from '../src/time.ts';

interface Timer {
  dueMs: number;
  readonly periodMs: number | undefined;
  readonly run: () => void;
}

export interface ManualTime extends Time {
  /** Runs what falls due on the way, in order. */
  advance(ms: number): void;
}

export function createManualTime(startMs = Date.now()): ManualTime {
  let nowMs = startMs;
  const timers = new Set<Timer>();
  const add = (delayMs: number, periodMs: number | undefined, run: () => void) => {
    const timer: Timer = { dueMs: nowMs + delayMs, periodMs, run };
    timers.add(timer);
    return () => {
      timers.delete(timer);
    };
  };
  return {
    nowMs: () => nowMs,
    monoMs: () => nowMs - startMs,
    after: (delayMs, run) => add(delayMs, undefined, run),
    every: (periodMs, run) => add(periodMs, periodMs, run),
    soon: setImmediate,
    advance(ms) {
      const untilMs = nowMs + ms;
      for (;;) {
        const [next] = [...timers].filter((t) => t.dueMs <= untilMs).sort((a, b) => a.dueMs - b.dueMs);
        if (next === undefined) break;
        nowMs = Math.max(nowMs, next.dueMs);
        if (next.periodMs === undefined) timers.delete(next);
        else next.dueMs += next.periodMs;
        next.run();
      }
      nowMs = untilMs;
    },
  };
}
