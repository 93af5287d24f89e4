/** The journal's database on the disk; the disk itself is only in here. */
import { closeSync, constants, fdatasync, fdatasyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { createQuickSync } from './quick-sync.ts';

const DATABASE_FILE = 'journal.db';
/** SQLite's write-ahead log beside it: what is committed is in there first. */
const LOG_SUFFIX = '-wal';
const IN_MEMORY = ':memory:';

/** As much of an embedded database as the journal asks for. */
export interface Database {
  exec(sql: string): unknown;
  prepare(sql: string): Statement;
  /** Resolves once what was committed before is on the disk. @throws the system's error */
  sync(): Promise<void>;
  /** The disk took long for the last sync. */
  isStalling(): boolean;
  close(): void;
}

export interface Statement {
  run(...parameters: readonly unknown[]): { readonly lastInsertRowid: number | bigint };
  get(...parameters: readonly unknown[]): unknown;
  all(...parameters: readonly unknown[]): unknown[];
}

/** Made with its mode before SQLite opens it; a link to somewhere else is refused. @throws the system's error */
export function openJournalFile(folder: string): Database {
  if (folder === IN_MEMORY) return ofLibsql(new Libsql(IN_MEMORY), IN_MEMORY_LOG);
  const path = join(folder, DATABASE_FILE);
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;
  closeSync(openSync(path, flags, 0o600));
  const log = createSyncedFile(path + LOG_SUFFIX);
  return ofLibsql(new Libsql(path), log);
}

type Log = Pick<Database, 'sync' | 'isStalling' | 'close'>;
const IN_MEMORY_LOG: Log = { sync: async () => {}, isStalling: () => false, close: () => {} };

function ofLibsql(database: Libsql.Database, log: Log): Database {
  return {
    exec: (sql) => database.exec(sql),
    prepare: (sql) => database.prepare(sql),
    sync: log.sync,
    isStalling: log.isStalling,
    close() {
      database.close();
      log.close();
    },
  };
}

/** A file that another part of this process writes; it is there once something was committed. */
function createSyncedFile(path: string): Log {
  let file: number | undefined;
  const { sync, isStalling } = createQuickSync({
    here: (fd: number) => fdatasyncSync(fd),
    elsewhere: (fd: number) =>
      new Promise<void>((resolve, reject) => {
        fdatasync(fd, (error) => (error === null ? resolve() : reject(error)));
      }),
    nowMs: () => performance.now(),
  });
  return {
    async sync() {
      file ??= openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
      await sync(file);
    },
    isStalling,
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
