/**
 * The embedded paper exchange: a process of its own, started and spoken to by its parent alone, reached over the wire
 * like any other exchange. When it dies it is started again on the same port, so that open pages recover by themselves.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Log } from './log.ts';
import type { Cancel, Time } from './time.ts';

export interface PaperAccount {
  readonly apiKey: string;
  readonly secret: string;
}

/** Of the one account that trades through this proxy; new at each start, never stored. */
export const newPaperAccount = (): PaperAccount => ({
  apiKey: randomBytes(16).toString('hex'),
  secret: randomBytes(32).toString('base64url'),
});

export interface PaperProcess {
  readonly port: number;
  stop(): Promise<void>;
}

export interface PaperProcessOptions {
  readonly seed: number;
  readonly dataDir: string;
  readonly account: PaperAccount;
  readonly env: NodeJS.ProcessEnv;
  readonly time: Time;
  readonly log: Log;
  /** The program; where absent, the one that belongs to this proxy. */
  readonly entry?: string;
}

/** The paper exchange did not start; `message` is one line. */
export class PaperStartError extends Error {
  override readonly name = 'PaperStartError';
}

const STOP_MS = 3_000;
const RESTART_FIRST_MS = 250;
const RESTART_MS_MAX = 10_000;

/** Beside the bundled proxy lies the bundled exchange; beside the sources, its sources. */
function defaultEntry(): string {
  const bundled = fileURLToPath(new URL('./paper.mjs', import.meta.url));
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../../paper/src/main.ts', import.meta.url));
}

/** @throws PaperStartError when it does not start the first time. */
export async function startPaperProcess(options: PaperProcessOptions): Promise<PaperProcess> {
  const { time, log } = options;
  let child: ChildProcess;
  let port = 0;
  let failures = 0;
  let isStopping = false;
  let cancelRestart: Cancel = () => {};

  const run = async () => {
    const started = await startChild(options, port);
    child = started.child;
    port = started.port;
    failures = 0;
    log.info({ port }, 'the paper exchange is listening');
    child.once('exit', (code, signal) => {
      if (isStopping) return;
      log.error({ code, signal }, 'the paper exchange has ended unexpectedly');
      restartSoon();
    });
  };
  const restartSoon = () => {
    const delayMs = Math.min(RESTART_MS_MAX, RESTART_FIRST_MS * 2 ** failures);
    failures += 1;
    cancelRestart = time.after(delayMs, () => {
      run().catch((error: Error) => {
        log.error({ err: error }, 'the paper exchange does not start');
        if (!isStopping) restartSoon();
      });
    });
  };

  await run();
  return {
    port,
    async stop() {
      isStopping = true;
      cancelRestart();
      await stopChild(child, time);
    },
  };
}

function startChild(
  { seed, dataDir, account, env, log, entry = defaultEntry() }: PaperProcessOptions,
  port: number,
): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(entry, [], {
    env: { ...env, PERPDECK_PAPER_CHILD: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    complaint = text.trim().split('\n').at(-1) ?? '';
    log.warn({ from: 'paper' }, complaint);
  });
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new PaperStartError(`The paper exchange did not start: ${why}`));
    };
    const onExit = (code: number | null) => fail(complaint === '' ? `it ended with ${code}.` : complaint);
    child.once('error', (error) => fail(error.message));
    child.once('exit', onExit);
    child.on('message', (message: { kind?: unknown; port?: unknown; message?: unknown }) => {
      if (message.kind === 'failed') return fail(String(message.message));
      if (message.kind !== 'listening' || typeof message.port !== 'number') return;
      child.off('exit', onExit);
      resolve({ child, port: message.port });
    });
    const { apiKey, secret } = account;
    const accounts = [{ name: 'trader', apiKey, secret }];
    child.send({ kind: 'start', port, seed, accounts, dataDir, rateLimit: true });
  });
}

function stopChild(child: ChildProcess, time: Time): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const cancelKill = time.after(STOP_MS, () => child.kill('SIGKILL'));
    child.once('exit', () => {
      cancelKill();
      resolve();
    });
    child.kill('SIGTERM');
  });
}
