/** `npm run screens`: builds the page and photographs it in each of its states into docs/screens (see e2e/screens.ts). */
import './node-version.mjs';
import { join } from 'node:path';
import { ensureChromium } from './chromium.mjs';
import { root, runScript, tool } from './run.mjs';

const chromium = ensureChromium();
if (chromium === undefined) process.exit(1);
if ((await runScript(join(root, 'scripts/build.mjs'))) !== 0) process.exit(1);
const env = { ...process.env, PERPDECK_CHROMIUM: chromium };
process.exit(await runScript(tool('tsx'), [join('e2e', 'screens.ts'), ...process.argv.slice(2)], { env }));
