/** What turns one state of a book's side into the next. */
import type { Level } from '../market-bodies.ts';

/**
 * What turns the side `before` into `after`, best first: changed and new levels with their size, gone ones with 0.
 * `isBetter` orders two prices of the side.
 */
export function diffSide(
  before: readonly Level[],
  after: readonly Level[],
  isBetter: (a: number, b: number) => boolean,
): Level[] {
  const changes: Level[] = [];
  let old = 0;
  let now = 0;
  while (old < before.length || now < after.length) {
    const was = before[old];
    const is = after[now];
    if (was !== undefined && (is === undefined || isBetter(was[0], is[0]))) {
      changes.push([was[0], 0 as Level[1]]);
      old += 1;
    } else if (is !== undefined && (was === undefined || isBetter(is[0], was[0]))) {
      changes.push(is);
      now += 1;
    } else {
      if (is !== undefined && was !== undefined && is[1] !== was[1]) changes.push(is);
      old += 1;
      now += 1;
    }
  }
  return changes;
}

export const isHigher = (a: number, b: number): boolean => a > b;
export const isLower = (a: number, b: number): boolean => a < b;
