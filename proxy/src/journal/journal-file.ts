/** The journal's database on the disk; the disk itself is only in here. */
import { closeSync, constants, openSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';

const DATABASE_FILE = 'journal.db';
const IN_MEMORY = ':memory:';

/** As much of an embedded database as the journal asks for. */
export interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  close(): unknown;
}

export interface Statement {
  run(...parameters: readonly unknown[]): { readonly lastInsertRowid: number | bigint };
  get(...parameters: readonly unknown[]): unknown;
  all(...parameters: readonly unknown[]): unknown[];
}

/** Made with its mode before SQLite opens it; a link to somewhere else is refused. @throws the system's error */
export function openJournalFile(folder: string): Database {
  if (folder === IN_MEMORY) return new Libsql(IN_MEMORY);
  const path = join(folder, DATABASE_FILE);
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  closeSync(openSync(path, flags, 0o600));
  return new Libsql(path);
}
