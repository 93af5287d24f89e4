/** `npm run bench -- crash`: 200 kills of the paper exchange under load, and that nothing was lost. `CRASH_SEED=N` repeats one. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CrashFault, runCrashes } from '../paper/tests/crash/crash-run.ts';

const KILLS = 200;
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 2 ** 31);
const dataDir = mkdtempSync(join(tmpdir(), 'perpdeck-crash-'));
const startedMs = performance.now();

try {
  const report = await runCrashes({ kills: KILLS, seed, dataDir });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  console.log(`\nkill -9 of the paper exchange under load (seed ${seed})`);
  console.log(`${report.kills} kills in ${seconds} s, ${(report.startMs / KILLS).toFixed(0)} ms a start`);
  console.log(
    `found again: ${report.orders} acknowledged orders, ${report.cancels} cancels, ${report.fills} fills; ` +
      `${report.unanswered} requests were cut off; every unit of money accounted for`,
  );
} catch (error) {
  if (!(error instanceof CrashFault)) throw error;
  console.error(`LOST: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(dataDir, { recursive: true, force: true });
}
