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

/** By both clocks. */
export interface Moment {
  readonly wallMs: number;
  readonly monoMs: number;
}

export const momentNow = (time: Time): Moment => ({ wallMs: time.nowMs(), monoMs: time.monoMs() });

/** By whichever clock is ahead: the wall clock may be set back, and the other one stands still while the machine sleeps. */
export const passedSinceMs = ({ wallMs, monoMs }: Moment, time: Time): number =>
  Math.max(time.nowMs() - wallMs, time.monoMs() - monoMs);

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
