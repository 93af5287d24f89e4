import { expect, it } from 'vitest';
import type { JournalEntry } from '#contract/api.ts';
import { readMutation } from '#contract/wire/mutation-reader.ts';
import { createManualTime } from '../../tests/manual-time.ts';
import { createLog } from '../watch/log.ts';
import { createJournal, type DatedWish } from './journal.ts';
import { JournalError, type JournalStore, openJournalStore } from './journal-store.ts';

const RETRIED_MS = 2_000;

/** A journal whose disk can be full. */
function setUp() {
  const time = createManualTime();
  const store = openJournalStore(':memory:');
  let isFull = false;
  const refusing =
    <T extends readonly unknown[], Result>(run: (...given: T) => Result) =>
    (...given: T): Result => {
      if (isFull) throw new JournalError('database or disk is full');
      return run(...given);
    };
  const open = (): JournalStore => ({
    ...store,
    insert: refusing(store.insert),
    update: refusing(store.update),
  });
  const log = createLog({ write: () => {} });
  return {
    time,
    journal: createJournal({ open, scope: 'paper', time, log }),
    setFull(next: boolean) {
      isFull = next;
    },
    stored: (): JournalEntry | undefined => store.page(0, 10)[0],
  };
}

function cancelAll(): DatedWish {
  const text = { method: 'DELETE', path: '/g-orders/all', query: 'symbol=BTCUSDT', body: '' } as const;
  const read = readMutation(text);
  if (!read.ok) throw new Error(read.problem.message);
  return {
    who: 'browser',
    requestID: 'r-1',
    mutation: read.value,
    text,
    signedAtMs: undefined,
    expirySec: 9,
  };
}

it('a cancel whose row was held keeps its last state, whatever the disk refuses in between', () => {
  const { journal, time, setFull, stored } = setUp();
  setFull(true);
  const held = journal.note(cancelAll(), 'SENDING');
  setFull(false);
  time.advance(RETRIED_MS);
  expect(stored()?.state).toBe('SENDING');
  setFull(true);
  const unknown = journal.change(held, { state: 'UNKNOWN' });
  setFull(false);
  journal.change(unknown, { state: 'ACKED' });
  time.advance(RETRIED_MS);
  expect(stored()?.state).toBe('ACKED');
  expect(stored()?.steps.map(({ state }) => state)).toEqual(['SENDING', 'UNKNOWN', 'ACKED']);
});
