/** Remembers what was made last by a number, at most so many; the one made first goes first. */
export type BlockCache<T> = (key: number, make: () => T) => T;

export function createBlockCache<T>(blocksMax: number): BlockCache<T> {
  const blocks = new Map<number, T>();
  return (key, make) => {
    const known = blocks.get(key);
    if (known !== undefined) return known;
    const made = make();
    blocks.set(key, made);
    if (blocks.size > blocksMax) {
      const oldest = blocks.keys().next();
      if (!oldest.done) blocks.delete(oldest.value);
    }
    return made;
  };
}
