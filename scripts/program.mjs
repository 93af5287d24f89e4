/** Starts a server program in this process; what is missing of the build is made in one of its own, so that no build tool lives in it. */
import './node-version.mjs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root, runScript } from './run.mjs';

/** @param {'proxy' | 'paper' | 'connect' | 'keys' | 'kill'} name */
export async function runProgram(name) {
  if ((await runScript(join(root, 'scripts/build.mjs'))) !== 0) process.exit(1);
  await import(pathToFileURL(join(root, `dist/server/${name}.mjs`)).href);
}
