/** Where closed live minute candles survive a restart. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Bar } from './bar.ts';

export interface CandleStore {
  /** Stored minutes that open in [fromSec, toSec), oldest first. */
  load(symbol: ProductSymbol, fromSec: number, toSec: number): readonly Bar[];
  append(symbol: ProductSymbol, bars: readonly Bar[]): void;
  close(): void;
}

/** Minutes kept per product, two weeks: as many as anybody asks for. */
const MINUTES_MAX = 20_160;

/** Keeps candles in the process: for tests and for an exchange without a data folder. */
export function createMemoryCandleStore(): CandleStore {
  const rows = new Map<ProductSymbol, Bar[]>();
  return {
    load: (symbol, fromSec, toSec) =>
      (rows.get(symbol) ?? []).filter(({ openTimeSec }) => openTimeSec >= fromSec && openTimeSec < toSec),
    append(symbol, bars) {
      const known = rows.get(symbol) ?? [];
      rows.set(symbol, [...known, ...bars].slice(-MINUTES_MAX));
    },
    close: () => rows.clear(),
  };
}
