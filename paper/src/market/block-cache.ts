/** Remembers what was made last by a number, at most so many; the one made first goes first. */
export type BlockCache<T> = (key: number, make: () => T) => T;

export function createBlockCache<T>(blocksMax: number): BlockCache<T> {
  const blocks = new Map<number, T>();
  /** Keys in the order they were made, round and round: looking for a map's first key costs a walk over its holes. */
  const keys: number[] = [];
  let oldest = 0;
  return (key, make) => {
    const known = blocks.get(key);
    if (known !== undefined) return known;
    const made = make();
    blocks.set(key, made);
    if (keys.length < blocksMax) keys.push(key);
    else {
      blocks.delete(keys[oldest] ?? key);
      keys[oldest] = key;
      oldest = (oldest + 1) % blocksMax;
    }
    return made;
  };
}
