/** How late this process gets to what is due: what stalls the event loop stalls every order and every browser. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { Time } from '../time.ts';

const RESOLUTION_MS = 20;
const WINDOW_MS = 30_000;
const NS_PER_MS = 1e6;

export interface LoopDelay {
  /** 99 of 100 were no later than this, over the last half to whole minute. */
  p99Ms(): number;
  stop(): void;
}

export function createLoopDelay(time: Time): LoopDelay {
  const histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  histogram.enable();
  let lastMs = 0;
  // What is measured includes the pause between two looks itself.
  const nowMs = () => Math.max(0, histogram.percentile(99) / NS_PER_MS - RESOLUTION_MS);
  const stopTurning = time.every(WINDOW_MS, () => {
    lastMs = nowMs();
    histogram.reset();
  });
  return {
    p99Ms: () => Math.max(lastMs, nowMs()),
    stop() {
      stopTurning();
      histogram.disable();
    },
  };
}
