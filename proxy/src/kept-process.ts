/** A child process that is to run until it is told to stop: one that ends by itself is started again, ever later. */
import type { ChildProcess } from 'node:child_process';
import type { Cancel, Time } from './time.ts';
import type { Log } from './watch/log.ts';

const RESTART_MS_MAX = 10_000;

export interface Keeping {
  /** As the log calls it. */
  readonly name: string;
  readonly time: Time;
  readonly log: Pick<Log, 'error'>;
  readonly restartFirstMs: number;
  /** One that has not ended so long after it was asked to is killed. */
  readonly stopMs: number;
  /** Resolves with a child that is ready for work. */
  start(): Promise<ChildProcess>;
  askToStop(child: ChildProcess): void;
  /** Runs each time it has ended by itself. */
  ended?(): void;
  /** Runs each time it has been started again. */
  restarted?(): void;
}

export interface KeptProcess {
  /** Absent while none runs. */
  child(): ChildProcess | undefined;
  stop(): Promise<void>;
}

/** @throws what `start` throws, the first time. */
export async function keepRunning(keeping: Keeping): Promise<KeptProcess> {
  const { name, time, log } = keeping;
  let child: ChildProcess | undefined;
  let failures = 0;
  let isStopping = false;
  let cancelRestart: Cancel = () => {};

  const run = async () => {
    const started = await keeping.start();
    // Told to stop while it was starting.
    if (isStopping) return void started.kill('SIGKILL');
    child = started;
    failures = 0;
    started.once('exit', (code, signal) => {
      child = undefined;
      keeping.ended?.();
      if (isStopping) return;
      log.error({ code, signal }, `${name} has ended unexpectedly`);
      restartSoon();
    });
  };
  const restartSoon = () => {
    const delayMs = Math.min(RESTART_MS_MAX, keeping.restartFirstMs * 2 ** failures);
    failures += 1;
    cancelRestart = time.after(delayMs, () => {
      run().then(
        () => isStopping || keeping.restarted?.(),
        (error: Error) => {
          log.error({ err: error }, `${name} does not start`);
          if (!isStopping) restartSoon();
        },
      );
    });
  };

  await run();
  return {
    child: () => child,
    async stop() {
      isStopping = true;
      cancelRestart();
      if (child !== undefined) await stopChild(child, keeping);
    },
  };
}

function stopChild(child: ChildProcess, { time, stopMs, askToStop }: Keeping): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const cancelKill = time.after(stopMs, () => child.kill('SIGKILL'));
    child.once('exit', () => {
      cancelKill();
      resolve();
    });
    askToStop(child);
  });
}

export type Heard<Ready> = { readonly ready: Ready } | { readonly failed: string } | undefined;

/**
 * Waits for a forked child's word that it is ready; what it writes to its standard error goes to the log.
 * @throws what `failure` makes of why it is not: its own word, or the last line it wrote.
 */
export function whenReady<Message, Ready>(
  child: ChildProcess,
  from: string,
  log: Pick<Log, 'warn'>,
  hear: (message: Message) => Heard<Ready>,
  failure: (why: string) => Error,
): Promise<Ready> {
  let complaint = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    complaint = text.trim().split('\n').at(-1) ?? '';
    log.warn({ from }, complaint);
  });
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(failure(why));
    };
    const onExit = (code: number | null) => fail(complaint === '' ? `it ended with ${code}.` : complaint);
    child.once('error', (error) => fail(error.message));
    child.once('exit', onExit);
    child.on('message', (message) => {
      const heard = hear(message as Message);
      if (heard === undefined) return;
      if ('failed' in heard) return fail(heard.failed);
      child.off('exit', onExit);
      resolve(heard.ready);
    });
  });
}
