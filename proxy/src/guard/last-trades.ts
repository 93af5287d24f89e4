/**
 * When what is held last changed, as far as the account stream has told: by a fill, or by a row that shows what no fill
 * has told, since an event can be lost.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { AccountUpdate, PositionRow } from '#contract/model.ts';

/** What is held in a leg, as one word to compare. */
export const sizeOf = ({ position }: PositionRow): string =>
  position === undefined ? 'flat' : `${position.side} ${position.size}`;

export function createLastTrades() {
  const times = new Map<string, number>();
  /** Of each leg, over the snapshots too. */
  const sizes = new Map<string, string>();
  const note = (symbol: ProductSymbol, atMs: number) =>
    times.set(symbol, Math.max(atMs, times.get(symbol) ?? 0));
  return {
    hear({ positions, fills, atMs }: AccountUpdate): void {
      for (const row of positions) {
        const leg = `${row.symbol} ${row.posSide}`;
        const size = sizeOf(row);
        if ((sizes.get(leg) ?? size) !== size) note(row.symbol, atMs);
        sizes.set(leg, size);
      }
      for (const fill of fills) note(fill.symbol, fill.atMs);
    },
    /** By the exchange's clock; 0: never. */
    ofMs: (symbol: ProductSymbol): number => times.get(symbol) ?? 0,
  };
}
