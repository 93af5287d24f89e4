/** Margin mode, leverage and isolated margin of one leg: what may be asked for, and what the exchange is then sent. Pure. */
import type { Money, Ratio } from '#contract/brand.ts';
import { add, canonical, compare, max, ratio, sub, ZERO_MONEY } from '#contract/decimal.ts';
import type { Position, Product, SymbolSettings } from '#contract/model.ts';
import type { PosSide } from '#contract/vocabulary.ts';
import type { LegLeverage, LeverageChange } from '#contract/wire/requests.ts';

const ONE = ratio('1');

/** As typed; undefined outside of what the product allows. */
export function readLeverage(text: string, { leverageMax }: Pick<Product, 'leverageMax'>): Ratio | undefined {
  const leverage = canonical(text.trim()) as Ratio | undefined;
  if (leverage === undefined || compare(leverage, ONE) < 0) return undefined;
  return compare(leverage, ratio(String(leverageMax))) > 0 ? undefined : leverage;
}

/** One leg anew, the other as it is: of a hedged product the exchange wants both at once. */
export function leverageChange(
  { symbol, posMode, legs }: SymbolSettings,
  posSide: PosSide,
  leg: LegLeverage,
): LeverageChange | undefined {
  if (posMode === 'OneWay') return { symbol, posMode, merged: leg };
  const of = (side: PosSide): LegLeverage | undefined =>
    side === posSide ? leg : legs.find((one) => one.posSide === side);
  const long = of('Long');
  const short = of('Short');
  return long && short && { symbol, posMode, long, short };
}

export interface MarginRoom {
  readonly assigned: Money;
  /** The most that may be added, and taken back. */
  readonly addable: Money;
  readonly removable: Money;
}

/** Of an isolated position: what it costs stays, and so does what covers its loss. */
export function marginRoom(
  { cost, assignedBalance, positionMargin }: Position,
  pnl: Money,
  available: Money,
): MarginRoom {
  const assigned = assignedBalance ?? positionMargin;
  const added = sub(assigned, cost ?? assigned);
  const loss = max(ZERO_MONEY, sub(ZERO_MONEY, pnl));
  return {
    assigned,
    addable: max(ZERO_MONEY, available),
    removable: max(ZERO_MONEY, sub(added, loss)),
  };
}

export type MarginMove = 'add' | 'remove';

/** What shall back the position in all; undefined when the text is no amount, or more than there is room for. */
export function marginAfter(text: string, move: MarginMove, room: MarginRoom): Money | undefined {
  const amount = canonical(text.trim()) as Money | undefined;
  if (amount === undefined || compare(amount, ZERO_MONEY) <= 0) return undefined;
  if (compare(amount, move === 'add' ? room.addable : room.removable) > 0) return undefined;
  return move === 'add' ? add(room.assigned, amount) : sub(room.assigned, amount);
}
