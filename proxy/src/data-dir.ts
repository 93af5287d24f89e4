/** The folder for what must survive: made if missing, owned by one running Perpdeck at a time. */
import { accessSync, constants, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { dataDirParts } from '#contract/data-dir.ts';

/** `message` is one clear line for the person who started it. */
export class DataDirError extends Error {
  override readonly name = 'DataDirError';
}

export const dataDirPath = (env: NodeJS.ProcessEnv): string =>
  join(...dataDirParts({ env, platform: process.platform, home: homedir() }));

export interface DataDir {
  readonly path: string;
  release(): void;
}

interface Owner {
  readonly pid: number;
  /** Tells a process from a later one with the same number; '' where the system does not say. */
  readonly birth: string;
}

const LOCK_NAME = 'perpdeck.lock';

/** @throws DataDirError */
export function claimDataDir(path: string): DataDir {
  prepare(path);
  const lock = join(path, LOCK_NAME);
  const own: Owner = { pid: process.pid, birth: birthOf(process.pid) };
  // Once more, since an abandoned lock is removed on the first try.
  for (let tries = 0; tries < 2; tries++) {
    try {
      writeFileSync(lock, JSON.stringify(own), { flag: 'wx', mode: 0o600 });
      return { path, release: () => rmSync(lock, { force: true }) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw unusable(path, error);
      const owner = readOwner(lock);
      if (owner !== undefined && isRunning(owner)) {
        throw new DataDirError(
          `Perpdeck is already running on ${path} (process ${owner.pid}): use that one, or set PERPDECK_DATA_DIR to another folder.`,
        );
      }
      rmSync(lock, { force: true });
    }
  }
  throw new DataDirError(`Another Perpdeck is just starting on ${path}.`);
}

function prepare(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (!statSync(path).isDirectory()) throw new Error('not a folder');
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(path, error);
  }
}

function unusable(path: string, error: unknown): DataDirError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new DataDirError(
    `The data folder ${path} cannot be used (${code ?? message}): make it readable and writable, or set PERPDECK_DATA_DIR.`,
  );
}

function readOwner(lock: string): Owner | undefined {
  try {
    const { pid, birth } = JSON.parse(readFileSync(lock, 'utf8')) as Partial<Owner>;
    return typeof pid === 'number' && typeof birth === 'string' ? { pid, birth } : undefined;
  } catch {
    return undefined;
  }
}

function isRunning({ pid, birth }: Owner): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return birth === birthOf(pid);
}

/** Boot and the process's start in it, from Linux's own accounting. */
function birthOf(pid: number): string {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The name of a process may hold spaces and brackets: fields are counted from its end.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return `${boot} ${fields[19] ?? ''}`;
  } catch {
    return '';
  }
}
