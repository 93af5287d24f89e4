/**
 * Where key files lie: a folder of mode 0700 with files of mode 0600, one per account. No link is followed, a file is
 * replaced whole or not at all and is on the disk when we say so, and what others can read is refused.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { KEY_FILE_BYTES_MAX } from './key-file.ts';
import { VaultError } from './vault-error.ts';

const hasModes = process.platform !== 'win32';
const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0, O_SYNC = 0 } = constants;

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;

export interface KeyFolder {
  /** The accounts' ids. */
  list(): string[];
  /** undefined: there is none. @throws VaultError */
  read(id: string): Buffer | undefined;
  /** `isNew`: fails where one is there already. @throws VaultError */
  write(id: string, text: string, isNew: boolean): void;
  /** Overwrites, then removes: a disk that keeps old blocks (an SSD) may still hold them. */
  erase(id: string): void;
}

export function openKeyFolder(folder: string, suffix = '.key'): KeyFolder {
  const pathOf = (id: string) => join(folder, id + suffix);
  const isThere = () => {
    try {
      checkFolder(folder);
      return true;
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
  };

  return {
    list() {
      if (!isThere()) return [];
      return readdirSync(folder)
        .filter((name) => name.endsWith(suffix))
        .map((name) => name.slice(0, -suffix.length))
        .sort();
    },
    read(id) {
      if (!isThere()) return undefined;
      return readPrivately(pathOf(id), KEY_FILE_BYTES_MAX);
    },
    write(id, text, isNew) {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        checkFolder(folder);
        if (isNew && isTaken(pathOf(id))) {
          throw new VaultError(
            'NAME_TAKEN',
            'There is an account of that name: disconnect it first, or choose another name.',
          );
        }
        replaceFile(folder, pathOf(id), text);
      } catch (error) {
        if (error instanceof VaultError) throw error;
        throw new VaultError('DISK', `The key could not be written (${codeOf(error)}); nothing was changed.`);
      }
    },
    erase(id) {
      const path = pathOf(id);
      try {
        const fd = openSync(path, O_WRONLY | O_NOFOLLOW | O_SYNC);
        writeSync(fd, randomBytes(fstatSync(fd).size));
        closeSync(fd);
      } catch {}
      rmSync(path, { force: true });
      if (isThere()) syncFolder(folder);
    },
  };
}

function isTaken(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function checkFolder(folder: string): void {
  const stat = lstatSync(folder);
  if (!stat.isDirectory())
    throw new VaultError('EXPOSED', `${folder} is not a folder of its own: remove the link.`);
  if (hasModes && (stat.mode & 0o077) !== 0) {
    throw new VaultError('EXPOSED', `The folder ${folder} is open to others: run "chmod 700" on it.`);
  }
}

/** A file that only its owner can read. undefined: there is none. @throws VaultError */
export function readPrivately(path: string, bytesMax: number): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(path, O_RDONLY | O_NOFOLLOW);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'ELOOP')
      throw new VaultError('EXPOSED', `${path} is a link, which is not followed.`);
    throw new VaultError('DISK', `${path} cannot be read (${codeOf(error)}).`);
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new VaultError('EXPOSED', `${path} is not a file.`);
    if (hasModes && (stat.mode & 0o077) !== 0) {
      throw new VaultError('EXPOSED', `The file ${path} can be read by others: run "chmod 600" on it.`);
    }
    if (stat.size > bytesMax)
      throw new VaultError('DAMAGED', `The file ${path} is too large for what it should be.`);
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, readSync(fd, bytes, 0, stat.size, 0));
  } finally {
    closeSync(fd);
  }
}

/** Beside it, whole and on the disk; then in its place. */
function replaceFile(folder: string, path: string, text: string): void {
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    const fd = openSync(beside, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_SYNC, 0o600);
    try {
      writeSync(fd, text);
      sync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/** Held to its permissions (the signer), Node may not: there O_SYNC does it, and for the folder the parent does. */
function sync(fd: number): void {
  try {
    fsyncSync(fd);
  } catch (error) {
    if (codeOf(error) !== 'ERR_ACCESS_DENIED') throw error;
  }
}

/** That the files in it are there after a power cut, under the names they have now. */
export function syncFolder(folder: string): void {
  // Windows has no such thing.
  if (!hasModes) return;
  const fd = openSync(folder, O_RDONLY);
  sync(fd);
  closeSync(fd);
}
