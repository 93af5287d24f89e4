/**
 * `npm run bench -- --soak`: 27,500 seeds of the simulated order path, on every core. `SOAK_SEEDS=N` for fewer,
 * `SOAK_FIRST=N` to begin elsewhere; a seed that fails is named, and one run of `SOAK_FIRST=seed SOAK_SEEDS=1` repeats it.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addCells } from '../proxy/tests/simulation/cells.ts';
import type { Share } from './seeds/share.ts';

/** As many as it takes for a million orders. */
const SEEDS = Number(process.env.SOAK_SEEDS ?? 27_500);
const FIRST = Number(process.env.SOAK_FIRST ?? 1);
const SHARE = 500;
const program = join(dirname(fileURLToPath(import.meta.url)), 'seeds', 'share.ts');
const startedMs = performance.now();
const cells = new Map<string, number>();
let [orders, kills, untold, failed, done] = [0, 0, 0, 0, 0];

function take(share: Share, count: number): void {
  orders += share.orders;
  kills += share.kills;
  untold += share.untold;
  failed += share.faults.length;
  done += count;
  addCells(cells, new Map(share.cells));
  for (const { seed, what } of share.faults) {
    console.error(
      `seed ${seed} (SOAK_FIRST=${seed} SOAK_SEEDS=1 npm run bench -- --soak): ${what.join('\n   ')}`,
    );
  }
}

let next = FIRST;
async function work(): Promise<void> {
  while (next < FIRST + SEEDS) {
    const first = next;
    const count = Math.min(SHARE, FIRST + SEEDS - first);
    next += count;
    const child = fork(program, [String(first), String(count)], { execArgv: ['--import', 'tsx'] });
    const ended = once(child, 'exit');
    const told = await Promise.race([once(child, 'message'), ended.then(() => undefined)]);
    if (told === undefined) throw new Error(`the seeds from ${first} on ended without a word`);
    take(told[0] as Share, count);
    await ended;
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, work));

const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
console.log(`\nSimulated order path: ${done} seeds from ${FIRST} in ${seconds} s`);
for (const [cell, times] of cells) console.log(`${cell}: ${times}`);
console.log(`${untold} outcomes that the exchange itself no longer told`);
console.log(`${orders} orders, ${kills} ends of the process, ${failed} seeds with a fault`);
process.exitCode = failed === 0 ? 0 : 1;
