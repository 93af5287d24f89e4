/** `gateway-keys.json` in the data folder: the gateway keys and their terms, without any secret; written whole. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyRecord, parseKeyFile } from '#contract/gateway.ts';
import { DataDirError } from '../data-dir.ts';
import { writeWhole } from '../whole-file.ts';

const FILE_NAME = 'gateway-keys.json';
const KEYS_MAX = 100;

export interface KeyStore {
  list(): readonly KeyRecord[];
  find(id: string): KeyRecord | undefined;
  /** In the place of the one with its id, or new. @throws the system's error: nothing has changed. */
  put(record: KeyRecord): void;
  /** @throws the system's error: nothing has changed. */
  remove(id: string): void;
  readonly isFull: boolean;
}

function readAll(path: string): readonly KeyRecord[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const read = parseKeyFile(JSON.parse(text));
  if (!read.ok) throw new Error(read.problem.message);
  return read.value;
}

/** @throws DataDirError when there is a file that cannot be read: what a key may do is never guessed. */
export function openKeyStore(folder: string): KeyStore {
  const path = join(folder, FILE_NAME);
  let records: readonly KeyRecord[];
  try {
    records = readAll(path);
  } catch (error) {
    throw new DataDirError(
      `The gateway keys in ${path} cannot be read (${(error as Error).message}): mend or remove the file.`,
    );
  }
  const save = (next: readonly KeyRecord[]) => {
    writeWhole(path, `${JSON.stringify({ version: 1, keys: next }, null, 2)}\n`);
    records = next;
  };
  return {
    list: () => records,
    find: (id) => records.find((record) => record.id === id),
    put(record) {
      const isKnown = records.some(({ id }) => id === record.id);
      save(isKnown ? records.map((one) => (one.id === record.id ? record : one)) : [...records, record]);
    },
    remove: (id) => save(records.filter((record) => record.id !== id)),
    get isFull() {
      return records.length >= KEYS_MAX;
    },
  };
}
