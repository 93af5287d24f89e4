import { describe, expect, it } from 'vitest';
import { createVirtualClock } from './clock.ts';
import { createSpeedClock, type Machine, SPEED_MAX, type SpeedClock } from './speed-clock.ts';

const START_MS = 1_700_000_000_000;

/** A machine whose time the test moves; `workMs` is what reading the time costs, as if ticks took that long. */
function createMachine() {
  let now = START_MS;
  let waiting: { dueMs: number; run: () => void } | undefined;
  const machine: Machine = {
    nowMs: () => now,
    after(ms, run) {
      const timer = { dueMs: now + ms, run };
      waiting = timer;
      return () => {
        if (waiting === timer) waiting = undefined;
      };
    },
  };
  return {
    machine,
    /** Runs what is due on the way, as an idle machine would. */
    advance(ms: number) {
      const untilMs = now + ms;
      while (waiting !== undefined && waiting.dueMs <= untilMs) {
        const { dueMs, run } = waiting;
        waiting = undefined;
        now = Math.max(now, dueMs);
        run();
      }
      now = Math.max(now, untilMs);
    },
    /** Nothing runs meanwhile: the machine sleeps, or a tick takes that long. */
    lose(ms: number) {
      now += ms;
    },
    isIdle: () => waiting === undefined,
  };
}

/** Times at which a tick of each interval came, relative to the start. */
function record(clock: SpeedClock | ReturnType<typeof createVirtualClock>) {
  const ticks: string[] = [];
  for (const intervalMs of [80, 83, 125]) {
    clock.every(intervalMs, () => ticks.push(`${intervalMs}@${clock.nowMs() - START_MS}`));
  }
  return ticks;
}

describe('a clock with a speed', () => {
  it('lives through the same ticks at the same times at every speed', () => {
    const straight = createVirtualClock(START_MS);
    const expected = record(straight);
    straight.advance(60_000);
    for (const speed of [1, 3.7, 60, SPEED_MAX]) {
      const { machine, advance } = createMachine();
      const clock = createSpeedClock({ speed, machine });
      const ticks = record(clock);
      while (clock.nowMs() < START_MS + 60_000) advance(1);
      const seen = ticks.filter((tick) => Number(tick.split('@')[1]) <= 60_000);
      expect(seen).toEqual(expected);
    }
  });

  it('shows times between ticks, never going back, and times for events that never repeat', () => {
    const { machine, advance } = createMachine();
    const clock = createSpeedClock({ speed: 60, machine });
    record(clock);
    let before = clock.nowNs();
    for (let turn = 0; turn < 500; turn++) {
      advance(1);
      expect(clock.nowMs()).toBe(START_MS + 60 * (turn + 1));
      const now = clock.nowNs();
      expect(now).toBeGreaterThan(before);
      before = now;
    }
  });

  it('pauses, and goes on from there at another speed', () => {
    const { machine, advance, isIdle } = createMachine();
    const clock = createSpeedClock({ machine });
    const ticks = record(clock);
    advance(1000);
    clock.setSpeed(0);
    const { length } = ticks;
    advance(3_600_000);
    expect(clock.nowMs()).toBe(START_MS + 1000);
    expect(ticks).toHaveLength(length);
    expect(isIdle()).toBe(true);
    clock.setSpeed(10);
    advance(100);
    expect(clock.nowMs()).toBe(START_MS + 2000);
    expect(clock.speed()).toBe(10);
    expect(() => clock.setSpeed(-1)).toThrow(RangeError);
    expect(() => clock.setSpeed(Number.NaN)).toThrow(RangeError);
  });

  it('steps while paused, to the millisecond, one step after another', async () => {
    const { machine, advance } = createMachine();
    const clock = createSpeedClock({ speed: 0, machine });
    const ticks = record(clock);
    const steps = Promise.all([clock.step(80), clock.step(3)]);
    advance(0);
    await steps;
    expect(clock.nowMs()).toBe(START_MS + 83);
    expect(ticks).toEqual(['80@80', '83@83']);
    advance(5000);
    expect(clock.nowMs()).toBe(START_MS + 83);
  });

  it('gives way to others in the middle of a long step', async () => {
    const { machine, advance, lose } = createMachine();
    const clock = createSpeedClock({ speed: 0, machine });
    let ticks = 0;
    clock.every(100, () => {
      ticks++;
      lose(7);
    });
    let turns = 0;
    const done = clock.step(1000);
    for (; ticks < 10; turns++) advance(0);
    expect(turns).toBeGreaterThan(2);
    await done;
    expect(clock.nowMs()).toBe(START_MS + 1000);
  });

  it('is at the machine’s time again after the machine slept, each overdue tick coming once', () => {
    const { machine, advance, lose } = createMachine();
    const clock = createSpeedClock({ machine });
    const ticks = record(clock);
    advance(1000);
    const { length } = ticks;
    lose(3_600_000);
    advance(0);
    expect(ticks.slice(length).sort()).toEqual(['125@3601000', '80@3601000', '83@3601000']);
    expect(clock.nowMs()).toBe(START_MS + 3_601_000);
  });

  it('runs slower rather than skipping what a faster market would have lived through', () => {
    const { machine, advance, lose } = createMachine();
    const clock = createSpeedClock({ speed: 60, machine });
    const times: number[] = [];
    clock.every(100, () => {
      times.push(clock.nowMs());
      lose(5);
    });
    for (let turn = 0; turn < 5000; turn++) advance(1);
    expect(times).toEqual(times.map((_, at) => START_MS + 100 * (at + 1)));
    expect(clock.nowMs() - START_MS).toBeLessThan(60 * (machine.nowMs() - START_MS));
    expect(times.length * 5).toBeGreaterThan(0.7 * (machine.nowMs() - START_MS));
  });

  it('goes on when the machine’s clock is set back, and never after it was stopped', () => {
    const { machine, advance, lose } = createMachine();
    const clock = createSpeedClock({ machine });
    const ticks = record(clock);
    advance(1000);
    lose(-600_000);
    advance(1000);
    expect(clock.nowMs()).toBeGreaterThanOrEqual(START_MS + 1000);
    const { length } = ticks;
    expect(length).toBeGreaterThan(20);
    clock.stop();
    advance(600_000);
    expect(ticks).toHaveLength(length);
  });
});
