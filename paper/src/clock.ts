/** Time is handed in: the exchange never asks the machine what time it is, so a test can own the clock. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Epoch nanoseconds, strictly rising from call to call so that no two events share a time. */
  nowNs(): bigint;
  /** Calls `tick` every `intervalMs` of this clock's time; returns the function that stops it. */
  every(intervalMs: number, tick: () => void): () => void;
}

export function risingNs(nowMs: () => number): () => bigint {
  let last = 0n;
  return () => {
    const now = BigInt(nowMs()) * 1_000_000n;
    last = now > last ? now : last + 1n;
    return last;
  };
}

export function createSystemClock(): Clock {
  const nowMs = () => Date.now();
  return {
    nowMs,
    nowNs: risingNs(nowMs),
    every(intervalMs, tick) {
      const timer = setInterval(tick, intervalMs);
      return () => clearInterval(timer);
    },
  };
}

interface Timer {
  dueMs: number;
  readonly intervalMs: number;
  readonly tick: () => void;
}

/** A time that is moved from outside, and the ticks that are due on the way, in the order of their times. */
export interface Timeline {
  nowMs(): number;
  /** Infinity when nothing ticks. */
  nextDueMs(): number;
  /** Moves to the next tick's time and runs it. */
  runNext(): void;
  /** The caller has run what is due before. */
  moveTo(ms: number): void;
  /** Moves there at once: every overdue tick becomes due then, once. */
  skipTo(ms: number): void;
  every(firstMs: number, intervalMs: number, tick: () => void): () => void;
}

export function createTimeline(startMs: number): Timeline {
  const timers = new Set<Timer>();
  let now = startMs;
  /** Found once per tick; undefined when it must be looked for. */
  let known: Timer | undefined;

  const next = (): Timer | undefined => {
    if (known !== undefined) return known;
    for (const timer of timers) if (known === undefined || timer.dueMs < known.dueMs) known = timer;
    return known;
  };

  return {
    nowMs: () => now,
    nextDueMs: () => next()?.dueMs ?? Number.POSITIVE_INFINITY,
    runNext() {
      const timer = next();
      if (timer === undefined) return;
      known = undefined;
      now = timer.dueMs;
      timer.dueMs += timer.intervalMs;
      timer.tick();
    },
    moveTo(ms) {
      now = Math.max(now, ms);
    },
    skipTo(ms) {
      known = undefined;
      for (const timer of timers) timer.dueMs = Math.max(timer.dueMs, ms);
      now = Math.max(now, ms);
    },
    every(firstMs, intervalMs, tick) {
      const timer = { dueMs: firstMs, intervalMs, tick };
      known = undefined;
      timers.add(timer);
      return () => {
        known = undefined;
        timers.delete(timer);
      };
    },
  };
}

export interface VirtualClock extends Clock {
  /** Moves time forward, running every due tick in the order of its time. */
  advance(ms: number): void;
}

export function createVirtualClock(startMs: number): VirtualClock {
  const timeline = createTimeline(startMs);
  const { nowMs } = timeline;
  return {
    nowMs,
    nowNs: risingNs(nowMs),
    every: (intervalMs, tick) => timeline.every(nowMs() + intervalMs, intervalMs, tick),
    advance(ms) {
      const untilMs = nowMs() + ms;
      while (timeline.nextDueMs() <= untilMs) timeline.runNext();
      timeline.moveTo(untilMs);
    },
  };
}
