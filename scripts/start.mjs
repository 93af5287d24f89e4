/** `npm start`: builds what is missing in a process of its own, so that no build tool lives in the signing proxy. */
import './node-version.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runScript } from './run.mjs';

if ((await runScript(join(root, 'scripts/build.mjs'))) !== 0) process.exit(1);
await import(pathToFileURL(join(root, 'dist/server/proxy.mjs')).href);
