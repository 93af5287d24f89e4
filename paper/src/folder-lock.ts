/**
 * One process per data folder: two exchanges writing one account's state would each undo the other's. The lock is a
 * database held in an exclusive transaction, so the system lets go of it however the process ends.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { StoreError } from './store/account-store.ts';

const LOCK_FILE = 'exchange.lock';
/** A predecessor that is just stopping gets this long to finish, in ms. */
const WAIT_MS = 1000;

export class FolderInUseError extends StoreError {}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** Returns the function that gives the folder back. @throws FolderInUseError; StoreError when it cannot be written. */
export function lockFolder(folder: string): () => void {
  let database: Database.Database | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    database = new Database(join(folder, LOCK_FILE));
    database.exec(`PRAGMA busy_timeout = ${WAIT_MS}`);
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY') {
      throw new FolderInUseError(`The data folder ${folder} is in use by another paper exchange`, {
        cause: error,
      });
    }
    throw new StoreError(`Cannot write to the data folder ${folder}: ${reasonOf(error)}`, { cause: error });
  }
  const held = database;
  return () => held.close();
}
