/** The paper exchange as a process, to be killed and started again: bundled once, so that no start compiles it anew. */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { PaperAccount } from '../../src/server.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Program {
  readonly path: string;
  readonly remove: () => void;
}

/** Bundled where it finds its packages. */
export async function bundleExchange(): Promise<Program> {
  const cache = join(root, 'node_modules', '.cache');
  mkdirSync(cache, { recursive: true });
  const outdir = mkdtempSync(join(cache, 'crash-'));
  await build({
    absWorkingDir: root,
    entryPoints: { paper: 'paper/src/main.ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    outdir,
    outExtension: { '.js': '.mjs' },
  });
  return { path: join(outdir, 'paper.mjs'), remove: () => rmSync(outdir, { recursive: true, force: true }) };
}

export interface ExchangeProcess {
  readonly url: string;
  readonly wsUrl: string;
  /** SIGKILL; resolves when it is gone. */
  readonly kill: () => Promise<void>;
}

export interface ExchangeStart {
  readonly program: string;
  readonly dataDir: string;
  readonly seed: number;
  readonly accounts: readonly PaperAccount[];
}

function forkExchange({ program, ...rest }: ExchangeStart): { child: ChildProcess; gone: Promise<void> } {
  const child = fork(program, [], {
    env: { ...process.env, PERPDECK_PAPER_CHILD: '1' },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    execArgv: [],
  });
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.send({ kind: 'start', port: 0, rateLimit: false, ...rest });
  return { child, gone };
}

/** One that is killed before anybody could use it, in the middle of reading and writing its folder. */
export async function killWhileStarting(start: ExchangeStart, afterMs: number): Promise<void> {
  const { child, gone } = forkExchange(start);
  await delay(afterMs);
  child.kill('SIGKILL');
  await gone;
}

export async function startExchange(start: ExchangeStart): Promise<ExchangeProcess> {
  const { child, gone } = forkExchange(start);
  const { port, message } = await new Promise<{ port?: number; message?: string }>((resolve, reject) => {
    child.once('message', resolve);
    child.once('exit', () => reject(new Error('The exchange ended before it was listening')));
  });
  if (port === undefined) throw new Error(message);
  return {
    url: `http://127.0.0.1:${port}`,
    wsUrl: `ws://127.0.0.1:${port}/ws`,
    kill() {
      child.kill('SIGKILL');
      return gone;
    },
  };
}
