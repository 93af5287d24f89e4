/**
 * A share of the seeds in a process of its own, so that every core has one. `share.ts FIRST COUNT` tells its parent what
 * came of them.
 */
import { addCells } from '../../proxy/tests/simulation/cells.ts';
import { simulate } from '../../proxy/tests/simulation/simulation.ts';

export interface Share {
  readonly orders: number;
  readonly kills: number;
  /** Outcomes that the simulated exchange itself no longer told. */
  readonly untold: number;
  readonly cells: readonly (readonly [cell: string, times: number])[];
  readonly faults: readonly { readonly seed: number; readonly what: readonly string[] }[];
}

/** Every so many seeds one is run twice. */
const TWICE_EVERY = 100;
const [first = 1, count = 1] = process.argv.slice(2).map(Number);
const cells = new Map<string, number>();
const faults: Share['faults'][number][] = [];
let [orders, kills, untold] = [0, 0, 0];

for (let seed = first; seed < first + count; seed += 1) {
  const report = await simulate(seed);
  orders += report.orders;
  kills += report.kills;
  untold += report.untold;
  addCells(cells, report.cells);
  const what = [...report.faults];
  if (seed % TWICE_EVERY === 0 && (await simulate(seed)).hash !== report.hash) what.push('two runs differ');
  if (what.length > 0) faults.push({ seed, what });
}
process.send?.({ orders, kills, untold, cells: [...cells], faults } satisfies Share);
process.disconnect();
