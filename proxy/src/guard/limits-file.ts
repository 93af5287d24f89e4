/** `guard.json` in the data folder: the trader's limits, by environment; written whole, readable by its owner alone. */
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS, type GuardLimits, parseLimits } from '#contract/guard.ts';
import type { Environment } from '#contract/vocabulary.ts';
import { DataDirError } from '../data-dir.ts';

const FILE_NAME = 'guard.json';

export interface LimitsStore {
  read(): GuardLimits;
  /** @throws the system's error: nothing has changed. */
  write(limits: GuardLimits): void;
}

/** Written beside and put in place, so that a reader finds the old file or the new one. */
export function writeWhole(path: string, content: string | Uint8Array): void {
  const beside = `${path}.new`;
  const file = openSync(beside, 'w', 0o600);
  try {
    if (typeof content === 'string') writeSync(file, content);
    else writeSync(file, content);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}

function readAll(path: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  return JSON.parse(text) as Record<string, unknown>;
}

/** @throws DataDirError when there is a file that cannot be read: limits are never guessed. */
export function openLimitsFile(folder: string, environment: Environment): LimitsStore {
  const path = join(folder, FILE_NAME);
  let limits = DEFAULT_LIMITS[environment];
  try {
    const given = readAll(path)[environment];
    if (given !== undefined) {
      const read = parseLimits(given);
      if (!read.ok)
        throw new Error(
          `${environment}.${read.problem.kind === 'malformed' ? read.problem.path : ''}: ${read.problem.message}`,
        );
      limits = read.value;
    }
  } catch (error) {
    throw new DataDirError(
      `The limits in ${path} cannot be read (${(error as Error).message}): mend or remove the file.`,
    );
  }
  return {
    read: () => limits,
    write(next) {
      writeWhole(path, `${JSON.stringify({ ...readAll(path), [environment]: next }, null, 2)}\n`);
      limits = next;
    },
  };
}
