/** Tracing ids of requests that brought none: UUIDs that look random, and are the same in a run with the same seed and times. */
import { createRandom, mixHash } from '../market/random.ts';

const hex = (word: number): string => word.toString(16).padStart(8, '0');

export function createTracing(seed: number, startMs: number): () => string {
  // The start time keeps a restarted exchange from repeating itself.
  const random = createRandom(mixHash(mixHash(seed, startMs | 0), Math.floor(startMs / 2 ** 32)));
  const word = (): string => hex(Math.floor(random.next() * 2 ** 32));
  return () => {
    const [a, b, c, d] = [word(), word(), word(), word()];
    return `${a}-${b.slice(0, 4)}-4${b.slice(5)}-a${c.slice(1, 4)}-${c.slice(4)}${d}`;
  };
}
