/** Accounts that a stand-alone exchange makes itself: once, kept in the data folder, the same ever after. */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PaperAccount } from './server.ts';
import { StoreError } from './store/account-store.ts';

/** The first one's, since most exchanges have only that. */
const FILE = 'account.json';
const SECRET_BYTES = 32;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Undefined when there is no file yet; one that cannot be read holds the only key to its account, so it stays. */
function readAccount(path: string): PaperAccount | undefined {
  let reason = 'apiKey and secret are not in it';
  try {
    const stored: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const { apiKey, secret } = (stored ?? {}) as Record<string, unknown>;
    if (typeof apiKey === 'string' && typeof secret === 'string') return { name: apiKey, apiKey, secret };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    reason = error instanceof SyntaxError ? 'it is not JSON' : reasonOf(error);
  }
  throw new StoreError(`Cannot read ${path}: ${reason}. Delete it to begin with a new account.`);
}

function makeAccount(folder: string, file: string): PaperAccount {
  const path = join(folder, file);
  const known = readAccount(path);
  if (known !== undefined) return known;
  const apiKey = randomUUID();
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify({ apiKey, secret }), { mode: 0o600 });
  } catch (error) {
    throw new StoreError(`Cannot write to the data folder ${folder}: ${reasonOf(error)}`, { cause: error });
  }
  return { name: apiKey, apiKey, secret };
}

/** @throws StoreError when a file cannot be read or the folder cannot be written. */
export const ownAccounts = (folder: string, count: number): PaperAccount[] =>
  Array.from({ length: count }, (_, index) =>
    makeAccount(folder, index === 0 ? FILE : `account-${index + 1}.json`),
  );
