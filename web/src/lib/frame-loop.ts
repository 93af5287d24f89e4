/**
 * Paints outside React: whoever has news marks the painter dirty, and the newest state is painted on a later frame.
 * All painters keep the same pace and the same beat, since a frame costs more than what one of them paints in it.
 * A hidden tab gets no frames, so it paints nothing until it is looked at again.
 */

/** 10 times a second: nobody reads faster, and layout and paint are the cost of a live screen. */
export const BEAT_MS = 100;

export interface Painter {
  markDirty(): void;
  stop(): void;
}

export interface FrameClock {
  now(): number;
  after(delayMs: number, run: () => void): () => void;
  onFrame(run: () => void): () => void;
}

/** The browser's own time and frames. */
export const browserFrames: FrameClock = {
  now: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
  onFrame: (run) => {
    const frame = requestAnimationFrame(run);
    return () => cancelAnimationFrame(frame);
  },
};

/** `everyMs` is a multiple of the beat, so that what is painted less often still shares the frames of the rest. */
export function createPainter(
  paint: () => void,
  frames: FrameClock = browserFrames,
  everyMs = BEAT_MS,
): Painter {
  let cancel: (() => void) | undefined;
  let hasPainted = false;

  const run = () => {
    cancel = undefined;
    hasPainted = true;
    paint();
  };
  const awaitFrame = () => {
    cancel = frames.onFrame(run);
  };
  return {
    markDirty: () => {
      if (cancel !== undefined) return;
      // What is not on the screen yet is wanted at once; the rest waits for the beat.
      if (hasPainted) cancel = frames.after(everyMs - (frames.now() % everyMs), awaitFrame);
      else awaitFrame();
    },
    stop: () => {
      cancel?.();
      cancel = undefined;
    },
  };
}
