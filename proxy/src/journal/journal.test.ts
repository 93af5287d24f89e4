import { expect, it, vi } from 'vitest';
import type { JournalEntry } from '#contract/api.ts';
import { readMutation } from '#contract/wire/mutation-reader.ts';
import { createManualTime } from '../../tests/manual-time.ts';
import type { KeyLimits } from '../gateway/bots.ts';
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
    rows: () => store.page(0, 1000).length,
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

it('a bot that is refused without end fills no disk: what is beyond a hundred in ten minutes is just counted', () => {
  const { journal, time, rows } = setUp();
  const judged = vi.fn(() => ({ rule: 'orders-per-minute', limit: '3', value: '4' }) as const);
  const refuse = (wish: Partial<DatedWish>, count: number) => {
    for (let i = 0; i < count; i += 1) {
      const recorded = journal.record(
        { ...cancelAll(), requestID: undefined, ...wish },
        {
          mayBeHeld: false,
          unfit: () => undefined,
          verdict: judged,
          onPassed: () => {},
        },
      );
      expect(recorded.kind).toBe('refused');
    }
  };
  const key = {} as KeyLimits;
  refuse({ who: 'bot a', key }, 125);
  expect(rows()).toBe(100);
  refuse({ who: 'bot b', key }, 3);
  expect(rows()).toBe(103);
  // A person's are all written.
  refuse({}, 25);
  expect(rows()).toBe(128);
  refuse({ who: 'bot a', key, requestID: 'copied' }, 1);
  expect(rows()).toBe(128);
  time.advance(10 * 60_000);
  refuse({ who: 'bot a', key }, 1);
  expect(rows()).toBe(129);
  expect(journal.tally().get('REFUSED')).toBe(155);
  // A copy of it is refused as before while its signature may hold, whatever the limits say by now.
  judged.mockClear();
  refuse({ who: 'bot b', key, requestID: 'copied' }, 1);
  expect(judged).not.toHaveBeenCalled();
});

it('what was sent is known by its id while the disk is full, with what became of it since', () => {
  const { journal, setFull } = setUp();
  const record = () =>
    journal.record(cancelAll(), {
      mayBeHeld: false,
      unfit: () => undefined,
      verdict: () => undefined,
      onPassed: () => {},
    });
  const sent = record();
  if (sent.kind !== 'new') throw new Error('it is not new');
  setFull(true);
  const unknown = journal.change(sent.entry, { state: 'UNKNOWN' });
  expect(record()).toMatchObject({ kind: 'known', entry: { state: 'UNKNOWN' } });
  journal.change(unknown, { state: 'ACKED' });
  expect(record()).toMatchObject({ kind: 'known', entry: { state: 'ACKED' } });
});

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
