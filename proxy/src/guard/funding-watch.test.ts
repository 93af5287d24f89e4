import { describe, expect, it } from 'vitest';
import type { Money, ProductSymbol } from '#contract/brand.ts';
import type { FundingFee, PositionRow } from '#contract/model.ts';
import { createManualTime } from '../../tests/manual-time.ts';
import type { AccountView } from './account-view.ts';
import { createDailyLoss } from './daily-loss.ts';
import { watchFunding } from './funding-watch.ts';

const BTC = 'BTCUSDT' as ProductSymbol;
const NOON_MS = Date.UTC(2026, 10, 24, 12);

function testbed() {
  const time = createManualTime(NOON_MS);
  const kept = new Map<string, Money>();
  const loss = createDailyLoss({ add: (_day, id, result) => kept.set(id, result), of: () => kept }, time);
  let told: FundingFee[] = [];
  const asked: string[] = [];
  let hear: (rows: readonly PositionRow[]) => void = () => {};
  watchFunding({
    view: { onPositions: (listener) => (hear = listener) } as Pick<AccountView, 'onPositions'> as AccountView,
    reader: {
      fundingFees: async (symbol) => {
        asked.push(symbol);
        return told;
      },
    },
    time,
    onFee: loss.hearFunding,
  });
  return {
    ...{ time, loss, asked, kept },
    hold: async (cumFundingFee: string) => {
      hear([{ symbol: BTC, posSide: 'Merged', position: { cumFundingFee } as PositionRow['position'] }]);
      await Promise.resolve();
      await Promise.resolve();
    },
    history: (...fees: readonly (readonly [fee: string, atMs: number])[]) => {
      told = fees.map(([fee, atMs]) => ({ symbol: BTC, side: 'Buy', fee, atMs }) as FundingFee);
    },
  };
}

describe('the day’s funding', () => {
  it('counts as a loss when it was paid, as a gain when it was got, each settlement once', async () => {
    const { loss, hold, history } = testbed();
    history(['7.5', NOON_MS - 4 * 3_600_000]);
    await hold('7.5');
    expect(loss.now()).toBe('7.5');
    history(['-2', NOON_MS], ['7.5', NOON_MS - 4 * 3_600_000], ['100', NOON_MS - 24 * 3_600_000]);
    await hold('5.5');
    expect(loss.now()).toBe('5.5');
  });

  it('is asked for when a position’s sum changes, and once more for a history that lags', async () => {
    const { time, loss, asked, hold, history } = testbed();
    await hold('0');
    await hold('0');
    expect(asked).toEqual([BTC]);
    history(['3', NOON_MS]);
    time.advance(45_000);
    await Promise.resolve();
    await Promise.resolve();
    expect([asked.length, loss.now()]).toEqual([2, '3']);
  });
});
