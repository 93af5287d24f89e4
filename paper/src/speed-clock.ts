/**
 * A clock whose time runs faster than the machine's, stands still or is stepped, and whose speed may change while it
 * runs. Its ticks come one by one at the very times they are due, so a market lives through the same events at every
 * speed. What a connection is promised (heartbeats, expiry of signatures, budgets, pace of messages) is counted on the
 * machine's own clock, not on this one.
 */
import { type Clock, createTimeline, risingNs, type Timeline } from './clock.ts';

export interface SpeedClock extends Clock {
  /** Milliseconds of this clock in one of the machine's; zero while paused. */
  speed(): number;
  /** Zero pauses; anything up to `SPEED_MAX` runs on from the time it is now. @throws RangeError */
  setSpeed(speed: number): void;
  /** Runs `ms` of this clock's time as fast as the machine can, on top of what the speed asks for. */
  step(ms: number): Promise<void>;
  /** Nothing ticks any more. */
  stop(): void;
}

/** The machine underneath, in epoch milliseconds. */
export interface Machine {
  nowMs(): number;
  /** Calls `run` once after `ms`; returns the function that prevents it. */
  after(ms: number, run: () => void): () => void;
}

export interface SpeedClockOptions {
  /** Default 1. */
  readonly speed?: number;
  /** Default: the machine's time. */
  readonly startMs?: number;
  readonly machine?: Machine;
}

export const SPEED_MAX = 1000;
/** Ticks run for this long at most before sockets and requests get their turn. */
const TURN_MS = 20;
/**
 * Lag, in the machine's time, that is caught up with. Beyond it (the machine slept, or cannot keep up) a clock at
 * speed 1 skips to the machine's time, each overdue tick coming once; at other speeds its time runs slower instead.
 */
const LAG_MAX_MS = 2_000;

const THIS_MACHINE: Machine = {
  nowMs: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

function checkedSpeed(speed: number): number {
  if (!(speed >= 0 && speed <= SPEED_MAX)) {
    throw new RangeError(`Speed must be between 0 and ${SPEED_MAX}, not ${speed}`);
  }
  return speed;
}

interface Step {
  leftMs: number;
  readonly done: () => void;
}

/** What time it should be: the machine's progress since an anchor, times the speed. */
function createPace(machine: Machine, timeline: Timeline, firstSpeed: number) {
  let speed = checkedSpeed(firstSpeed);
  let sinceMs = machine.nowMs();
  let anchorMs = timeline.nowMs();
  const targetMs = () => anchorMs + (machine.nowMs() - sinceMs) * speed;
  const anchor = () => {
    sinceMs = machine.nowMs();
    anchorMs = timeline.nowMs();
  };
  return {
    targetMs,
    anchor,
    speed: () => speed,
    setSpeed(wanted: number) {
      const checked = checkedSpeed(wanted);
      anchor();
      speed = checked;
    },
    /** Deals with what cannot be caught up with. */
    forgive() {
      // The machine's clock was set back: go on from here.
      if (machine.nowMs() < sinceMs) anchor();
      if ((targetMs() - timeline.nowMs()) / speed <= LAG_MAX_MS) return;
      if (speed === 1) timeline.skipTo(Math.floor(targetMs()));
      else anchor();
    },
  };
}

export function createSpeedClock(options: SpeedClockOptions = {}): SpeedClock {
  const { machine = THIS_MACHINE } = options;
  const timeline = createTimeline(options.startMs ?? machine.nowMs());
  const pace = createPace(machine, timeline, options.speed ?? 1);
  const steps: Step[] = [];
  let isRunning = false;
  let isStopped = false;
  let sleep = () => {};

  const nowMs = () => {
    if (isRunning || isStopped) return timeline.nowMs();
    // Never past a tick that is due: it must find the time it was promised.
    const until = Math.min(pace.targetMs(), timeline.nextDueMs());
    return Math.max(Math.floor(until), timeline.nowMs());
  };
  /** Runs ticks up to `untilMs`, or until the turn is over; says whether it got there. */
  const runUntil = (untilMs: number, turnEndsMs: number): boolean => {
    while (timeline.nextDueMs() <= untilMs) {
      if (isStopped || machine.nowMs() >= turnEndsMs) return false;
      timeline.runNext();
    }
    timeline.moveTo(Math.floor(untilMs));
    return true;
  };
  const runSteps = (turnEndsMs: number) => {
    for (let step = steps[0]; step !== undefined; step = steps[0]) {
      const fromMs = timeline.nowMs();
      const isDone = runUntil(fromMs + step.leftMs, turnEndsMs);
      step.leftMs -= timeline.nowMs() - fromMs;
      pace.anchor();
      if (!isDone) return;
      steps.shift();
      step.done();
    }
  };
  const turn = () => {
    isRunning = true;
    try {
      const turnEndsMs = machine.nowMs() + TURN_MS;
      if (steps.length > 0) {
        runSteps(turnEndsMs);
      } else if (pace.speed() > 0) {
        pace.forgive();
        runUntil(pace.targetMs(), turnEndsMs);
      }
    } finally {
      isRunning = false;
      arm();
    }
  };
  const arm = () => {
    sleep();
    if (isStopped || isRunning) return;
    // At speed zero this is infinite, or not a number: nothing is waited for.
    const waitMs = steps.length > 0 ? 0 : (timeline.nextDueMs() - pace.targetMs()) / pace.speed();
    if (Number.isFinite(waitMs)) sleep = machine.after(Math.max(Math.ceil(waitMs), 0), turn);
  };

  return {
    nowMs,
    nowNs: risingNs(nowMs),
    every(intervalMs, tick) {
      const cancel = timeline.every(nowMs() + intervalMs, intervalMs, tick);
      arm();
      return cancel;
    },
    speed: pace.speed,
    setSpeed(speed) {
      timeline.moveTo(nowMs());
      pace.setSpeed(speed);
      arm();
    },
    step(ms) {
      timeline.moveTo(nowMs());
      pace.anchor();
      return new Promise((done) => {
        steps.push({ leftMs: ms, done });
        arm();
      });
    },
    stop() {
      isStopped = true;
      sleep();
      for (const { done } of steps.splice(0)) done();
    },
  };
}
