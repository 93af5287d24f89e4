import { describe, expect, it } from 'vitest';
import { money, qty } from '#contract/decimal.ts';
import type { Candle, Fill } from '#contract/model.ts';
import { fillMarks } from './fill-marks.ts';

const candles = [0, 60, 120].map((openTimeSec) => ({ openTimeSec }) as Candle);
const fill = (atSec: number, side: 'Buy' | 'Sell', size: string, value: string) =>
  ({ atMs: atSec * 1000, side, qty: qty(size), value: money(value) }) as Fill;

describe('own executions on the candles', () => {
  it('are one mark per candle and side, at the average price', () => {
    const marks = fillMarks(
      [fill(130, 'Sell', '1', '110'), fill(119, 'Buy', '1', '100'), fill(61, 'Buy', '3', '304')],
      candles,
    );
    expect(marks).toEqual([
      { openTimeSec: 60, side: 'Buy', qty: '4', price: 101 },
      { openTimeSec: 120, side: 'Sell', qty: '1', price: 110 },
    ]);
  });

  it('belong to the candle that was open, also a second after the newest one began', () => {
    expect(fillMarks([fill(120, 'Buy', '1', '5')], candles)[0]?.openTimeSec).toBe(120);
    expect(fillMarks([fill(9_999, 'Buy', '1', '5')], candles)[0]?.openTimeSec).toBe(120);
  });

  it('older than the first candle are left out', () => {
    expect(fillMarks([fill(-1, 'Buy', '1', '5')], candles)).toEqual([]);
    expect(fillMarks([fill(5, 'Buy', '1', '5')], [])).toEqual([]);
  });
});
