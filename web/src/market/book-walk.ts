/** What an order would trade at once: through the levels of the other side, best first, up to its limit. Exact. Pure. */
import type { Price, Qty } from '#contract/brand.ts';
import { compare, min, sign, sub, ZERO_QTY } from '#contract/decimal.ts';
import type { BookLevel } from '#contract/model.ts';
import type { Side } from '#contract/vocabulary.ts';

export interface BookSides {
  /** Best first. */
  readonly bids: readonly BookLevel[];
  readonly asks: readonly BookLevel[];
}

export interface WalkedFill {
  readonly price: Price;
  readonly qty: Qty;
}

export interface Walk {
  readonly fills: readonly WalkedFill[];
  readonly leftQty: Qty;
  /** The levels that are known ended before the quantity or the limit did. */
  readonly isPastEnd: boolean;
}

/** Without a limit, at any price. */
export function walkBook(
  { bids, asks }: BookSides,
  order: { readonly side: Side; readonly qty: Qty; readonly limit?: Price | undefined },
): Walk {
  const { side, limit } = order;
  const fills: WalkedFill[] = [];
  let leftQty = order.qty;
  for (const [price, offered] of side === 'Buy' ? asks : bids) {
    if (sign(leftQty) <= 0) break;
    const isBeyond = limit !== undefined && compare(price, limit) * (side === 'Buy' ? 1 : -1) > 0;
    if (isBeyond) return { fills, leftQty, isPastEnd: false };
    const qty = min(offered, leftQty);
    fills.push({ price, qty });
    leftQty = sub(leftQty, qty);
  }
  return { fills, leftQty: sign(leftQty) > 0 ? leftQty : ZERO_QTY, isPastEnd: sign(leftQty) > 0 };
}
