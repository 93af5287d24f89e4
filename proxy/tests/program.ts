/** The program as a person starts it, in a process of its own, with what it says and how it ends. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeEach } from 'vitest';
import { type FakeExchange, startFakeExchange } from './fake-exchange.ts';
import { createHappenings } from './happenings.ts';
import { API_KEY, API_SECRET, type call } from './rig.ts';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
/** As deep as the build for use: the programs find what belongs to them from there. */
const dist = join(root, 'dist');
mkdirSync(dist, { recursive: true });
/** Bundled once for a file of tests, so that no start compiles them anew. */
const bundles = mkdtempSync(join(dist, 'programs.'));
const SOURCES = {
  proxy: 'proxy/src/main.ts',
  paper: 'paper/src/main.ts',
  signer: 'proxy/src/signer/main.ts',
  connect: 'proxy/src/connect/main.ts',
  keys: 'proxy/src/gateway/main.ts',
  kill: 'proxy/src/kill/main.ts',
};
await build({
  absWorkingDir: root,
  entryPoints: SOURCES,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  packages: 'external',
  outdir: bundles,
  outExtension: { '.js': '.mjs' },
});
afterAll(() => rmSync(bundles, { recursive: true, force: true }));
const running = new Set<ChildProcess>();

export const KEYS = { PERPDECK_API_KEY: API_KEY, PERPDECK_API_SECRET: API_SECRET };
export const LINK = /http:\/\/127\.0\.0\.1:\d+\/#t=[\w-]{43}/;

export interface Program {
  readonly child: ChildProcess;
  out(): string;
  errors(): string;
  exitCode(): Promise<number | null>;
  /** The first match on standard output. */
  says(pattern: RegExp): Promise<string>;
}

export interface ProgramOptions {
  /** Node's own flags. */
  readonly nodeFlags?: readonly string[];
  /** Another program than the proxy. */
  readonly entry?: keyof typeof SOURCES;
  /** What is typed at it; nobody, where absent. */
  readonly input?: string;
}

export type StartProgram = (
  args: readonly string[],
  env?: NodeJS.ProcessEnv,
  options?: ProgramOptions,
) => Program;

const PROXY_ARGS = ['--no-open', '--port', '0'];

/** Programs on one data folder. */
export function programs(dataDir: string): StartProgram {
  return (args, env = {}, { nodeFlags = [], entry, input } = {}) => {
    const usual = entry === undefined ? PROXY_ARGS : [];
    const child = spawn(
      process.execPath,
      [...nodeFlags, join(bundles, `${entry ?? 'proxy'}.mjs`), ...usual, ...args],
      {
        cwd: root,
        env: { ...process.env, NODE_OPTIONS: '', PERPDECK_DATA_DIR: dataDir, ...env },
        stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      },
    );
    if (input !== undefined) child.stdin?.end(input);
    return follow(child);
  };
}

function follow(child: ChildProcess): Program {
  running.add(child);
  const happenings = createHappenings();
  let out = '';
  let errors = '';
  let ended: { code: number | null } | undefined;
  child.stdout?.on('data', (chunk) => {
    out += String(chunk);
    happenings.tell();
  });
  child.stderr?.on('data', (chunk) => {
    errors += String(chunk);
  });
  child.on('close', (code) => {
    ended = { code };
    running.delete(child);
    happenings.tell();
  });
  return {
    child,
    out: () => out,
    errors: () => errors,
    exitCode: async () => (await happenings.until(() => ended)).code,
    says: (pattern) =>
      happenings.until(() => {
        const match = pattern.exec(out)?.[0];
        if (match === undefined && ended !== undefined) throw new Error(`ended: ${out}${errors}`);
        return match;
      }),
  };
}

export function endPrograms(): void {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
}

/** What a test of the program stands on. */
export interface Machine {
  readonly dataDir: string;
  readonly exchange: FakeExchange;
  readonly start: StartProgram;
  /** The arguments that put it on the fake exchange. */
  onFake(): string[];
}

/** A new one for every test of the file; what ran on it is ended, and what it wrote is removed. */
export function machinePerTest(): Machine {
  let dataDir = '';
  let exchange: FakeExchange;
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'perpdeck-program-'));
    exchange = await startFakeExchange();
  });
  afterEach(async () => {
    endPrograms();
    await exchange.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    get dataDir() {
      return dataDir;
    },
    get exchange() {
      return exchange;
    },
    start: (...args) => programs(dataDir)(...args),
    onFake: () => ['--exchange-url', exchange.url, '--exchange-ws', exchange.ws],
  };
}

/** The rig's clients, for a program: each link signs in once. */
export const clientOf = (link: string) => {
  const [url = ''] = link.split('/#t=');
  return { proxy: { url, signInLink: () => link } } as unknown as Parameters<typeof call>[0];
};

/** The one child of a process that is called so, from Linux's own accounting. */
export function childOf(pid: number, name: string): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number);
  const child = children.find((one) => readFileSync(`/proc/${one}/cmdline`, 'utf8').includes(name));
  if (child === undefined) throw new Error(`no ${name} among ${children}`);
  return child;
}
