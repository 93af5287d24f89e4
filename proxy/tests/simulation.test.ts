/**
 * The order path in a simulated world, by seed: what SECURITY.md 3.2 asks for holds in each. The message names the seed
 * that failed, and `simulate(seed, console.log)` tells its story.
 */
import { describe, expect, it } from 'vitest';
import { addCells } from './simulation/cells.ts';
import { simulate } from './simulation/simulation.ts';

const SEEDS = 500;
/** Of the many more that `npm run bench -- --soak` runs: what they found is mended. */
const ONCE_FAULTY = [2080, 4075, 5793, 5844, 6909];
const TWICE = 5;

describe('the simulated order path', () => {
  it('loses nothing, doubles nothing and recovers, whatever the seed', { timeout: 240_000 }, async () => {
    const failed: string[] = [];
    let orders = 0;
    const cells = new Map<string, number>();
    for (const seed of [...Array.from({ length: SEEDS }, (_, at) => at + 1), ...ONCE_FAULTY]) {
      const report = await simulate(seed);
      orders += report.orders;
      addCells(cells, report.cells);
      for (const fault of report.faults) failed.push(`seed ${seed}: ${fault}`);
    }
    expect(failed).toEqual([]);
    expect(orders).toBeGreaterThan(20 * SEEDS);
    // Faults that only chance brings together with a wish of each kind: each has been met.
    expect(cells.size).toBe(24);
    expect([...cells].filter(([, times]) => times === 0)).toEqual([]);
  });

  it('does the same again for the same seed', { timeout: 60_000 }, async () => {
    for (let seed = 1; seed <= TWICE; seed += 1) {
      expect((await simulate(seed)).hash).toBe((await simulate(seed)).hash);
    }
  });
});
