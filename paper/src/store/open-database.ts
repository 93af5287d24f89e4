/**
 * Opens `exchange.db`: folder 0700, file 0600, write-ahead log, and a mark that tells our file from any other.
 * Everything that can be wrong with a folder or a file becomes one sentence here.
 */
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { StoreError } from './account-store.ts';
import { MIGRATIONS, SCHEMA_VERSION } from './schema.ts';

export const DATABASE_FILE = 'exchange.db';
const IN_MEMORY = ':memory:';

/** "PDXC" in the file's header (PRAGMA application_id): a database of somebody else's is left alone. */
const APPLICATION_ID = 0x50445843;
/** How long a write waits for another process that holds the file, in ms. */
const BUSY_TIMEOUT_MS = 2000;

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function preparePath(folder: string): string {
  if (folder === IN_MEMORY) return IN_MEMORY;
  const path = join(folder, DATABASE_FILE);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Made here, before the log beside it exists, since the log takes over the file's mode.
    closeSync(openSync(path, 'a', 0o600));
    return path;
  } catch (error) {
    throw new StoreError(`Cannot write to the data folder ${folder}: ${reasonOf(error)}`, { cause: error });
  }
}

function pragmaNumber(database: Database.Database, name: string): number {
  const row: unknown = database.prepare(`PRAGMA ${name}`).get();
  const value = typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined;
  return typeof value === 'number' ? value : 0;
}

function hasTables(database: Database.Database): boolean {
  return database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() !== undefined;
}

/** Brings the tables of version `from` (0: none) to ours, whole or not at all. */
function migrate(database: Database.Database, from: number): void {
  const steps = MIGRATIONS.slice(from).join('');
  database.exec(
    `BEGIN; ${steps} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`,
  );
}

function adopt(database: Database.Database, path: string): void {
  if (!hasTables(database)) {
    migrate(database, 0);
    return;
  }
  if (pragmaNumber(database, 'application_id') !== APPLICATION_ID) {
    throw new StoreError(`${path} is not a database of the paper exchange`);
  }
  const version = pragmaNumber(database, 'user_version');
  if (version > SCHEMA_VERSION) {
    throw new StoreError(
      `${path} was written by a newer version (schema ${version}, this one knows ${SCHEMA_VERSION})`,
    );
  }
  if (version < SCHEMA_VERSION) migrate(database, version);
}

/** @throws StoreError with one clear sentence. */
export function openDatabase(folder: string): Database.Database {
  const path = preparePath(folder);
  let database: Database.Database | undefined;
  try {
    database = new Database(path);
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    if (path !== IN_MEMORY) {
      database.exec('PRAGMA journal_mode = WAL');
      // A killed process loses nothing: what was committed is in the system's hands. A machine that loses power may
      // lose the last moments of play money, never the consistency of what is left (FULL would cost a flush an order).
      database.exec('PRAGMA synchronous = NORMAL');
    }
    adopt(database, path);
    return database;
  } catch (error) {
    database?.close();
    if (error instanceof StoreError) throw error;
    throw new StoreError(`Cannot use ${path}: ${reasonOf(error)}`, { cause: error });
  }
}
