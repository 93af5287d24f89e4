/** Time is handed in: the exchange never asks the machine what time it is, so a test can own the clock. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Epoch nanoseconds, strictly rising from call to call so that no two events share a time. */
  nowNs(): bigint;
  /** Calls `tick` every `intervalMs` of this clock's time; returns the function that stops it. */
  every(intervalMs: number, tick: () => void): () => void;
}

function risingNs(nowMs: () => number): () => bigint {
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

export interface VirtualClock extends Clock {
  /** Moves time forward, running every due tick in the order of its time. */
  advance(ms: number): void;
}

export function createVirtualClock(startMs: number): VirtualClock {
  let now = startMs;
  let made = 0;
  const timers = new Map<number, { dueMs: number; intervalMs: number; tick: () => void }>();
  const nowMs = () => now;

  const nextDue = (untilMs: number) => {
    let next: { dueMs: number; intervalMs: number; tick: () => void } | undefined;
    for (const timer of timers.values()) {
      if (timer.dueMs <= untilMs && (next === undefined || timer.dueMs < next.dueMs)) next = timer;
    }
    return next;
  };

  return {
    nowMs,
    nowNs: risingNs(nowMs),
    every(intervalMs, tick) {
      const id = made++;
      timers.set(id, { dueMs: now + intervalMs, intervalMs, tick });
      return () => timers.delete(id);
    },
    advance(ms) {
      const untilMs = now + ms;
      for (let timer = nextDue(untilMs); timer !== undefined; timer = nextDue(untilMs)) {
        now = timer.dueMs;
        timer.dueMs += timer.intervalMs;
        timer.tick();
      }
      now = untilMs;
    },
  };
}
