/**
 * Builds what is missing or older than its sources: the page (dist/web, by Vite) and the server programs
 * (dist/server, by esbuild). A stamp of the sources' contents lies in each build and says whether it is still true.
 */
import './node-version.mjs';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { root, runScript, tool } from './run.mjs';

const dist = join(root, 'dist');
const STAMP = 'sources.sha256';
/** No build takes as long. */
const LEFTOVER_MS = 10 * 60_000;

const TARGETS = [
  {
    name: 'page',
    folder: 'web',
    sources: ['web', 'contract/src', 'vite.config.ts', 'scripts/build.mjs', 'package-lock.json'],
    build: (folder) => runScript(tool('vite'), ['build', '--logLevel', 'warn', '--outDir', folder]),
  },
  {
    name: 'server',
    folder: 'server',
    sources: ['proxy/src', 'paper/src', 'contract/src', 'scripts/build.mjs', 'package-lock.json'],
    build: bundleServer,
  },
];

/** Plain JavaScript of many small files: a start that has to find and read each of them is 70 ms longer. */
const BUNDLED = ['zod', 'big.js'];

/** Loaded only when there is something to bundle: a start without a build stays quick. */
async function bundleServer(folder) {
  const esbuild = await import('esbuild');
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const options = {
    absWorkingDir: root,
    entryPoints: {
      proxy: 'proxy/src/main.ts',
      paper: 'paper/src/main.ts',
      signer: 'proxy/src/signer/main.ts',
      connect: 'proxy/src/connect/main.ts',
      keys: 'proxy/src/gateway/main.ts',
      kill: 'proxy/src/kill/main.ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    external: Object.keys(dependencies).filter((name) => !BUNDLED.includes(name)),
    sourcemap: true,
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    logLevel: 'warning',
  };
  return esbuild.build(options).then(
    () => 0,
    () => 1,
  );
}

function* filesUnder(path) {
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const child = join(path, entry.name);
    if (entry.isDirectory()) yield* filesUnder(child);
    else if (!entry.name.includes('.test.')) yield child;
  }
}

function fingerprint(sources) {
  const hash = createHash('sha256');
  for (const source of sources) {
    const path = join(root, source);
    const files = /\.(ts|mjs|json)$/.test(source) ? [path] : filesUnder(path);
    for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest('hex');
}

function isFresh(folder, print) {
  const stamp = join(folder, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === print;
}

/** Puts a finished build in its place, unless another start that built the same was quicker. */
function install(built, folder, print) {
  const old = `${built}-old`;
  try {
    if (existsSync(folder)) renameSync(folder, old);
    renameSync(built, folder);
  } catch (error) {
    if (!isFresh(folder, print)) throw error;
    rmSync(built, { recursive: true, force: true });
  }
  rmSync(old, { recursive: true, force: true });
}

/** What builds that were cut short have left. */
function removeLeftovers() {
  for (const entry of readdirSync(dist)) {
    const path = join(dist, entry);
    const isLeft = /-\d+(-old)?$/.test(entry) && Date.now() - statSync(path).mtimeMs > LEFTOVER_MS;
    if (isLeft) rmSync(path, { recursive: true, force: true });
  }
}

for (const target of TARGETS) {
  const folder = join(dist, target.folder);
  const print = fingerprint(target.sources);
  if (isFresh(folder, print)) continue;
  console.error(`Building the ${target.name} …`);
  // Beside its place, so that nobody ever starts a build that is half there.
  const built = join(dist, `${target.folder}-${process.pid}`);
  mkdirSync(dist, { recursive: true });
  removeLeftovers();
  if ((await target.build(built)) !== 0) {
    console.error(`The ${target.name} could not be built; the lines above say why.`);
    rmSync(built, { recursive: true, force: true });
    process.exit(1);
  }
  writeFileSync(join(built, STAMP), print);
  install(built, folder, print);
}
