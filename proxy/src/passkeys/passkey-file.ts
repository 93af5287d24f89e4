/** `passkeys.json` in the data folder: public keys, so no secret; written whole, readable by its owner alone. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { DataDirError } from '../data-dir.ts';
import { writeWhole } from '../whole-file.ts';
import type { Credential } from './webauthn.ts';

export interface Passkey extends Credential {
  /** The name under which the page was open: passkeys belong to it. */
  readonly host: string;
  /** In a few known words, e.g. "Firefox on Linux": where it was made. */
  readonly madeIn: string;
  readonly addedAtMs: number;
}

const FILE_NAME = 'passkeys.json';

const schema = z.array(
  z.strictObject({
    id: z.string(),
    publicKey: z.string(),
    counter: z.number(),
    host: z.string(),
    madeIn: z.string(),
    addedAtMs: z.number(),
  }),
);

export interface PasskeyFile {
  list(): readonly Passkey[];
  /** @throws the system's error: nothing has changed. */
  write(passkeys: readonly Passkey[]): void;
}

/** @throws DataDirError when there is a file that cannot be read: who may sign in is never guessed. */
export function openPasskeyFile(folder: string): PasskeyFile {
  const path = join(folder, FILE_NAME);
  let passkeys: readonly Passkey[] = [];
  try {
    passkeys = schema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      throw new DataDirError(`The passkeys in ${path} cannot be read: mend or remove the file.`);
    }
  }
  return {
    list: () => passkeys,
    write(next) {
      writeWhole(path, `${JSON.stringify(next, null, 2)}\n`);
      passkeys = next;
    },
  };
}
