import { beforeEach, expect, it } from 'vitest';
import type { Money, ProductSymbol } from '#contract/brand.ts';
import { money } from '#contract/decimal.ts';
import type { Fill } from '#contract/model.ts';
import { createManualTime, type ManualTime } from '../../tests/manual-time.ts';
import { createDailyLoss, type ResultStore } from './daily-loss.ts';

const DAY_MS = 86_400_000;
const MIDNIGHT_MS = 20_000 * DAY_MS;

/** A time whose wall clock can be set. */
let time: ManualTime;
let offMs: number;
const wall = () => ({ ...time, nowMs: () => time.nowMs() + offMs });

function storeInMemory(): ResultStore {
  const days = new Map<number, Map<string, Money>>();
  const of = (day: number) => days.get(day) ?? new Map<string, Money>();
  return {
    add: (day, id, result) => days.set(day, new Map([[id, result], ...of(day)])),
    of,
  };
}

const fill = (execID: string, atMs: number, lost: string): Fill =>
  ({
    execID,
    atMs,
    symbol: 'BTCUSDT' as ProductSymbol,
    closedPnl: money(`-${lost}`),
    fee: money('0'),
  }) as Fill;

beforeEach(() => {
  time = createManualTime(MIDNIGHT_MS - 3_600_000);
  offMs = 0;
});

it('keeps the loss of a day to which a clock comes back that was set wrong', () => {
  const loss = createDailyLoss(storeInMemory(), wall());
  loss.hear(fill('a', wall().nowMs(), '900'));
  expect(loss.now()).toBe('900');
  offMs = DAY_MS;
  expect(loss.now()).toBe('0');
  offMs = 0;
  expect(loss.now()).toBe('900');
});

it('counts a fill of the new day that comes while this clock is still in the old one', () => {
  const loss = createDailyLoss(storeInMemory(), wall());
  time.advance(3_600_000 - 1_000);
  loss.hear(fill('a', MIDNIGHT_MS + 500, '30'));
  expect(loss.now()).toBe('0');
  time.advance(2_000);
  expect(loss.now()).toBe('30');
  // Told once more, as snapshots do.
  loss.hear(fill('a', MIDNIGHT_MS + 500, '30'));
  loss.hear(fill('old', MIDNIGHT_MS - 5 * DAY_MS, '7'));
  expect(loss.now()).toBe('30');
});
