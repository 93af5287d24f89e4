/**
 * The quantity as a share of the most there is room for. A share is dropped, not followed: the quantity is what was
 * read, and does not move by itself; the slider says what it comes to now. Per cent. Pure.
 */
import type { Qty } from '#contract/brand.ts';
import { compare, quotient, sign, toNumberLossy } from '#contract/decimal.ts';
import type { Draft } from './draft.ts';
import type { TicketContext } from './facts.ts';
import { shareOf } from './room.ts';
import { readSize, writeSize } from './sizing.ts';

interface Room {
  readonly most: Qty;
  readonly context: TicketContext;
}

/** What the quantity field says for a share; '' for none at all. */
export function shareText(draft: Draft, share: number, { most, context }: Room): string {
  const qty = shareOf(context.product, most, share);
  return sign(qty) === 0 ? '' : writeSize(draft, draft.unit, qty, context);
}

/**
 * Where the slider stands: where it was put, as long as that still comes to this quantity (a share of a few lots comes
 * to fewer of them, and the slider must not run back under a key); else where the quantity lies. 100 is all, no less.
 */
export function shownShare(draft: Draft, { most, context }: Room): number {
  if (draft.share > 0 && shareText(draft, draft.share, { most, context }) === draft.qtyText)
    return draft.share;
  const qty = readSize(draft, context);
  if (qty === undefined || sign(most) === 0) return 0;
  if (compare(qty, most) >= 0) return 100;
  return Math.min(99, Math.round(100 * toNumberLossy(quotient(qty, most, 4))));
}
