import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OrderID } from './brand.ts';
import { qty } from './decimal.ts';
import { type OrderRecord, type OrderWord, startOver, takeIn, trimEnded } from './order-record.ts';
import type { OrdStatus } from './vocabulary.ts';

const word = (
  id: string,
  ordStatus: OrdStatus,
  execSeq: number,
  cumQty = '0',
  transactAtMs = 0,
): OrderWord => ({
  orderID: id as OrderID,
  ordStatus,
  execSeq,
  cumQty: qty(cumQty),
  transactAtMs,
});
const empty = (): OrderRecord<OrderWord> => ({ open: new Map(), ended: new Map() });
const after = (...words: readonly OrderWord[]) => {
  const record = empty();
  for (const one of words) takeIn(record, one);
  return record;
};

describe('of two words of an order', () => {
  it.each([
    ['the higher number counts, whatever else they say', word('a', 'Filled', 1, '2'), word('a', 'New', 2)],
    ['of one match, its end counts', word('a', 'PartiallyFilled', 1, '1'), word('a', 'Canceled', 1, '1')],
    [
      'of one match, the one that has more filled counts',
      word('a', 'New', 1),
      word('a', 'PartiallyFilled', 1, '1'),
    ],
    [
      'without a number, the later one counts',
      word('a', 'Untriggered', 0, '0', 1),
      word('a', 'Untriggered', 0, '0', 2),
    ],
  ])('%s', (_what, older, newer) => {
    for (const words of [
      [older, newer],
      [newer, older],
    ]) {
      const { open, ended } = after(...words);
      expect([...open.values(), ...ended.values()]).toEqual([newer]);
    }
  });
});

it('only the latest ended are kept, the open ones all', () => {
  const record = after(
    word('a', 'Filled', 1),
    word('b', 'Canceled', 2),
    word('c', 'Filled', 3),
    word('d', 'New', 4),
  );
  trimEnded(record, 2);
  expect([...record.ended.keys()]).toEqual(['b', 'c']);
  expect([...record.open.keys()]).toEqual(['d']);
});

/** What happened, in the order in which it did: each order placed, filled some, and perhaps over; matches under one number. */
const story = fc
  .array(
    fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      happens: fc.constantFrom('fill', 'amend', 'end'),
      isOfSameMatch: fc.boolean(),
    }),
    { maxLength: 25 },
  )
  .map((steps) => {
    const now = new Map<string, OrderWord>();
    let seq = 0;
    return steps.flatMap(({ id, happens, isOfSameMatch }, index) => {
      const last = now.get(id);
      if (last !== undefined && ['Filled', 'Canceled'].includes(last.ordStatus)) return [];
      if (last === undefined || happens === 'amend' || !isOfSameMatch || last.execSeq !== seq) seq += 1;
      const filled = String(Number(last?.cumQty ?? 0) + (happens === 'fill' && last !== undefined ? 1 : 0));
      const status = last === undefined ? 'New' : happens === 'end' ? 'Canceled' : 'PartiallyFilled';
      const next = word(id, status, seq, filled, index);
      now.set(id, next);
      return [next];
    });
  });

/** Each word comes once or twice, up to so many places late; before some, a snapshot says how things stand by then. */
const delivery = story.chain((words) =>
  fc.record({
    words: fc.constant(words),
    delays: fc.array(fc.array(fc.nat(6), { minLength: 1, maxLength: 2 }), {
      minLength: words.length,
      maxLength: words.length,
    }),
    snapshots: fc.uniqueArray(fc.nat(25), { maxLength: 4 }),
  }),
);

it('however late and however often words come, and whatever snapshots come between, the end is the same', () => {
  fc.assert(
    fc.property(delivery, ({ words, delays, snapshots }) => {
      const messages = [
        ...words.flatMap((one, index) =>
          (delays[index] ?? []).map((delay) => ({ at: index + delay, told: [one], isSnapshot: false })),
        ),
        // A snapshot shows the history of an order beside its newest state, in no order that is documented.
        ...snapshots
          .filter((at) => at < words.length)
          .map((at) => ({ at: at + 0.5, told: words.slice(0, at + 1).reverse(), isSnapshot: true })),
      ].sort((a, b) => a.at - b.at);
      const record = empty();
      for (const { told, isSnapshot } of messages) {
        if (isSnapshot) startOver(record, told);
        for (const one of told) takeIn(record, one);
      }
      const truth = after(...words);
      const sorted = (states: ReadonlyMap<OrderID, OrderWord>) => [...states].sort();
      expect(sorted(record.open)).toEqual(sorted(truth.open));
      expect(sorted(record.ended)).toEqual(sorted(truth.ended));
    }),
  );
});
