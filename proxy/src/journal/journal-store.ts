/**
 * `journal.db`: one row per request that changes something. What is written outlives this process at once, and a power
 * cut after `sync`, which does not hold the process up and is shared by those who ask for it at the same time.
 */
import type { JournalEntry } from '#contract/api.ts';
import { type Database, openJournalFile } from './journal-file.ts';

/** "PDJL" in the file's header (PRAGMA application_id): a database of somebody else's is left alone. */
const APPLICATION_ID = 0x50444a4c;
const DAY_MS = 86_400_000;
const SCHEMA_VERSION = 1;
/** How long a write waits for another process that holds the file. An order waits as long, so not for long. */
const BUSY_TIMEOUT_MS = 250;
/** Of the log: so many are worth copying into the database as soon as there is time… */
const COMMITS_WORTH_COPYING = 100;
/**
 * …and with so many SQLite waits no longer, but has the next order wait for it: 8 MiB, one order in two hundred where they
 * never pause. A longer log would spare a few more, but a sync takes twice as long while the file grows.
 */
const LOG_PAGES_MAX = 2_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, request_key TEXT UNIQUE, scope TEXT NOT NULL, state TEXT NOT NULL,
    at_ms INTEGER NOT NULL, body TEXT NOT NULL);
  CREATE INDEX IF NOT EXISTS entries_pending ON entries (scope) WHERE state IN ('INTENT', 'SENDING', 'UNKNOWN');
  CREATE TABLE IF NOT EXISTS results (
    scope TEXT NOT NULL, day INTEGER NOT NULL, exec_id TEXT NOT NULL, result TEXT NOT NULL,
    PRIMARY KEY (scope, day, exec_id)) WITHOUT ROWID;
