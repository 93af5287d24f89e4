/**
 * `npm run bench -- --soak`: 20,000 seeds of the simulated order path. `SOAK_SEEDS=N` for fewer, `SOAK_FIRST=N` to begin
 * elsewhere; a seed that fails is named, and one run of `SOAK_FIRST=seed SOAK_SEEDS=1` repeats it.
 */
import { addCells } from '../proxy/tests/simulation/cells.ts';
import { simulate } from '../proxy/tests/simulation/simulation.ts';

const SEEDS = Number(process.env.SOAK_SEEDS ?? 20_000);
const FIRST = Number(process.env.SOAK_FIRST ?? 1);
/** Every so many seeds one is run twice. */
const TWICE_EVERY = 100;
const startedMs = performance.now();
let orders = 0;
let kills = 0;
let failed = 0;
let untold = 0;
const cells = new Map<string, number>();

for (let seed = FIRST; seed < FIRST + SEEDS; seed += 1) {
  const report = await simulate(seed);
  orders += report.orders;
  kills += report.kills;
  untold += report.untold;
  addCells(cells, report.cells);
  const faults = [...report.faults];
  if (seed % TWICE_EVERY === 0 && (await simulate(seed)).hash !== report.hash) faults.push('two runs differ');
  if (faults.length === 0) continue;
  failed += 1;
  console.error(
    `seed ${seed} (SOAK_FIRST=${seed} SOAK_SEEDS=1 npm run bench -- --soak): ${faults.join('\n   ')}`,
  );
}
const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
console.log(`\nSimulated order path: ${SEEDS} seeds from ${FIRST} in ${seconds} s`);
for (const [cell, times] of cells) console.log(`${cell}: ${times}`);
console.log(`${untold} outcomes that the exchange itself no longer told`);
console.log(`${orders} orders, ${kills} ends of the process, ${failed} seeds with a fault`);
process.exitCode = failed === 0 ? 0 : 1;
