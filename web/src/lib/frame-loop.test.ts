import { describe, expect, it } from 'vitest';
import { BEAT_MS, createPainter, type FrameClock } from './frame-loop.ts';

/** Time and frames that pass when told to. */
function fakeFrames() {
  let nowMs = 0;
  let timers: { atMs: number; run: () => void }[] = [];
  let frames: (() => void)[] = [];
  const clock: FrameClock = {
    now: () => nowMs,
    after: (delayMs, run) => {
      const timer = { atMs: nowMs + delayMs, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    onFrame: (run) => {
      frames.push(run);
      return () => {
        frames = frames.filter((other) => other !== run);
      };
    },
  };
  return {
    clock,
    pass(ms: number) {
      nowMs += ms;
      const due = timers.filter(({ atMs }) => atMs <= nowMs);
      timers = timers.filter(({ atMs }) => atMs > nowMs);
      for (const { run } of due) run();
    },
    /** A hidden tab simply never calls this. */
    frame() {
      const due = frames;
      frames = [];
      for (const run of due) run();
    },
  };
}

describe('a painter', () => {
  it('paints on the next frame, once for many marks', () => {
    const time = fakeFrames();
    let paints = 0;
    const painter = createPainter(() => paints++, time.clock);
    painter.markDirty();
    painter.markDirty();
    expect(paints).toBe(0);
    time.frame();
    expect(paints).toBe(1);
  });

  it('keeps its pace however often it is marked', () => {
    const time = fakeFrames();
    let paints = 0;
    const painter = createPainter(() => paints++, time.clock);
    for (let ms = 0; ms < 1000; ms += 10) {
      painter.markDirty();
      time.frame();
      time.pass(10);
    }
    expect(paints).toBeGreaterThanOrEqual(9);
    expect(paints).toBeLessThanOrEqual(11);
  });

  it('paints in the same frame as the others, whenever each was marked', () => {
    const time = fakeFrames();
    const painted: string[] = [];
    const book = createPainter(() => painted.push('book'), time.clock);
    const tape = createPainter(() => painted.push('tape'), time.clock);
    book.markDirty();
    tape.markDirty();
    time.frame();
    painted.length = 0;
    time.pass(BEAT_MS + 10);
    book.markDirty();
    time.frame();
    time.pass(40);
    tape.markDirty();
    time.frame();
    expect(painted).toEqual([]);
    time.pass(50);
    time.frame();
    expect(painted).toEqual(['book', 'tape']);
  });

  it('that paints less often does so in a frame of the others', () => {
    const time = fakeFrames();
    const paintedAtMs: Record<'book' | 'chart', number[]> = { book: [], chart: [] };
    const book = createPainter(() => paintedAtMs.book.push(time.clock.now()), time.clock);
    const chart = createPainter(() => paintedAtMs.chart.push(time.clock.now()), time.clock, 2 * BEAT_MS);
    for (let ms = 0; ms < 1000; ms += 10) {
      book.markDirty();
      chart.markDirty();
      time.frame();
      time.pass(10);
    }
    expect(paintedAtMs.chart.length).toBeLessThanOrEqual(Math.ceil(paintedAtMs.book.length / 2));
    expect(paintedAtMs.book).toEqual(expect.arrayContaining(paintedAtMs.chart));
  });

  it('paints nothing without news', () => {
    const time = fakeFrames();
    let paints = 0;
    createPainter(() => paints++, time.clock);
    time.pass(1000);
    time.frame();
    expect(paints).toBe(0);
  });

  it('waits with what it has while no frame comes, and paints once when one does', () => {
    const time = fakeFrames();
    let paints = 0;
    const painter = createPainter(() => paints++, time.clock);
    for (let index = 0; index < 50; index++) {
      painter.markDirty();
      time.pass(1000);
    }
    expect(paints).toBe(0);
    time.frame();
    expect(paints).toBe(1);
  });

  it('paints no more once stopped', () => {
    const time = fakeFrames();
    let paints = 0;
    const painter = createPainter(() => paints++, time.clock);
    painter.markDirty();
    painter.stop();
    time.frame();
    expect(paints).toBe(0);
  });
});
