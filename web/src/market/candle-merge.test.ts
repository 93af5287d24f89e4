import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money, price, qty } from '#contract/decimal.ts';
import type { Candle } from '#contract/model.ts';
import { CANDLES_MAX, mergeLive, mergeOlder, mergeSnapshot } from './candle-merge.ts';

const candle = (minute: number, close = '10'): Candle => ({
  openTimeSec: minute * 60,
  resolutionSec: 60,
  open: price('10'),
  high: price('12'),
  low: price('9'),
  close: price(close),
  volume: qty('1'),
  turnover: money('10'),
});
const candles = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => candle(from + index));
const minutes = (list: readonly Candle[]) => list.map(({ openTimeSec }) => openTimeSec / 60);

describe('candles', () => {
  it('of a live message replace the last one or go on from it', () => {
    const known = candles(0, 3);
    const changed = mergeLive(known, [candle(2, '11')]);
    expect(changed.change).toEqual({ kind: 'tail', from: 2 });
    expect(changed.candles[2]?.close).toBe('11');
    const grown = mergeLive(known, [candle(2, '11'), candle(3)]);
    expect(grown.change).toEqual({ kind: 'tail', from: 2 });
    expect(minutes(grown.candles)).toEqual([0, 1, 2, 3]);
    const next = mergeLive(known, [candle(3)]);
    expect(next.change).toEqual({ kind: 'tail', from: 3 });
  });

  it('that correct the past redraw everything instead of stepping back in time', () => {
    const corrected = mergeLive(candles(0, 4), [candle(1, '11.5')]);
    expect(corrected.change).toEqual({ kind: 'all' });
    expect(minutes(corrected.candles)).toEqual([0, 1, 2, 3]);
    expect(corrected.candles[1]?.close).toBe('11.5');
  });

  it('of a snapshot speak for their whole range and keep older pages that reach up to them', () => {
    const known = [...candles(0, 10), candle(11, '99')];
    const merged = mergeSnapshot(known, candles(8, 13));
    expect(minutes(merged.candles)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(merged.candles[11]?.close).toBe('10');
  });

  it('of a snapshot after a long absence replace all, rather than leave hours out', () => {
    const merged = mergeSnapshot(candles(0, 10), candles(500, 510));
    expect(minutes(merged.candles)).toEqual(minutes(candles(500, 510)));
  });

  it('of a snapshot of an exchange that has gone back in time leave nothing of the future', () => {
    const merged = mergeSnapshot(candles(0, 20), candles(5, 10));
    expect(minutes(merged.candles)).toEqual(minutes(candles(0, 10)));
  });

  it('of an older page go in front, without the ones already known', () => {
    const merged = mergeOlder(candles(10, 12), candles(7, 11));
    expect(minutes(merged.candles)).toEqual([7, 8, 9, 10, 11]);
    expect(mergeOlder(candles(10, 12), candles(10, 12)).change).toBeUndefined();
  });

  it('never exceed what a chart can hold', () => {
    const live = mergeLive(candles(0, CANDLES_MAX + 1_000), [candle(CANDLES_MAX + 1_000)]);
    expect(live.candles).toHaveLength(CANDLES_MAX);
    expect(live.change).toEqual({ kind: 'all' });
    expect(
      mergeSnapshot(candles(0, CANDLES_MAX), candles(CANDLES_MAX, CANDLES_MAX + 500)).candles,
    ).toHaveLength(CANDLES_MAX);
  });

  it('rise strictly in time whatever comes in whichever order', () => {
    const page = fc
      .tuple(fc.nat(200), fc.integer({ min: 1, max: 30 }))
      .map(([from, length]) => candles(from, from + length));
    const step = fc.tuple(fc.constantFrom(mergeLive, mergeOlder, mergeSnapshot), page);
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        let known: readonly Candle[] = [];
        for (const [merge, incoming] of steps) {
          const before = known;
          const merged = merge(known, incoming);
          known = merged.candles;
          if (merged.change?.kind === 'tail') {
            expect(known.slice(0, merged.change.from)).toEqual(before.slice(0, merged.change.from));
          }
        }
        const times = minutes(known);
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      }),
    );
  });
});