`;
const PENDING = "state IN ('INTENT', 'SENDING', 'UNKNOWN')";

/** The journal cannot be opened, read or written; `message` is one sentence. */
export class JournalError extends Error {
  override readonly name = 'JournalError';
}

export type NewEntry = Omit<JournalEntry, 'seq'>;

export interface JournalStore {
  /** `key` is unique over all time that is kept. @throws JournalError */
  insert(entry: NewEntry, key: string | undefined): number;
  /** Resolves once all that was written before is on the disk. @throws JournalError */
  sync(): Promise<void>;
  /** @throws JournalError */
  update(entry: JournalEntry): void;
  /** @throws JournalError */
  find(key: string): JournalEntry | undefined;
  /** Those whose outcome is not known, oldest first. @throws JournalError */
  pending(scope: string): readonly JournalEntry[];
  /** Oldest first, from `fromSeq` on. @throws JournalError */
  page(fromSeq: number, limit: number): readonly JournalEntry[];
  /** The result of a fill, once. @throws JournalError */
  addResult(scope: string, day: number, execID: string, result: string): void;
  /** Of a day, counted from the epoch. @throws JournalError */
  results(scope: string, day: number): readonly { readonly execID: string; readonly result: string }[];
  /** Forgets what is older and has an outcome. @throws JournalError */
  prune(beforeMs: number): void;
  /**
   * For a moment when nobody waits: copies the log into the database where it has grown, which takes two syncs, unless the
   * disk took long for the last one. What cannot be copied stays in the log.
   */
  tidy(): void;
  close(): void;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function pragma(database: Database, name: string): unknown {
  const row: unknown = database.prepare(`PRAGMA ${name}`).get();
  return typeof row === 'object' && row !== null ? Object.values(row)[0] : undefined;
}

function adopt(database: Database): void {
  const hasTables = database.prepare('SELECT 1 FROM sqlite_master LIMIT 1').get() !== undefined;
  if (hasTables) {
    if (pragma(database, 'application_id') !== APPLICATION_ID) throw new Error('it is not a journal');
    const version = Number(pragma(database, 'user_version'));
    if (version > SCHEMA_VERSION) throw new Error(`it was written by a newer version (schema ${version})`);
    const health = pragma(database, 'quick_check');
    if (health !== 'ok') throw new Error(`it is damaged (${String(health)})`);
  }
  database.exec(
    `BEGIN; ${SCHEMA} PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT;`,
  );
}

function openDatabase(folder: string, openFile: (folder: string) => Database): Database {
  let database: Database | undefined;
  try {
    database = openFile(folder);
    database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    adopt(database);
    // Not before it is known to be ours. A commit is in the log, and the log is synced when we say so.
    database.exec('PRAGMA journal_mode = WAL');
    database.exec('PRAGMA synchronous = NORMAL');
    database.exec(`PRAGMA wal_autocheckpoint = ${LOG_PAGES_MAX}`);
    return database;
  } catch (error) {
    database?.close();
    throw new JournalError(`The journal in ${folder} cannot be used: ${reasonOf(error)}.`, { cause: error });
  }
}

/** @throws where another program holds it, or the disk refuses. */
function emptyLog(database: Database): void {
  const { busy } = database.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as { busy: number };
  if (busy !== 0) throw new Error('its log cannot be emptied');
}

/** The text was written by this module, in a file that bears our mark and version. */
const fromRow = (row: unknown): JournalEntry => {
  const { seq, body } = row as { seq: number; body: string };
  return { seq, ...(JSON.parse(body) as NewEntry) };
};

/** One sync at a time: those who ask while it runs share the next. */
function createSharedSync(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const start = () => {
    const started = run();
    running = started;
    const over = () => {
      if (running === started) running = undefined;
    };
    started.then(over, over);
    return started;
  };
  const startNext = () => {
    next = undefined;
    return start();
  };
  return () => {
    if (running === undefined) return start();
    next ??= running.then(startNext, startNext);
    return next;
  };
}

/** `folder` is the data folder, or ':memory:'. @throws JournalError */
export function openJournalStore(folder: string, openFile = openJournalFile): JournalStore {
  const database = openDatabase(folder, openFile);
  const insert = database.prepare(
    'INSERT INTO entries (request_key, scope, state, at_ms, body) VALUES (?, ?, ?, ?, ?)',
  );
  const update = database.prepare('UPDATE entries SET state = ?, body = ? WHERE seq = ?');
  const find = database.prepare('SELECT seq, body FROM entries WHERE request_key = ?');
  const pending = database.prepare(
    `SELECT seq, body FROM entries WHERE scope = ? AND ${PENDING} ORDER BY seq`,
  );
  const page = database.prepare('SELECT seq, body FROM entries WHERE seq >= ? ORDER BY seq LIMIT ?');
  const addResult = database.prepare('INSERT OR IGNORE INTO results VALUES (?, ?, ?, ?)');
  const results = database.prepare(
    'SELECT exec_id AS execID, result FROM results WHERE scope = ? AND day = ?',
  );
  const prune = database.prepare(`DELETE FROM entries WHERE at_ms < ? AND NOT ${PENDING}`);

  const tidy = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  const pruneResults = database.prepare('DELETE FROM results WHERE day < ?');

  let hasSyncFailed = false;
  let commits = 0;
  const sync = createSharedSync(() => database.sync());
  const failed = (doing: string, error: unknown) =>
    new JournalError(`The journal cannot be ${doing}: ${reasonOf(error)}.`, { cause: error });
  const guarded = <T>(doing: string, run: () => T): T => {
    try {
      return run();
    } catch (error) {
      throw failed(doing, error);
    }
  };
  const writing = <T>(run: () => T): T =>
    guarded('written', () => {
      // Behind a gap in the log nothing outlives a power cut: it is emptied into the database before it is written on.
      if (hasSyncFailed) emptyLog(database);
      hasSyncFailed = false;
      commits += 1;
      return run();
    });
  return {
    insert: (entry, key) =>
      writing(() => {
        const atMs = entry.steps[0]?.atMs ?? 0;
        return Number(
          insert.run(key ?? null, entry.scope, entry.state, atMs, JSON.stringify(entry)).lastInsertRowid,
        );
      }),
    async sync() {
      try {
        await sync();
      } catch (error) {
        hasSyncFailed = true;
        throw failed('written', error);
      }
    },
    update: ({ seq, ...entry }) =>
      writing(() => {
        update.run(entry.state, JSON.stringify(entry), seq);
      }),
    find: (key) =>
      guarded('read', () => {
        const row: unknown = find.get(key);
        return row === undefined ? undefined : fromRow(row);
      }),
    pending: (scope) => guarded('read', () => pending.all(scope).map(fromRow)),
    page: (fromSeq, limit) => guarded('read', () => page.all(fromSeq, limit).map(fromRow)),
    addResult: (scope, day, execID, result) =>
      writing(() => {
        addResult.run(scope, day, execID, result);
      }),
    results: (scope, day) =>
      guarded('read', () => results.all(scope, day) as { execID: string; result: string }[]),
    prune: (beforeMs) =>
      writing(() => {
        prune.run(beforeMs);
        pruneResults.run(Math.floor(beforeMs / DAY_MS));
      }),
    tidy() {
      if (commits < COMMITS_WORTH_COPYING || database.isStalling()) return;
      try {
        tidy.get();
        commits = 0;
      } catch {}
    },
    close: () => database.close(),
  };
}
