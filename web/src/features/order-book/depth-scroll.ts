/**
 * How far each side of the book is scrolled away from the spread: the wheel over a side moves its rows, the spread
 * stays where it is. In rows.
 */
import type { Side } from '#contract/vocabulary.ts';

export interface DepthScroll {
  skipped(): Readonly<Record<Side, number>>;
  /** Positive `deltaPx` is away from the spread. Answers whether anything moved. */
  scroll(side: Side, deltaPx: number): boolean;
  /** Back to the best prices. */
  reset(): void;
}

export function createDepthScroll(rowHeightPx: number, rowsToSkipMax: () => number): DepthScroll {
  let scrolledPx: Record<Side, number> = { Buy: 0, Sell: 0 };
  const rowsOf = (side: Side) => Math.round(Math.min(scrolledPx[side] / rowHeightPx, rowsToSkipMax()));
  return {
    skipped: () => ({ Buy: rowsOf('Buy'), Sell: rowsOf('Sell') }),
    scroll: (side, deltaPx) => {
      const before = rowsOf(side);
      const most = rowsToSkipMax() * rowHeightPx;
      scrolledPx[side] = Math.min(Math.max(0, scrolledPx[side] + deltaPx), most);
      return rowsOf(side) !== before;
    },
    reset: () => {
      scrolledPx = { Buy: 0, Sell: 0 };
    },
  };
}
