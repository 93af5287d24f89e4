import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { createManualTime } from '../../tests/manual-time.ts';
import { createLog } from '../watch/log.ts';
import { createJournal } from './journal.ts';
import { openJournalFile } from './journal-file.ts';
import { type JournalStore, type NewEntry, openJournalStore } from './journal-store.ts';

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'perpdeck-store-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const ENTRY: NewEntry = {
  ...{ scope: 'test', who: 'browser', kind: 'place', symbol: 'BTCUSDT', state: 'INTENT' },
  request: { method: 'POST', path: '/g-orders', query: '', body: '{}' },
  steps: [{ state: 'INTENT', atMs: 1_700_000_000_000 }],
};

it('copies its log into the database when told to, and not for a few rows or while the disk stalls', () => {
  const folder = newFolder();
  let isStalling = true;
  const store = openJournalStore(folder, (path) => ({
    ...openJournalFile(path),
    isStalling: () => isStalling,
  }));
  /** Rows that are there without the log. */
  const copied = () => {
    const alone = newFolder();
    copyFileSync(join(folder, 'journal.db'), join(alone, 'journal.db'));
    const its = openJournalStore(alone);
    const { length } = its.page(0, 1_000);
    its.close();
    return length;
  };
  const write = (rows: number) => {
    for (let i = 0; i < rows; i++) store.insert(ENTRY, undefined);
  };
  store.tidy();
  const before = copied();
  write(50);
  isStalling = false;
  store.tidy();
  expect(copied()).toBe(before);
  isStalling = true;
  write(250);
  store.tidy();
  expect(copied()).toBe(before);
  isStalling = false;
  store.tidy();
  expect(copied()).toBe(300);
  store.close();
});

it('is told to when nothing was asked of it for a while', () => {
  const time = createManualTime();
  let tidied = 0;
  const store: JournalStore = { ...openJournalStore(':memory:'), tidy: () => (tidied += 1) };
  const log = createLog({ write: () => {} });
  const journal = createJournal({ open: () => store, scope: 'test', time, log });
  for (let i = 0; i < 100; i++) {
    journal.pending();
    time.advance(400);
  }
  expect(tidied).toBe(0);
  time.advance(2_000);
  expect(tidied).toBe(1);
  journal.close();
});
