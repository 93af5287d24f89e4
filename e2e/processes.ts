/** Starts Perpdeck and the paper exchange as a user would, as processes of their own, and stops them again. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** A start that takes longer than this has failed. */
const START_MS_MAX = 30_000;

export interface Started {
  readonly url: string;
  readonly pid: number;
  /** Everything it has written to standard output and error so far. */
  output(): string;
  /** Ends it as Ctrl-C would and waits until it is gone. */
  stop(): Promise<number | null>;
  /** Ends it with no chance to say goodbye. */
  kill(): Promise<void>;
  /** Resolves once it is gone, however that came. */
  gone(): Promise<void>;
}

export interface StartedDeck extends Started {
  /** The one-time sign-in link. */
  readonly link: string;
}

export function makeDataDir(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'perpdeck-e2e-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A port that was free a moment ago; programs that cannot choose one themselves need a number. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function exited(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once('exit', (code) => resolve(code)));
}

/** Resolves with the first match of `ready` in the output, rejects with the whole output when the process ends first. */
function start(program: string, args: readonly string[], env: NodeJS.ProcessEnv, ready: RegExp) {
  const child = spawn(process.execPath, [join(root, program), ...args], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const control = {
    pid: child.pid ?? 0,
    output: () => text,
    async stop() {
      child.kill('SIGTERM');
      return exited(child);
    },
    async kill() {
      child.kill('SIGKILL');
      await exited(child);
    },
    async gone() {
      await exited(child);
    },
  };
  return new Promise<{ match: RegExpExecArray; control: typeof control }>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new Error(`${program} ${args.join(' ')}: ${why}\n${text}`));
    };
    const timer = setTimeout(fail, START_MS_MAX, 'did not start in time');
    const read = (chunk: Buffer) => {
      text += chunk.toString();
      const match = ready.exec(text);
      if (match === null) return;
      clearTimeout(timer);
      resolve({ match, control });
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

export async function startDeck(
  dataDir: string,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
  program = 'scripts/start.mjs',
): Promise<StartedDeck> {
  const { match, control } = await start(
    program,
    ['--port', '0', '--no-open', ...args],
    { PERPDECK_DATA_DIR: dataDir, ...env },
    /(http:\/\/127\.0\.0\.1:\d+)\/#t=\S+/,
  );
  return { ...control, link: match[0], url: match[1] ?? '' };
}

export interface PaperOptions {
  readonly dataDir: string;
  /** To come back on; without one the machine chooses. */
  readonly port?: number;
  /** `KEY:SECRET` each. */
  readonly accounts: readonly string[];
  readonly args?: readonly string[];
}

export interface StartedPaper extends Started {
  readonly port: number;
}

export async function startPaper(options: PaperOptions): Promise<StartedPaper> {
  const { dataDir, port: wanted = 0, accounts, args = [] } = options;
  const { match, control } = await start(
    'scripts/paper.mjs',
    [
      '--port',
      String(wanted),
      '--seed',
      '7',
      '--rate-limit',
      'off',
      ...accounts.flatMap((pair) => ['--account', pair]),
      ...args,
    ],
    { PERPDECK_DATA_DIR: dataDir },
    /REST +(http:\/\/127\.0\.0\.1:(\d+))\n/,
  );
  return { ...control, url: match[1] ?? '', port: Number(match[2]) };
}
