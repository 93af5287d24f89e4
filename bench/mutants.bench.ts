/**
 * `npm run bench -- mutants`: the seven faults of SECURITY.md 3.2 put into a copy of the sources, one at a time, and
 * whether the tests that are there to catch them do. A mutant that lives means that a test proves less than it seems to.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MUTANTS, type Mutant, mutated } from './mutants/mutants.ts';
import { printTable } from './table.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const ROOMS = [
  'contract',
  'paper',
  'proxy',
  'e2e',
  'scripts',
  'package.json',
  'vitest.config.ts',
  'tsconfig.json',
  'tsconfig.base.json',
];

function mutate(folder: string, mutant: Mutant): void {
  const path = join(folder, mutant.file);
  writeFileSync(path, mutated(readFileSync(path, 'utf8'), mutant));
}

function isRed(folder: string, suite: string): boolean {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs');
  const { status, stdout } = spawnSync(process.execPath, [vitest, 'run', suite], {
    cwd: folder,
    encoding: 'utf8',
  });
  const ran = /Tests .*(?:passed|failed)/.test(stdout);
  // A suite that cannot even be loaded has caught nothing, and would let every mutant live.
  if (!ran) throw new Error(`${suite} does not run: ${stdout.slice(-500)}`);
  return status !== 0;
}

/** A copy of the sources, with or without a mutant in it, and whether the suite turns red there. */
function turnsRed(suite: string, mutant?: Mutant): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'perpdeck-mutant-'));
  try {
    for (const room of ROOMS) cpSync(join(root, room), join(folder, room), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    if (mutant !== undefined) mutate(folder, mutant);
    return isRed(folder, suite);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

for (const suite of new Set(MUTANTS.map((mutant) => mutant.suite))) {
  if (turnsRed(suite)) throw new Error(`${suite} is red without a mutant`);
}
const rows = MUTANTS.map((mutant) => {
  const { name, suite } = mutant;
  return [name, suite, turnsRed(suite, mutant) ? 'killed' : 'LIVES'];
});
printTable('Mutants', ['what is wrong', 'suite', 'outcome'], rows);
process.exitCode = rows.every(([, , outcome]) => outcome === 'killed') ? 0 : 1;
