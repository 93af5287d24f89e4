/**
 * The signer as its parent sees it: a child process with an empty environment, asked over IPC. When it ends, what was
 * asked of it fails (nothing was signed, so nothing was sent) and it is started again, without its keys. Milliseconds.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../log.ts';
import type { Cancel, Time } from '../time.ts';
import { syncFolder } from '../vault/key-folder.ts';
import type { Caps } from './caps.ts';
import { permissionFlags } from './permissions.ts';
import {
  type AskSigner,
  type SignerAnswer,
  type SignerCall,
  type SignerCommand,
  SignerError,
  type SignerReady,
  type SignerStart,
} from './protocol.ts';

/** Signing takes well under a millisecond, opening a vault a second or two: a silence this long is a defect. */
const ANSWER_MS = 15_000;
const RESTART_FIRST_MS = 100;
const RESTART_MS_MAX = 10_000;
const STOP_MS = 1_000;
const CHANGES_VAULT: ReadonlySet<SignerCall> = new Set(['keep', 'changePassphrase', 'erase', 'setSignIn']);

export interface SignerProcessOptions {
  readonly caps: Caps;
  /** Of keys for real money; where absent, the same. */
  readonly mainnetCaps?: Caps;
  readonly vaultFolder?: string;
  readonly time: Time;
  readonly log: Pick<Log, 'error' | 'warn'>;
  /** A file outside of the vault that it may be told to read: the passphrase's. */
  readonly passphraseFile?: string;
  /** Node's own flags for the process, beside those it needs. */
  readonly execArgv?: readonly string[];
  /** The bundled program; where absent, the one beside this one, else the sources. */
  readonly bundle?: string;
}

export interface SignerProcess {
  readonly ask: AskSigner;
  readonly pid: number;
  /** The public key to seal to; another after a restart. */
  readonly sealTo: Uint8Array;
  /** Runs each time it has been started again: it holds no key any more. */
  onRestart(run: () => void): void;
  stop(): Promise<void>;
}

interface Pending {
  resolve(value: unknown): void;
  reject(error: SignerError): void;
  readonly cancel: Cancel;
}

const gone = () => new SignerError('GONE', 'The signer is not running: nothing was signed.');

/**
 * Beside the bundled proxy lies the bundled signer; beside the sources, its sources, which need their loader. The loader
 * has a thread and a compiler of its own, so that only the bundle can be held to what it needs.
 */
function entry(options: SignerProcessOptions): { path: string; execArgv: readonly string[] } {
  const path = options.bundle ?? fileURLToPath(new URL('./signer.mjs', import.meta.url));
  if (existsSync(path)) return { path, execArgv: permissionFlags(path, options) };
  return { path: fileURLToPath(new URL('./main.ts', import.meta.url)), execArgv: ['--import', 'tsx'] };
}

/** @throws SignerError when it does not start the first time. */
export async function startSignerProcess(options: SignerProcessOptions): Promise<SignerProcess> {
  const { time, log, vaultFolder } = options;
  // The signer itself may make no folder outside of the vault.
  if (vaultFolder !== undefined) mkdirSync(dirname(vaultFolder), { recursive: true, mode: 0o700 });
  const questions = createQuestions(time);
  const restarted: (() => void)[] = [];
  let child: ChildProcess | undefined;
  let pid = 0;
  let sealTo: Uint8Array = new Uint8Array();
  let failures = 0;
  let isStopping = false;
  let cancelRestart: Cancel = () => {};

  const run = async () => {
    const { child: started, sealTo: key } = await startChild(options, questions.hear);
    if (isStopping) return void started.kill('SIGKILL');
    child = started;
    sealTo = key;
    pid = started.pid ?? 0;
    started.once('exit', (code, signal) => {
      child = undefined;
      questions.failAll();
      if (isStopping) return;
      log.error({ code, signal }, 'the signer has ended unexpectedly');
      restartSoon();
    });
  };
  const restartSoon = () => {
    cancelRestart = time.after(Math.min(RESTART_MS_MAX, RESTART_FIRST_MS * 2 ** failures), () => {
      failures += 1;
      run().then(
        () => {
          failures = 0;
          for (const tell of restarted) tell();
        },
        (error: Error) => {
          log.error({ err: error }, 'the signer does not start');
          if (!isStopping) restartSoon();
        },
      );
    });
  };
  await run();

  return {
    get pid() {
      return pid;
    },
    get sealTo() {
      return sealTo;
    },
    async ask(kind, input) {
      const answer = await questions.put(child, { kind, ...input } as SignerCommand);
      // It is not allowed to do this itself.
      if (vaultFolder !== undefined && CHANGES_VAULT.has(kind)) syncFolder(vaultFolder);
      return answer as never;
    },
    onRestart: (tell) => restarted.push(tell),
    async stop() {
      isStopping = true;
      cancelRestart();
      questions.failAll();
      if (child !== undefined) await stopChild(child, time);
    },
  };
}

/** Questions on their way, until they are answered or can no longer be. */
function createQuestions(time: Time) {
  const pending = new Map<number, Pending>();
  let lastNumber = 0;
  const take = (number: number): Pending | undefined => {
    const asked = pending.get(number);
    pending.delete(number);
    asked?.cancel();
    return asked;
  };
  return {
    hear(answer: SignerAnswer) {
      const asked = take(answer.number);
      if ('error' in answer) asked?.reject(new SignerError(answer.error.code, answer.error.message));
      else asked?.resolve(answer.value);
    },
    put(child: ChildProcess | undefined, command: SignerCommand): Promise<unknown> {
      return new Promise((resolve, reject) => {
        if (child === undefined || !child.connected) return reject(gone());
        lastNumber += 1;
        const number = lastNumber;
        const cancel = time.after(ANSWER_MS, () => take(number)?.reject(gone()));
        pending.set(number, { resolve, reject, cancel });
        child.send({ number, command }, (error) => {
          if (error !== null) take(number)?.reject(gone());
        });
      });
    },
    failAll() {
      for (const number of [...pending.keys()]) take(number)?.reject(gone());
    },
  };
}

function startChild(
  options: SignerProcessOptions,
  hear: (answer: SignerAnswer) => void,
): Promise<{ child: ChildProcess; sealTo: Uint8Array }> {
  const { caps, mainnetCaps, vaultFolder, log, execArgv } = options;
  const { path, execArgv: usual } = entry(options);
  const child = fork(path, [], {
    env: {},
    execArgv: [...usual, ...(execArgv ?? [])],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // Bytes stay bytes: a secret never becomes text on its way.
    serialization: 'advanced',
  });
  let complaint = '';
  child.stderr?.setEncoding('utf8');
  child.stderr?.on('data', (text: string) => {
    complaint = text.trim().split('\n').at(-1) ?? '';
    log.warn({ from: 'signer' }, complaint);
  });
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL');
      reject(new SignerError('GONE', `The signer did not start: ${why}`));
    };
    const onExit = (code: number | null) => fail(complaint === '' ? `it ended with ${code}.` : complaint);
    child.once('error', (error) => fail(error.message));
    child.once('exit', onExit);
    child.on('message', (message: SignerAnswer | SignerReady) => {
      if ('number' in message) return hear(message);
      child.off('exit', onExit);
      resolve({ child, sealTo: message.sealTo });
    });
    const start = {
      kind: 'start',
      caps,
      ...(mainnetCaps === undefined ? {} : { mainnetCaps }),
      ...(vaultFolder === undefined ? {} : { vaultFolder }),
    } as const;
    child.send(start satisfies SignerStart);
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
    child.disconnect();
  });
}
