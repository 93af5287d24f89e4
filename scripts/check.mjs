/** `npm run check`: format, lint, types with the import borders, unused code, and the tree's own rules. */
import './node-version.mjs';
import { runScript, tool } from './run.mjs';

const STEPS = [
  ['Format and lint', 'biome', ['ci', '--error-on-warnings', '.']],
  ['Types and import borders', 'tsc', ['-b']],
  ['Unused code', 'knip', []],
  ['House rules', 'vitest', ['run', 'scripts']],
];

let failed = 0;
for (const [title, name, args] of STEPS) {
  console.log(`\n— ${title}`);
  if ((await runScript(tool(name), args)) !== 0) {
    failed += 1;
    console.log(`✗ ${title}`);
  }
}
console.log(`\n${STEPS.length - failed} checks passed, ${failed} failed.`);
process.exit(failed === 0 ? 0 : 1);
