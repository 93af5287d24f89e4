import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import type { Lots, Ticks, Units } from '../commands.ts';
import { StoreError } from '../store/account-store.ts';
import type { Bar } from './bar.ts';
import { openCandleFile } from './candle-file.ts';

const BTC = 'BTCUSDT' as ProductSymbol;
const NOW_MS = Date.UTC(2026, 4, 12);
const LATER_SEC = NOW_MS / 1000 + 86_400;

const minute = (at: number): Bar => ({
  openTimeSec: NOW_MS / 1000 - 3600 + at * 60,
  open: 1_000_000 as Ticks,
  high: 1_000_010 as Ticks,
  low: 999_990 as Ticks,
  close: 1_000_005 as Ticks,
  volume: (1234 + at) as Lots,
  turnover: 123_456_789_012_345_678_901_234n as Units,
});

describe('the candle file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'perpdeck-candles-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('gives back what was written, oldest first, across a restart', () => {
    const file = openCandleFile(folder, 5, NOW_MS);
    file.append(BTC, [minute(0), minute(1)]);
    file.append(BTC, [minute(2)]);
    file.append(BTC, [minute(2)]);
    file.close();
    const again = openCandleFile(folder, 5, NOW_MS);
    expect(again.load(BTC, 0, LATER_SEC)).toEqual([minute(0), minute(1), minute(2)]);
    expect(again.load(BTC, minute(2).openTimeSec, LATER_SEC)).toEqual([minute(2)]);
    expect(again.load(BTC, 0, minute(2).openTimeSec)).toEqual([minute(0), minute(1)]);
    expect(again.load('ETHUSDT' as ProductSymbol, 0, LATER_SEC)).toEqual([]);
    again.close();
  });

  it('forgets candles of another seed and candles older than a month', () => {
    const file = openCandleFile(folder, 5, NOW_MS);
    file.append(BTC, [minute(0)]);
    file.close();
    const later = openCandleFile(folder, 5, NOW_MS + 31 * 86_400_000);
    expect(later.load(BTC, 0, LATER_SEC)).toEqual([]);
    later.append(BTC, [{ ...minute(1), openTimeSec: minute(1).openTimeSec + 31 * 86_400 }]);
    later.close();
    const back = openCandleFile(folder, 5, NOW_MS);
    expect(back.load(BTC, 0, LATER_SEC)).toEqual([]);
    back.close();
    const other = openCandleFile(folder, 6, NOW_MS);
    expect(other.load(BTC, 0, LATER_SEC)).toEqual([]);
    other.close();
  });

  it('says in one sentence why a folder cannot be used', () => {
    const notFolder = join(folder, 'file');
    writeFileSync(notFolder, '');
    expect(() => openCandleFile(notFolder, 5, NOW_MS)).toThrow(StoreError);
  });
});
