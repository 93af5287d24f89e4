/**
 * A fill changes a position: the part against it closes at a profit or loss, the rest opens at the fill's price.
 * Source: closedPnlRv, cumClosedPnlRv, curTermRealisedPnlRv of the exchange's own rows: profit = ± (exit − entry)
 * value, the term's result = closed profit − fees − funding since the position was opened.
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Lots } from '../commands.ts';
import { ceilDiv } from './ratio.ts';
import { type Leg, NOTHING_CLOSED, type TermClosing } from './state.ts';

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
  /** The whole position, when this fill was its end. */
  readonly ended?: EndedPosition;
}

export interface EndedPosition extends TermClosing {
  readonly side: Side;
  readonly closedPnl: bigint;
  readonly fundingFee: bigint;
  readonly term: number;
  readonly openedNs: bigint;
}

/** Closes the term's books; its result = closed profit − fees − funding, which says what the funding was. */
function endTerm(leg: Leg, side: Side): EndedPosition {
  const { termClosing, term, createdNs } = leg;
  const { entryValue, exitValue, fee } = termClosing;
  const closedPnl = side === 'Buy' ? exitValue - entryValue : entryValue - exitValue;
  const fundingFee = closedPnl - fee - leg.termRealisedPnl;
  leg.term += 1;
  leg.termClosing = NOTHING_CLOSED;
  return { ...termClosing, side, closedPnl, fundingFee, term, openedNs: createdNs };
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
  // A fee is split likewise, so that each position bears its own.
  const closedFee = (fill.fee * BigInt(closedQty)) / BigInt(fill.qty);
  let closedPnl = 0n;
  let ended: EndedPosition | undefined;
  if (closedQty > 0) {
    const entry = entryValueOf(leg, closedQty);
    closedPnl = leg.size > 0 ? closedValue - entry : entry - closedValue;
    // Added margin goes back with the lots it stood for.
    leg.addedMargin -= ceilDiv(leg.addedMargin * BigInt(closedQty), BigInt(Math.abs(leg.size)));
    const side: Side = leg.size > 0 ? 'Buy' : 'Sell';
    leg.value -= entry;
    leg.size += leg.size > 0 ? -closedQty : closedQty;
    leg.cumClosedPnl += closedPnl;
    leg.termRealisedPnl += closedPnl - closedFee;
    const before = leg.termClosing;
    leg.termClosing = {
      qty: before.qty + closedQty,
      entryValue: before.entryValue + entry,
      exitValue: before.exitValue + closedValue,
      fee: before.fee + closedFee,
    };
    if (leg.size === 0) {
      ended = endTerm(leg, side);
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
    leg.termRealisedPnl -= fill.fee - closedFee;
    leg.termClosing = { ...leg.termClosing, fee: leg.termClosing.fee + fill.fee - closedFee };
  }
  if (leg.size === 0) leg.listing.positions.delete(leg);
  else leg.listing.positions.add(leg);
  leg.cumTransactFee += fill.fee;
  leg.transactNs = fill.atNs;
  return { closedQty, closedPnl, ...(ended === undefined ? {} : { ended }) };
}
