/** What the disk has refused, in memory until it can be written. */
import type { JournalEntry } from '#contract/api.ts';
import type { JournalStore, NewEntry } from './journal-store.ts';

const HELD_MAX = 1_000;

export type Held = ReturnType<typeof createHeld>;

/** Cancels, under sequences below zero, new states of rows, and results of fills. */
export function createHeld(scope: string) {
  const entries = new Map<number, JournalEntry>();
  /** Of the cancels that have a name. */
  const keys = new Map<number, string>();
  const results = new Map<string, { readonly day: number; readonly result: string }>();
  /** Where a held cancel was written in the end, for what becomes of it afterwards. */
  const written = new Map<number, number>();
  let last = 0;
  const keep = (entry: JournalEntry) => {
    if (entries.has(entry.seq) || entries.size < HELD_MAX) entries.set(entry.seq, entry);
  };
  return {
    add(entry: NewEntry, key: string | undefined): JournalEntry {
      last -= 1;
      const kept = { seq: last, ...entry };
      keep(kept);
      if (key !== undefined && entries.has(last)) keys.set(last, key);
      return kept;
    },
    find: (key: string) => [...entries.values()].find(({ seq }) => keys.get(seq) === key),
    /** As it is by now: what became of it may wait to be written, too. */
    newest: (entry: JournalEntry) => entries.get(entry.seq) ?? entry,
    keep,
    has: (seq: number) => entries.has(seq),
    /** Its row; undefined: it has none. */
    rowOf: (seq: number) => (seq > 0 ? seq : written.get(seq)),
    addResult(day: number, execID: string, result: string): void {
      if (results.size < HELD_MAX) results.set(execID, { day, result });
    },
    isEmpty: () => entries.size === 0 && results.size === 0,
    /** @throws JournalError */
    flush(to: JournalStore): void {
      for (const [seq, entry] of entries) {
        const { seq: _held, ...unnumbered } = entry;
        if (seq < 0) {
          const key = keys.get(seq);
          // What the file has under its name could not be read when it came.
          const isFree = key !== undefined && to.find(key) === undefined;
          written.set(seq, to.insert(unnumbered, isFree ? key : undefined));
        } else to.update(entry);
        entries.delete(seq);
        keys.delete(seq);
      }
      for (const [execID, { day, result }] of results) {
        to.addResult(scope, day, execID, result);
        results.delete(execID);
      }
    },
  };
}
