/** Time, handed in so that a test can be it. Milliseconds throughout. */
import { performance } from 'node:perf_hooks';

export type Cancel = () => void;

export interface Time {
  /** Wall clock, since the epoch. */
  nowMs(): number;
  /** Rises evenly whatever happens to the wall clock. */
  monoMs(): number;
  after(delayMs: number, run: () => void): Cancel;
  every(periodMs: number, run: () => void): Cancel;
  /** Once what has arrived already is dealt with. */
  soon(run: () => void): void;
}

export const systemTime: Time = {
  nowMs: Date.now,
  monoMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  every(periodMs, run) {
    const timer = setInterval(run, periodMs);
    return () => clearInterval(timer);
  },
  soon: setImmediate,
};
