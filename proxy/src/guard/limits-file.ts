/** `guard.json` in the data folder: the trader's limits, by environment; written whole, readable by its owner alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_LIMITS, type GuardLimits, parseLimits } from '#contract/guard.ts';
import type { Environment } from '#contract/vocabulary.ts';
import { DataDirError } from '../data-dir.ts';
import { writeWhole } from '../whole-file.ts';

const FILE_NAME = 'guard.json';

export interface LimitsStore {
  read(): GuardLimits;
  /** @throws the system's error: nothing has changed. */
  write(limits: GuardLimits): void;
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
