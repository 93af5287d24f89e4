/** Chance that a seed decides: the same numbers for the same seed, on any machine. */
export interface Chance {
  /** 0 ≤ x < 1 */
  unit(): number;
  /** A whole number, 0 ≤ n < limit. */
  below(limit: number): number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  isTrue(probability: number): boolean;
  pick<T>(from: readonly [T, ...T[]]): T;
}

/** Mulberry32, after stirring the seed so that neighbours have nothing in common. */
export function createChance(seed: number): Chance {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0;
  const unit = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number) => Math.floor(unit() * limit);
  return {
    unit,
    below,
    between: (least, most) => least + below(most - least + 1),
    isTrue: (probability) => unit() < probability,
    pick: (from) => from[below(from.length)] ?? from[0],
  };
}
