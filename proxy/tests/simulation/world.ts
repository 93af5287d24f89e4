/**
 * The only clock there is while a simulation runs: what is due happens in order of time, and then of being asked for.
 * Between two events everything that promises have set off is finished. Whole milliseconds since the beginning.
 */
import { createHash } from 'node:crypto';

export interface World {
  nowMs(): number;
  /** The answer takes it back. */
  after(delayMs: number, run: () => void): () => void;
  /** Runs what falls due within so long. */
  pass(forMs: number): Promise<void>;
  /** Writes down that something happened: two runs of one seed are the same when these are. */
  trace(...what: readonly (string | number)[]): void;
  /** Of everything traced so far. */
  traceHash(): string;
}

interface Event {
  readonly dueMs: number;
  readonly number: number;
  run: (() => void) | undefined;
}

const isBefore = (a: Event, b: Event): boolean =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.number < b.number);

/** A binary heap, the earliest on top. */
function createQueue() {
  const heap: Event[] = [];
  const at = (index: number): Event => heap[index] as Event;
  const swap = (a: number, b: number) => {
    [heap[a], heap[b]] = [at(b), at(a)];
  };
  return {
    peek: (): Event | undefined => heap[0],
    push(event: Event): void {
      let index = heap.push(event) - 1;
      while (index > 0) {
        const parent = (index - 1) >> 1;
        if (!isBefore(at(index), at(parent))) return;
        swap(index, parent);
        index = parent;
      }
    },
    pop(): void {
      const last = heap.pop();
      if (heap.length === 0 || last === undefined) return;
      heap[0] = last;
      for (let index = 0; ; ) {
        let least = index;
        for (const child of [2 * index + 1, 2 * index + 2]) {
          if (child < heap.length && isBefore(at(child), at(least))) least = child;
        }
        if (least === index) return;
        swap(index, least);
        index = least;
      }
    },
  };
}

/** Microtasks all run before the event loop turns. */
const promisesSettled = () => new Promise<void>((resolve) => setImmediate(resolve));

export function createWorld(onTrace?: (line: string) => void): World {
  const queue = createQueue();
  const hash = createHash('sha256');
  let nowMs = 0;
  let lastNumber = 0;
  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      lastNumber += 1;
      const event: Event = { dueMs: nowMs + Math.max(0, Math.round(delayMs)), number: lastNumber, run };
      queue.push(event);
      return () => {
        event.run = undefined;
      };
    },
    async pass(forMs) {
      const untilMs = nowMs + forMs;
      await promisesSettled();
      for (let next = queue.peek(); next !== undefined && next.dueMs <= untilMs; next = queue.peek()) {
        queue.pop();
        if (next.run === undefined) continue;
        nowMs = next.dueMs;
        next.run();
        await promisesSettled();
      }
      nowMs = untilMs;
    },
    trace(...what) {
      const line = `${nowMs} ${what.join(' ')}\n`;
      hash.update(line);
      onTrace?.(line);
    },
    traceHash: () => hash.copy().digest('hex'),
  };
}
