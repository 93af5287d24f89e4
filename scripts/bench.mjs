/** `npm run bench`: every figure but the seeds of the soak, or those whose name is given (`npm run bench -- relay`, `-- --soak`). */
import './node-version.mjs';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { root, runScript, tool } from './run.mjs';
import { ownTempFolder } from './temp-folder.mjs';

ownTempFolder();
const wanted = process.argv.slice(2).map((name) => name.replace(/^--/, ''));
const benches = readdirSync(join(root, 'bench'))
  .filter((file) => file.endsWith('.bench.ts'))
  .filter((file) =>
    wanted.length === 0 ? !file.startsWith('soak-seeds') : wanted.some((name) => file.startsWith(name)),
  );

if (benches.length === 0) {
  console.error(`No benchmark is called ${wanted.join(' or ')}.`);
  process.exit(1);
}
const chromium = ensureChromium();
if ((await runScript(join(root, 'scripts/build.mjs'))) !== 0) process.exit(1);
let failed = 0;
for (const file of benches) {
  const env = { ...process.env, ...(chromium === undefined ? {} : { PERPDECK_CHROMIUM: chromium }) };
  if ((await runScript(tool('tsx'), [join('bench', file)], { env })) !== 0) failed += 1;
}
process.exit(failed === 0 ? 0 : 1);
