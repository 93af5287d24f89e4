/**
 * [R15] The write-ahead log of a journal whose process was killed, torn or spoilt at its end as a power cut leaves it:
 * what was acknowledged as on the disk is there, and what is there is whole.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { JournalEntry } from '#contract/api.ts';
import { JournalError, type NewEntry, openJournalStore } from '../src/journal/journal-store.ts';

const ENTRIES = 6;
/** Of the log's unsynced end: where it is cut, and where a bit is turned. */
const CUT_EVERY = 97;
const FLIP_EVERY = 61;

const folders: string[] = [];
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'perpdeck-torn-'));
  folders.push(folder);
  return folder;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

const newEntry = (number: number): NewEntry => ({
  ...{ scope: 'test', who: 'browser', requestID: `c-${number}`, kind: 'place', symbol: 'BTCUSDT' },
  request: { method: 'POST', path: '/g-orders', query: '', body: `{"clOrdID":"c-${number}"}` },
  state: 'INTENT',
  steps: [{ state: 'INTENT', atMs: 1_700_000_000_000 + number }],
});
const changed = (entry: JournalEntry, state: 'SENDING' | 'ACKED'): JournalEntry => ({
  ...entry,
  state,
  steps: [...entry.steps, { state, atMs: 1_700_000_001_000 }],
});

/** Files as a kill -9 leaves them: the last intent is synced, what became of it is not. */
function killedJournal() {
  const folder = newFolder();
  const wal = join(folder, 'journal.db-wal');
  const store = openJournalStore(folder);
  const states = new Map<number, string[]>();
  let durable = 0;
  let last: JournalEntry | undefined;
  for (let number = 1; number <= ENTRIES; number += 1) {
    const entry = newEntry(number);
    const seq = store.insert(entry, `key ${number}`);
    durable = statSync(wal).size;
    last = { seq, ...entry };
    states.set(seq, [JSON.stringify(last)]);
    if (number < ENTRIES) continue;
    for (const state of ['SENDING', 'ACKED'] as const) {
      last = changed(last, state);
      store.update(last);
      states.get(seq)?.push(JSON.stringify(last));
    }
  }
  const kept = newFolder();
  for (const file of ['journal.db', 'journal.db-wal']) copyFileSync(join(folder, file), join(kept, file));
  store.close();
  return { folder: kept, durable, states, bytes: readFileSync(join(kept, 'journal.db-wal')) };
}

const killed = killedJournal();

/** What a start makes of it. */
function openedWith(wal: Buffer): readonly JournalEntry[] | JournalError {
  const folder = newFolder();
  copyFileSync(join(killed.folder, 'journal.db'), join(folder, 'journal.db'));
  writeFileSync(join(folder, 'journal.db-wal'), wal);
  try {
    const store = openJournalStore(folder);
    const entries = store.page(0, 100);
    store.close();
    return entries;
  } catch (error) {
    if (error instanceof JournalError) return error;
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
const flipped = (at: number): Buffer => {
  const wal = Buffer.from(killed.bytes);
  wal[at] = (wal[at] ?? 0) ^ (1 << (at % 8));
  return wal;
};
/** Every row is one that was written, as it was written. */
function expectWhole(entries: readonly JournalEntry[], where: string): void {
  for (const entry of entries) {
    expect(killed.states.get(entry.seq), where).toContain(JSON.stringify(entry));
  }
}

describe('a write-ahead log that was torn', () => {
  const { durable, bytes } = killed;
  const offsets = (from: number, to: number, step: number): number[] =>
    Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);

  it('has an end that was not synced, or there would be nothing to see here', () => {
    expect(durable).toBeGreaterThan(0);
    expect(bytes.length).toBeGreaterThan(durable + 4_096);
  });

  it.each([
    ['cut', CUT_EVERY, (at: number) => bytes.subarray(0, at)],
    ['spoilt', FLIP_EVERY, flipped],
  ] as const)('has everything that was acknowledged, wherever its end is %s', (how, step, damage) => {
    for (const at of offsets(durable, bytes.length, step)) {
      const entries = openedWith(damage(at));
      if (entries instanceof JournalError) throw entries;
      expect(entries, `${how} at ${at}`).toHaveLength(ENTRIES);
      expectWhole(entries, `${how} at ${at}`);
    }
  });

  it('that a disk has spoilt before its end shows nothing that was never written', () => {
    for (const at of offsets(0, durable, 499)) {
      for (const wal of [flipped(at), bytes.subarray(0, at)]) {
        const entries = openedWith(wal);
        if (!(entries instanceof JournalError)) expectWhole(entries, `at ${at}`);
      }
    }
  });
});
