/**
 * A relayed book against an exchange that keeps its word, and against one whose messages are lost, doubled or swapped
 * on the way. The exchange here is a model of its own: a deep book of which the best levels are published.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BookCheck } from '#contract/book-check.ts';
import type { ProductSymbol } from '#contract/brand.ts';
import { createManualTime } from '../../tests/manual-time.ts';
import { createBookState, createBookTally } from './book-state.ts';

const DEPTH = 6;
const SYMBOL = 'BTCUSDT' as ProductSymbol;
const SNAPSHOT_EVERY = 12;
const STEP_MS = 400;

type Level = readonly [price: string, qty: string];
interface Message {
  readonly type: 'snapshot' | 'incremental';
  readonly sequence: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}
interface Step {
  /** New quantities by distance from the middle, 0 for none. */
  readonly changes: readonly (readonly [isBid: boolean, away: number, qty: number])[];
  readonly gap: number;
  readonly fate: 'arrives' | 'lost' | 'twice' | 'late';
}

/** Many levels beyond the window, so that levels leave it and come back. */
function createExchange() {
  const sides = { bids: new Map<number, number>(), asks: new Map<number, number>() };
  for (let away = 1; away <= DEPTH * 2; away++) {
    sides.bids.set(1000 - away, away);
    sides.asks.set(1000 + away, away);
  }
  let sequence = 100;
  const window = (side: 'bids' | 'asks'): Level[] =>
    [...sides[side]]
      .sort(([a], [b]) => (side === 'bids' ? b - a : a - b))
      .slice(0, DEPTH)
      .map(([price, qty]) => [String(price), String(qty)]);
  const changed = (before: readonly Level[], after: readonly Level[]): Level[] => [
    ...after.filter(([price, qty]) => !before.some((level) => level[0] === price && level[1] === qty)),
    ...before.flatMap(([price]): Level[] =>
      after.some((level) => level[0] === price) ? [] : [[price, '0']],
    ),
  ];
  return {
    snapshot: (): Message => ({ type: 'snapshot', sequence, bids: window('bids'), asks: window('asks') }),
    step({ changes, gap }: Step): Message {
      const before = { bids: window('bids'), asks: window('asks') };
      for (const [isBid, away, qty] of changes) {
        const side = isBid ? sides.bids : sides.asks;
        const price = isBid ? 1000 - away : 1000 + away;
        if (qty === 0) side.delete(price);
        else side.set(price, qty);
      }
      sequence += gap;
      return {
        type: 'incremental',
        sequence,
        bids: changed(before.bids, window('bids')),
        asks: changed(before.asks, window('asks')),
      };
    },
  };
}

const step = (fate: fc.Arbitrary<Step['fate']>): fc.Arbitrary<Step> =>
  fc.record({
    changes: fc.array(
      fc.tuple(fc.boolean(), fc.integer({ min: 1, max: DEPTH * 2 }), fc.integer({ min: 0, max: 4 })),
      { minLength: 1, maxLength: 5 },
    ),
    gap: fc.integer({ min: 1, max: 40 }),
    fate,
  });
const bad = fc.oneof(
  { weight: 8, arbitrary: fc.constant('arrives' as const) },
  { weight: 1, arbitrary: fc.constantFrom('lost' as const, 'twice' as const, 'late' as const) },
);

function createReader(exchange: ReturnType<typeof createExchange>) {
  const time = createManualTime();
  const tally = createBookTally();
  const checks: BookCheck[] = [];
  const state = createBookState(SYMBOL, {
    time,
    tally,
    onCheck: (check) => checks.push(check),
    renew() {
      state.clear();
      owed += 1;
    },
  });
  let owed = 0;
  const apply = ({ type, sequence, bids, asks }: Message) =>
    state.apply({
      parsed: {
        ...{ depth: DEPTH, sequence, symbol: SYMBOL, timestamp: 1_795_475_787_262_000_000, type },
        orderbook_p: { asks, bids },
      },
      text: '',
      bytes: Buffer.alloc(0),
    });
  return {
    tally,
    checks,
    faults: () => Object.values(tally.faults).reduce((sum, count) => sum + count, 0),
    levels(): string | undefined {
      const text = state.snapshot();
      return text === undefined ? undefined : JSON.stringify(JSON.parse(text).orderbook_p);
    },
    hear(message: Message) {
      apply(message);
      time.advance(STEP_MS);
      // The exchange answers at once when it is asked anew.
      for (; owed > 0; owed -= 1) apply(exchange.snapshot());
    },
  };
}
const levelsOf = ({ asks, bids }: Message): string => JSON.stringify({ asks, bids });

describe('a relayed book', () => {
  it('is never doubted while the exchange keeps its word, and is verified by every repeated snapshot', () => {
    fc.assert(
      fc.property(fc.array(step(fc.constant('arrives')), { minLength: 1, maxLength: 60 }), (steps) => {
        const exchange = createExchange();
        const reader = createReader(exchange);
        reader.hear(exchange.snapshot());
        let repeated = 0;
        for (const [index, next] of steps.entries()) {
          reader.hear(exchange.step(next));
          expect(reader.levels()).toBe(levelsOf(exchange.snapshot()));
          if (index % SNAPSHOT_EVERY !== 0) continue;
          reader.hear(exchange.snapshot());
          repeated += 1;
        }
        expect([reader.faults(), reader.tally.repeated, reader.tally.verified]).toEqual([0, 0, repeated]);
      }),
      { numRuns: 200 },
    );
  });

  it('that is not the exchange’s is found out by the next snapshot at the latest, and is right after it', () => {
    fc.assert(
      fc.property(fc.array(step(bad), { minLength: 20, maxLength: 80 }), (steps) => {
        const exchange = createExchange();
        const reader = createReader(exchange);
        reader.hear(exchange.snapshot());
        let late: Message | undefined;
        let found = 0;
        for (const [index, next] of steps.entries()) {
          const message = exchange.step(next);
          const signs = reader.faults() + reader.tally.repeated;
          if (next.fate === 'late' && late === undefined) late = message;
          else if (next.fate !== 'lost') {
            reader.hear(message);
            if (next.fate === 'twice' && reader.levels() !== undefined) {
              reader.hear(message);
              expect(reader.faults() + reader.tally.repeated).toBeGreaterThan(signs);
            }
            if (late !== undefined && reader.levels() !== undefined) {
              reader.hear(late);
              expect(reader.faults() + reader.tally.repeated).toBeGreaterThan(signs);
            }
            late = undefined;
          }
          if (index % SNAPSHOT_EVERY !== 0) continue;
          const truth = exchange.snapshot();
          const had = reader.levels();
          const before = reader.tally.faults.mismatch;
          reader.hear(truth);
          const isFound = reader.tally.faults.mismatch > before;
          if (had !== undefined) expect(isFound).toBe(had !== levelsOf(truth));
          expect(reader.levels()).toBe(levelsOf(truth));
          found += isFound ? 1 : 0;
        }
        expect(reader.tally.faults.mismatch).toBe(found);
        // Each fault is told, unless the book was asked for a moment ago.
        if (reader.faults() > 0) expect(reader.checks.some(({ state }) => state === 'broken')).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
