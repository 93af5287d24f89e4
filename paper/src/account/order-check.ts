/**
 * Whether an order may be taken on: its numbers first, then what it would cost and how large it would make the
 * position. Answers with the refusal, or undefined.
 * Source: the exchange's error table; cost and risk limit as in used-balance.ts and tier.ts.
 */
import type { Side, TimeInForce } from '#contract/vocabulary.ts';
import type { Lots, OrderType, Refusal, StpInstruction, Ticks } from '../commands.ts';
import { bestPrice, fillable, opposite } from '../engine/order-book.ts';
import { isLimited } from '../order-types.ts';
import { orderCost, valueToCost } from './margin.ts';
import { closableQty } from './position.ts';
import { maxOf } from './ratio.ts';
import { REFUSALS } from './refusal.ts';
import { meetingOf } from './self-trade.ts';
import type { Leg, Listing, Order } from './state.ts';
import { tierOfLeverage } from './tier.ts';
import {
  availableBalance,
  figuresOf,
  type Intent,
  leverageOf,
  openingValue,
  openOrderCost,
} from './used-balance.ts';

/** How far from the mark price a market order may trade, in 1/100: it never sweeps an empty book. */
const MARKET_PROTECTION_PERCENT = 5;

/** What an order wants, once its price is known. */
export interface Proposal {
  readonly leg: Leg;
  readonly side: Side;
  readonly ordType: OrderType;
  readonly price: Ticks;
  /** What would still be open. */
  readonly leavesQty: Lots;
  readonly timeInForce: TimeInForce;
  readonly closesOnly: boolean;
  readonly stp: StpInstruction | undefined;
  readonly replaces?: Order;
}

const clampPrice = (listing: Listing, price: number): Ticks =>
  Math.min(Math.max(price, listing.product.priceMin), listing.product.priceMax) as Ticks;

/** Mark, else the price it would meet; undefined in an empty market. */
const referencePrice = (listing: Listing, side: Side): Ticks | undefined =>
  listing.mark ?? bestPrice(listing.book, opposite(side));

/** The worst price a market order may trade at. Integers throughout: ticks × percent. */
export function protectedPrice(listing: Listing, side: Side): Ticks {
  const reference = referencePrice(listing, side);
  if (reference === undefined) return side === 'Buy' ? listing.product.priceMax : listing.product.priceMin;
  const away = Math.ceil((reference * MARKET_PROTECTION_PERCENT) / 100);
  return clampPrice(listing, side === 'Buy' ? reference + away : reference - away);
}

export function refuseNumbers(proposal: Proposal): Refusal | undefined {
  const { leg, side, price, leavesQty } = proposal;
  const { product } = leg.listing;
  if (!Number.isSafeInteger(price) || !Number.isSafeInteger(leavesQty)) return REFUSALS.badArguments;
  if (leavesQty <= 0) return REFUSALS.qtyTooSmall;
  if (leavesQty > product.qtyMax) return REFUSALS.qtyTooLarge;
  if (price > product.priceMax) return REFUSALS.priceTooLarge;
  if (price < product.priceMin) return REFUSALS.priceTooSmall;
  // A position too small to be worth an order must still be closable.
  if (proposal.closesOnly) return undefined;
  const at = isLimited(proposal.ordType) ? price : (referencePrice(leg.listing, side) ?? price);
  const value = BigInt(at) * BigInt(leavesQty) * product.unitsPerTickLot;
  return value < product.orderValueMin ? REFUSALS.orderValueTooSmall : undefined;
}

/** What it would trade now, and its value: at the book's prices for that part, at its own price for what rests. */
function intentOf(proposal: Proposal) {
  const { leg, side, price, leavesQty, timeInForce } = proposal;
  const perTickLot = leg.listing.product.unitsPerTickLot;
  const taken = fillable(leg.listing.book, {
    side,
    limit: price,
    qty: timeInForce === 'PostOnly' ? (0 as Lots) : leavesQty,
    meet: (order) => meetingOf({ account: leg.account, stp: proposal.stp }, order),
  });
  const takenValue = taken.tickLots * perTickLot;
  const waits = timeInForce === 'GoodTillCancel' || timeInForce === 'PostOnly';
  const restQty = waits ? leavesQty - taken.qty : 0;
  const intent: Intent = {
    side,
    qty: taken.qty + restQty,
    value: takenValue + BigInt(restQty) * BigInt(price) * perTickLot,
    ...(proposal.replaces === undefined ? {} : { replaces: proposal.replaces }),
  };
  return { intent, takenQty: taken.qty, takenValue };
}

/** What the part that opens would start losing at once, since it trades worse than the mark price. */
function estimatedLoss(leg: Leg, side: Side, taken: { qty: Lots; value: bigint }): bigint {
  const { mark, product } = leg.listing;
  const opening = taken.qty - closableQty(leg, side);
  if (mark === undefined || opening <= 0) return 0n;
  const atMark = BigInt(taken.qty) * BigInt(mark) * product.unitsPerTickLot;
  const worse = maxOf(0n, side === 'Buy' ? taken.value - atMark : atMark - taken.value);
  return (worse * BigInt(opening)) / BigInt(taken.qty);
}

type ClosingPrice = Pick<Proposal, 'leg' | 'ordType' | 'side' | 'price'>;

/** A closing order may not ask for less than what would use up the position's margin. */
export function refuseClosingPrice({ leg, ordType, side, price }: ClosingPrice): Refusal | undefined {
  const { taker } = leg.account.fees;
  const figures = isLimited(ordType)
    ? figuresOf(leg, taker, availableBalance(leg.account, taker))
    : undefined;
  if (figures === undefined) return undefined;
  const isWorse = side === 'Sell' ? price < figures.bankruptPrice : price > figures.bankruptPrice;
  return isWorse ? REFUSALS.priceWorseThanBankrupt : undefined;
}

export function refuseCost(proposal: Proposal): Refusal | undefined {
  const { leg, side } = proposal;
  if (proposal.closesOnly) return refuseClosingPrice(proposal);
  const { intent, takenQty, takenValue } = intentOf(proposal);
  const leverage = leverageOf(leg);
  const opening = openingValue(leg, side, intent);
  const held = closableQty(leg, side) > 0 ? 0n : leg.value;
  const added = orderCost(opening, valueToCost(side, leverage, leg.account.fees.taker));
  if (added > 0n && held + opening > tierOfLeverage(leg.listing.product, leverage).notionalMax) {
    return REFUSALS.riskLimitExceeds;
  }
  const more =
    openOrderCost(leg, leg.account.fees.taker, intent) - openOrderCost(leg, leg.account.fees.taker);
  const loss = estimatedLoss(leg, side, { qty: takenQty, value: takenValue });
  if (more <= 0n && loss === 0n) return undefined;
  const available = availableBalance(leg.account, leg.account.fees.taker);
  if (more > 0n && more > available) return REFUSALS.noEnoughAvailableBalance;
  return more + loss > available ? REFUSALS.cannotCoverEstimateOrderLoss : undefined;
}
