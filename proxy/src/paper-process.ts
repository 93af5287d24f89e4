/**
 * The embedded paper exchange: a process of its own, started and spoken to by its parent alone, reached over the wire
 * like any other exchange. When it dies it is started again on the same port, so that open pages recover by themselves.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Heard, keepRunning, whenReady } from './kept-process.ts';
import type { Time } from './time.ts';
import type { Log } from './watch/log.ts';

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

/** Beside the bundled proxy lies the bundled exchange; beside the sources, its sources. */
function defaultEntry(): string {
  const bundled = fileURLToPath(new URL('./paper.mjs', import.meta.url));
  return existsSync(bundled) ? bundled : fileURLToPath(new URL('../../paper/src/main.ts', import.meta.url));
}

/** @throws PaperStartError when it does not start the first time. */
export async function startPaperProcess(options: PaperProcessOptions): Promise<PaperProcess> {
  const { time, log } = options;
  let port = 0;
  const kept = await keepRunning({
    ...{ name: 'the paper exchange', time, log, restartFirstMs: RESTART_FIRST_MS, stopMs: STOP_MS },
    async start() {
      const started = await startChild(options, port);
      port = started.port;
      log.info({ port }, 'the paper exchange is listening');
      return started.child;
    },
    askToStop: (child) => child.kill('SIGTERM'),
  });
  return { port, stop: kept.stop };
}

async function startChild(
  { seed, dataDir, account, env, log, entry = defaultEntry() }: PaperProcessOptions,
  port: number,
): Promise<{ child: ChildProcess; port: number }> {
  const child = fork(entry, [], {
    env: { ...env, PERPDECK_PAPER_CHILD: '1' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const listening = whenReady(child, 'paper', log, heardOf, (why) => new PaperStartError(notStarted(why)));
  const { apiKey, secret } = account;
  const accounts = [{ name: 'trader', apiKey, secret }];
  child.send({ kind: 'start', port, seed, accounts, dataDir, rateLimit: true });
  return { child, port: await listening };
}

const notStarted = (why: string): string => `The paper exchange did not start: ${why}`;

function heardOf(message: { kind?: unknown; port?: unknown; message?: unknown }): Heard<number> {
  if (message.kind === 'failed') return { failed: String(message.message) };
  return message.kind === 'listening' && typeof message.port === 'number'
    ? { ready: message.port }
    : undefined;
}
