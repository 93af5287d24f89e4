/** Own executions as marks on the candles: one per candle and side, at the average price. Pure. */
import type { Money, Qty } from '#contract/brand.ts';
import { add, pricePer, toNumberLossy } from '#contract/decimal.ts';
import type { Candle, Fill } from '#contract/model.ts';
import type { Side } from '#contract/vocabulary.ts';

export interface FillMark {
  readonly openTimeSec: number;
  readonly side: Side;
  /** Average, for pixels. */
  readonly price: number;
  readonly qty: Qty;
}

/** The candle that a moment falls in: the last that opened before it; undefined before the first. */
function candleAt(candles: readonly Candle[], atSec: number): Candle | undefined {
  let low = 0;
  let high = candles.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((candles[middle]?.openTimeSec ?? Number.POSITIVE_INFINITY) <= atSec) low = middle + 1;
    else high = middle;
  }
  return candles[low - 1];
}

/** Oldest first, as the chart wants them; fills older than the candles are left out. */
export function fillMarks(fills: readonly Fill[], candles: readonly Candle[]): FillMark[] {
  const sums = new Map<string, { openTimeSec: number; side: Side; qty: Qty; value: Money }>();
  for (const { side, qty, value, atMs } of fills) {
    const openTimeSec = candleAt(candles, atMs / 1000)?.openTimeSec;
    if (openTimeSec === undefined) continue;
    const key = `${openTimeSec} ${side}`;
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, { openTimeSec, side, qty, value });
    else sums.set(key, { ...sum, qty: add(sum.qty, qty), value: add(sum.value, value) });
  }
  return [...sums.values()]
    .map(({ openTimeSec, side, qty, value }) => ({
      openTimeSec,
      side,
      qty,
      price: toNumberLossy(pricePer(value, qty)),
    }))
    .sort((a, b) => a.openTimeSec - b.openTimeSec);
}
