/**
 * The signer as its parent sees it: a child process with an empty environment, asked over IPC. When it ends, what was
 * asked of it fails (nothing was signed, so nothing was sent) and it is started again, without its keys. Milliseconds.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepRunning, whenReady } from '../kept-process.ts';
import type { Cancel, Time } from '../time.ts';
import { syncFolder } from '../vault/key-folder.ts';
import type { Log } from '../watch/log.ts';
import type { Caps } from './caps.ts';
import { permissionFlags } from './permissions.ts';
import {
  type AskSigner,
  type SignerAnswer,
  type SignerCall,
  type SignerCalls,
  type SignerCommand,
  SignerError,
  type SignerReady,
  type SignerStart,
} from './protocol.ts';

/** Signing takes well under a millisecond, opening a vault a second or two: a silence this long is a defect. */
const ANSWER_MS = 15_000;
const RESTART_FIRST_MS = 100;
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
  let pid = 0;
  let sealTo: Uint8Array = new Uint8Array();
  const kept = await keepRunning({
    ...{ name: 'the signer', time, log, restartFirstMs: RESTART_FIRST_MS, stopMs: STOP_MS },
    async start() {
      const started = await startChild(options, questions.hear);
      sealTo = started.sealTo;
      pid = started.child.pid ?? 0;
      return started.child;
    },
    askToStop: (child) => child.disconnect(),
    ended: questions.failAll,
    restarted() {
      for (const tell of restarted) tell();
    },
  });

  return {
    get pid() {
      return pid;
    },
    get sealTo() {
      return sealTo;
    },
    async ask<K extends SignerCall>(kind: K, input: SignerCalls[K]['in']) {
      const answer = await questions.put(kept.child(), { kind, ...input } as SignerCommand);
      // It is not allowed to do this itself.
      if (vaultFolder !== undefined && CHANGES_VAULT.has(kind)) syncFolder(vaultFolder);
      // The answer's type is the question's: the protocol's two lists say so, which the number between them cannot.
      return answer as SignerCalls[K]['out'];
    },
    onRestart: (tell) => restarted.push(tell),
    async stop() {
      questions.failAll();
      await kept.stop();
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

async function startChild(
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
  const ready = whenReady(
    child,
    'signer',
    log,
    (message: SignerAnswer | SignerReady) => {
      if (!('number' in message)) return { ready: message.sealTo };
      hear(message);
      return undefined;
    },
    (why) => new SignerError('GONE', `The signer did not start: ${why}`),
  );
  const start = {
    kind: 'start',
    caps,
    ...(mainnetCaps === undefined ? {} : { mainnetCaps }),
    ...(vaultFolder === undefined ? {} : { vaultFolder }),
  } as const;
  child.send(start satisfies SignerStart);
  return { child, sealTo: await ready };
}
