/**
 * A disk whose power can fail. The journal's own SQL runs on a real database in memory; beside it, every write is kept
 * in order with whether it was synced. At a power cut the synced writes stay and some of the others, the oldest first,
 * as SQLite's write-ahead log has it: a torn write at its end fails its checksum and is gone.
 */
import { type Database, openJournalFile } from '../../src/journal/journal-file.ts';
import type { Halt, HaltFile } from '../../src/kill/halt-file.ts';
import type { Time } from '../../src/time.ts';
import type { Chance } from './chance.ts';

interface Write {
  readonly sql: string;
  /** undefined: a script without parameters. */
  readonly parameters: readonly unknown[] | undefined;
}

/** A row of the journal for something that is about to be sent, or has just been. */
interface Row {
  readonly at: number;
  readonly request: string;
}

interface Process {
  isRunning(): boolean;
  touch(where: string): void;
  readonly time: Pick<Time, 'after'>;
}

export interface Disk {
  /** As seen by one process: `touch` runs before and after each write and may end it; nothing is written without its power. */
  mount(process: Process): {
    openDatabase(): Database;
    readonly haltFile: HaltFile;
  };
  fail(how: 'full' | 'locked' | undefined): void;
  isFailing(): boolean;
  /** What was not synced may be lost. How many writes were. */
  cutPower(): number;
  /** Rows that were inserted for this request, and how many of them are on the disk for good. */
  rows(request: string): { readonly written: number; readonly durable: number };
  /** Written again from the beginning: what a fresh start would read. */
  replay(): Database;
  /** Gives its memory back. */
  close(): void;
}

/** One text for a request, to find it by, however its query is ordered: the desk puts the product last. */
export const requestText = (parts: { method: string; path: string; query: string; body: string }): string =>
  `${parts.method} ${parts.path}?${parts.query.split('&').sort().join('&')} ${parts.body}`;

const WRITES = /^\s*(?:INSERT|UPDATE|DELETE|BEGIN)/;
/** Longer than signing, and than whatever else is set off at the same moment. */
const SYNC_MS = 1;
const MESSAGES = { full: 'database or disk is full', locked: 'database is locked' } as const;

function apply(database: Database, { sql, parameters }: Write): { lastInsertRowid: number | bigint } {
  if (parameters !== undefined) return database.prepare(sql).run(...parameters);
  database.exec(sql);
  return { lastInsertRowid: 0 };
}

export function createDisk(chance: Chance): Disk {
  let database = openJournalFile(':memory:');
  let writes: Write[] = [];
  let synced = 0;
  let rows: Row[] = [];
  let failing: 'full' | 'locked' | undefined;
  let halt: Halt | undefined;
  const replays: Database[] = [];

  const rebuilt = () => {
    const fresh = openJournalFile(':memory:');
    for (const write of writes) apply(fresh, write);
    return fresh;
  };
  const note = (write: Write) => {
    writes.push(write);
    const [, , state, , body] = write.parameters ?? [];
    if (!write.sql.startsWith('INSERT INTO entries') || (state !== 'INTENT' && state !== 'SENDING')) return;
    const { request } = JSON.parse(String(body)) as { request: Parameters<typeof requestText>[0] };
    rows.push({ at: writes.length, request: requestText(request) });
  };

  return {
    mount({ isRunning, touch, time }) {
      /** SQLite's own default. */
      let isSyncing = true;
      const check = () => {
        if (!isRunning()) throw new Error('the process has ended');
        if (failing !== undefined) throw new Error(MESSAGES[failing]);
      };
      const write = <T>(one: Write, run: () => T): T => {
        touch('before a write');
        check();
        const result = run();
        note(one);
        if (isSyncing) synced = writes.length;
        touch('after a write');
        check();
        return result;
      };
      /** Takes as long as a busy disk may take; what is written meanwhile is not covered. */
      const sync = () =>
        new Promise<void>((resolve, reject) => {
          const upTo = writes.length;
          time.after(SYNC_MS, () => {
            touch('before a sync');
            if (!isRunning()) return;
            if (failing !== undefined) return reject(new Error(MESSAGES[failing]));
            synced = Math.max(synced, upTo);
            touch('after a sync');
            if (isRunning()) resolve();
          });
        });
      const haltFile: HaltFile = {
        read: () => halt,
        write(next) {
          touch('before the halt file');
          check();
          halt = next;
        },
        remove() {
          touch('before the halt file');
          check();
          halt = undefined;
        },
      };
      const openDatabase = (): Database => {
        if (failing === 'locked') check();
        return {
          exec(sql) {
            const level = /^PRAGMA synchronous = (\w+)/.exec(sql)?.[1];
            if (level !== undefined) isSyncing = level === 'FULL' || level === 'EXTRA';
            if (!WRITES.test(sql)) return isRunning() ? database.exec(sql) : undefined;
            return write({ sql, parameters: undefined }, () => database.exec(sql));
          },
          prepare(sql) {
            const statement = database.prepare(sql);
            return {
              run: (...parameters) => write({ sql, parameters }, () => statement.run(...parameters)),
              get: (...parameters) => {
                if (!isRunning()) throw new Error('the process has ended');
                return statement.get(...parameters);
              },
              all: (...parameters) => {
                if (!isRunning()) throw new Error('the process has ended');
                return statement.all(...parameters);
              },
            };
          },
          sync,
          isStalling: () => false,
          close: () => {},
        };
      };
      return { openDatabase, haltFile };
    },
    fail(how) {
      failing = how;
    },
    isFailing: () => failing !== undefined,
    cutPower() {
      const kept = synced + chance.below(writes.length - synced + 1);
      const lost = writes.length - kept;
      if (lost === 0) return 0;
      writes = writes.slice(0, kept);
      rows = rows.filter(({ at }) => at <= kept);
      synced = kept;
      database.close();
      database = rebuilt();
      return lost;
    },
    rows(request) {
      const own = rows.filter((row) => row.request === request);
      return { written: own.length, durable: own.filter(({ at }) => at <= synced).length };
    },
    replay() {
      const fresh = rebuilt();
      replays.push(fresh);
      return fresh;
    },
    close() {
      for (const each of [database, ...replays]) each.close();
    },
  };
}
