/**
 * A fill changes a position: the part against it closes at a profit or loss, the rest opens at the fill's price.
 * Source: closedPnlRv, cumClosedPnlRv, curTermRealisedPnlRv of the exchange's own rows: profit = ± (exit − entry)
 * value, the term's result = closed profit − fees − funding since the position was opened.
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Lots } from '../commands.ts';
import { ceilDiv } from './ratio.ts';
import type { Leg } from './state.ts';

export interface PositionFill {
  readonly side: Side;
  readonly qty: Lots;
  /** price × quantity, exact. */
  readonly value: bigint;
  readonly fee: bigint;
  readonly atNs: bigint;
}

export interface PositionChange {
  readonly closedQty: Lots;
  readonly closedPnl: bigint;
}

/** The entry value of `lots` out of the position; the last lots take what rounding left, so nothing is lost. */
function entryValueOf(leg: Leg, lots: number): bigint {
  const size = Math.abs(leg.size);
  return lots === size ? leg.value : (leg.value * BigInt(lots)) / BigInt(size);
}

/** How much of a fill on this side closes, in lots. */
export const closableQty = (leg: Leg, side: Side): Lots =>
  (side === 'Buy' ? Math.max(0, -leg.size) : Math.max(0, leg.size)) as Lots;

export function applyFill(leg: Leg, fill: PositionFill): PositionChange {
  const closedQty = Math.min(fill.qty, closableQty(leg, fill.side)) as Lots;
  // A fill that closes and opens at once is split by quantity; price × quantity divides exactly.
  const closedValue = (fill.value * BigInt(closedQty)) / BigInt(fill.qty);
  let closedPnl = 0n;
  if (closedQty > 0) {
    const entry = entryValueOf(leg, closedQty);
    closedPnl = leg.size > 0 ? closedValue - entry : entry - closedValue;
    // Added margin goes back with the lots it stood for.
    leg.addedMargin -= ceilDiv(leg.addedMargin * BigInt(closedQty), BigInt(Math.abs(leg.size)));
    leg.value -= entry;
    leg.size += leg.size > 0 ? -closedQty : closedQty;
    leg.cumClosedPnl += closedPnl;
    leg.termRealisedPnl += closedPnl;
    if (leg.size === 0) {
      leg.term += 1;
      leg.lastTermEndNs = fill.atNs;
    }
  }
  const openedQty = fill.qty - closedQty;
  if (openedQty > 0) {
    if (leg.size === 0) {
      leg.termRealisedPnl = 0n;
      leg.createdNs = fill.atNs;
    }
    leg.size += fill.side === 'Buy' ? openedQty : -openedQty;
    leg.value += fill.value - closedValue;
  }
  if (leg.size === 0) leg.listing.positions.delete(leg);
  else leg.listing.positions.add(leg);
  leg.termRealisedPnl -= fill.fee;
  leg.cumTransactFee += fill.fee;
  leg.transactNs = fill.atNs;
  return { closedQty, closedPnl };
}
