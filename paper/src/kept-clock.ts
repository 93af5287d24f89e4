/**
 * The time of a stand-alone exchange, which may be ahead of the machine's after it ran faster. It goes on from there at
 * the next start, since what is stored (orders, fills, candles) must not lie in the future. Written ahead of time, so
 * that a killed process never comes back to an earlier one.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createSystemClock } from './clock.ts';
import { createSpeedClock, type SpeedClock } from './speed-clock.ts';

const FILE = 'clock.json';
const SAVE_INTERVAL_MS = 1_000;
/** How far ahead the file is, in the machine's time: what passes until the next time it is written, and more. */
const LEASE_MS = 5_000;

function readMark(path: string): number {
  try {
    const stored: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const { nowMs } = (stored ?? {}) as { nowMs?: unknown };
    return typeof nowMs === 'number' && Number.isFinite(nowMs) ? nowMs : 0;
  } catch {
    // Never written, or lost: then it is what the machine says.
    return 0;
  }
}

function writeMark(path: string, nowMs: number): void {
  const temporary = `${path}.new`;
  writeFileSync(temporary, JSON.stringify({ nowMs }), { mode: 0o600 });
  renameSync(temporary, path);
}

export interface KeptClock extends SpeedClock {
  /** Begins to write its time, once the folder is this process's own. */
  keep(): void;
}

/** Runs on from where the folder says it was, or from the machine's time if that is later. */
export function openKeptClock(folder: string, speed: number): KeptClock {
  const machine = createSystemClock();
  const path = join(folder, FILE);
  const clock = createSpeedClock({ speed, startMs: Math.max(machine.nowMs(), readMark(path)) });
  let steppedToMs = 0;
  let stopKeeping: (() => void) | undefined;

  const save = (leaseMs: number): void => {
    if (stopKeeping === undefined) return;
    const isAhead = clock.nowMs() > machine.nowMs() || clock.speed() > 1 || steppedToMs > machine.nowMs();
    if (isAhead) writeMark(path, Math.max(Math.ceil(clock.nowMs() + leaseMs * clock.speed()), steppedToMs));
    else rmSync(path, { force: true });
  };
  return {
    ...clock,
    keep() {
      stopKeeping = machine.every(SAVE_INTERVAL_MS, () => save(LEASE_MS));
      save(LEASE_MS);
    },
    setSpeed(wanted) {
      clock.setSpeed(wanted);
      save(LEASE_MS);
    },
    step(ms) {
      steppedToMs = Math.ceil(Math.max(clock.nowMs(), steppedToMs) + ms);
      save(LEASE_MS);
      return clock.step(ms);
    },
    stop() {
      steppedToMs = 0;
      save(0);
      stopKeeping?.();
      clock.stop();
    },
  };
}
