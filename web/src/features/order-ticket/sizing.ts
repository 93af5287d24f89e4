/**
 * How much the ticket's quantity field means: in base or quote currency, as the margin and fees that it would lock, or
 * as the loss if the stop is hit, fees of both ways included. Always whole lots, and never more than was meant. Pure.
 */
import type { Money, Price, Qty, Ratio } from '#contract/brand.ts';
import { orderCost } from '#contract/cost.ts';
import { abs, add, compare, notional, pricePer, qtyFor, scale, sign, sub } from '#contract/decimal.ts';
import { snapQty } from '#contract/product.ts';
import { type ProtectedEntry, protectionPrice } from '../../account/protection-entry.ts';
import { readDecimal } from '../../lib/read-decimal.ts';
import { walkBook } from '../../market/book-walk.ts';
import {
  type Draft,
  hasLimitPrice,
  isConditional,
  isProtecting,
  type QtyUnit,
  targetOf,
  timeInForceOf,
} from './draft.ts';
import type { TicketContext } from './facts.ts';
import { readQty, reckonedPrice } from './reading.ts';

/** What one unit of base currency loses from an entry to the stop. */
export interface Risk {
  readonly entry: Price;
  readonly stop: Price;
  readonly entryFeeRate: Ratio;
  readonly exitFeeRate: Ratio;
}

/** The entry that the ticket's take-profit and stop-loss would protect. */
export function protectedEntry(
  draft: Draft,
  context: TicketContext,
  { price, qty }: { readonly price: Price; readonly qty: Qty | undefined },
): ProtectedEntry {
  const { product, settings } = context;
  const leverage = context.leverage(targetOf(draft, settings.posMode).posSide);
  return { side: draft.side, product, price, qty, leverage };
}

/**
 * Undefined while there is no stop on the losing side of the entry. The stop closes at market, so as a taker; the entry
 * counts as one too, unless it is post-only: it may trade at once.
 */
export function riskOf(draft: Draft, context: TicketContext): Risk | undefined {
  const { product, settings, quotes, feeRates } = context;
  const entry = reckonedPrice(draft, product, quotes);
  if (entry === undefined || !isProtecting(draft, settings.posMode)) return undefined;
  const stop = protectionPrice(
    'stop-loss',
    draft.stopLoss,
    protectedEntry(draft, context, { price: entry, qty: undefined }),
  );
  if (stop === undefined || compare(stop, entry) * (draft.side === 'Buy' ? 1 : -1) >= 0) return undefined;
  const entryFeeRate = timeInForceOf(draft) === 'PostOnly' ? feeRates.maker : feeRates.taker;
  return { entry, stop, entryFeeRate, exitFeeRate: feeRates.taker };
}

/** Per unit of base currency. */
function lossPerUnit({ entry, stop, entryFeeRate, exitFeeRate }: Risk): Price {
  return add(abs(sub(entry, stop)), add(scale(entry, entryFeeRate), scale(stop, exitFeeRate)));
}

/** What a quantity loses if the stop is hit. */
export const lossOf = (risk: Risk, qty: Qty): Money => notional(lossPerUnit(risk), qty);

/** The quantity that loses no more than `loss`. A market order's entry is what the book would make of that much. */
function qtyOfLoss(draft: Draft, loss: Money, risk: Risk, context: TicketContext): Qty {
  const first = snapQty(context.product, qtyFor(loss, lossPerUnit(risk)));
  const { book, product } = context;
  if (hasLimitPrice(draft) || isConditional(draft) || book === undefined || sign(first) <= 0) return first;
  const { fills, leftQty } = walkBook(book, { side: draft.side, qty: first });
  const taken = sub(first, leftQty);
  if (sign(taken) <= 0) return first;
  const value = fills.reduce((sum, { price, qty }) => add(sum, notional(price, qty)), '0' as Money);
  return snapQty(product, qtyFor(loss, lossPerUnit({ ...risk, entry: pricePer(value, taken) })));
}

/** Base quantity, down to the lot; undefined when the text is no number, or what it is measured by is not known. */
export function readSize(draft: Draft, context: TicketContext): Qty | undefined {
  const { product, quotes, settings } = context;
  const { qtyText, unit } = draft;
  if (unit === 'base') return readQty(qtyText, product);
  const value = readDecimal(qtyText) as Money | undefined;
  const price = reckonedPrice(draft, product, quotes);
  if (value === undefined || price === undefined) return undefined;
  if (unit === 'quote') return snapQty(product, qtyFor(value, price));
  if (unit === 'risk') {
    const risk = riskOf(draft, context);
    return risk && qtyOfLoss(draft, value, risk, context);
  }
  const rate = context.costRate(targetOf(draft, settings.posMode).posSide, draft.side);
  return rate && snapQty(product, qtyFor(value, scale(price, rate)));
}

/** A base quantity as the field shows it in a unit; '' where it cannot. */
export function writeSize(draft: Draft, unit: QtyUnit, qty: Qty, context: TicketContext): string {
  if (unit === 'base') return qty;
  const price = reckonedPrice(draft, context.product, context.quotes);
  if (price === undefined) return '';
  if (unit === 'quote') return notional(price, qty);
  if (unit === 'risk') {
    const risk = riskOf(draft, context);
    return risk === undefined ? '' : lossOf(risk, qty);
  }
  const rate = context.costRate(targetOf(draft, context.settings.posMode).posSide, draft.side);
  return rate === undefined ? '' : orderCost(notional(price, qty), rate);
}
