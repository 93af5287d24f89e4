/** `npm run keys`: makes, lists and revokes the keys that bots sign with. */
import './node-version.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runScript } from './run.mjs';

if ((await runScript(join(root, 'scripts/build.mjs'))) !== 0) process.exit(1);
await import(pathToFileURL(join(root, 'dist/server/keys.mjs')).href);
