/**
 * What the exchange would make of the ticket's order now: what trades at once against the book as it stands, what
 * rests, what is canceled, what that costs, and the position once all of it is filled. Settlement currency. Pure.
 */
import type { Money, Price, Qty, Ratio } from '#contract/brand.ts';
import { liquidationPrice, marginOf, tradeFee } from '#contract/cost.ts';
import {
  add,
  max,
  min,
  notional,
  pricePer,
  quotient,
  shareOf,
  sign,
  sub,
  ZERO_MONEY,
  ZERO_QTY,
} from '#contract/decimal.ts';
import type { Position } from '#contract/model.ts';
import type { Side, TimeInForce } from '#contract/vocabulary.ts';
import { assignedTo, closableOf, fillLeg, type Leg, lockedByOrders, withLots } from '../../account/leg.ts';
import { deriveIsolatedMarginRatio } from '../../account/pnl.ts';
import { type Walk, type WalkedFill, walkBook } from '../../market/book-walk.ts';
import { type Draft, hasLimitPrice, isConditional, timeInForceOf } from './draft.ts';
import { type LegFacts, legFacts, type OrderFacts, type TicketContext } from './facts.ts';
import { isMarketable } from './reading.ts';

/** What becomes of an order in the book as it stands. */
export interface Execution {
  readonly fills: readonly WalkedFill[];
  readonly takenQty: Qty;
  readonly takenValue: Money;
  /** Stays in the book at its own price. */
  readonly restQty: Qty;
  readonly canceledQty: Qty;
  /** The levels that are known do not hold so much: the rest is reckoned at the last of them. */
  readonly isPastBook: boolean;
}

interface Sketch {
  readonly side: Side;
  readonly qty: Qty;
  /** The limit, else where the ticket reckons it would trade. */
  readonly price: Price;
}

const NOTHING_TAKEN: Walk = { fills: [], leftQty: ZERO_QTY, isPastEnd: false };

/** A conditional order is taken to trade where it is reckoned: what the book will be like then, nobody knows. */
function walkOf(draft: Draft, { side, qty, price }: Sketch, { book }: TicketContext): Walk {
  if (isConditional(draft) || (book === undefined && !hasLimitPrice(draft))) {
    return { ...NOTHING_TAKEN, fills: [{ price, qty }] };
  }
  if (book === undefined) return { ...NOTHING_TAKEN, leftQty: qty };
  const walked = walkBook(book, { side, qty, ...(hasLimitPrice(draft) ? { limit: price } : {}) });
  const worst = walked.fills.at(-1);
  if (hasLimitPrice(draft) || !walked.isPastEnd || worst === undefined) return walked;
  const rest = { price: worst.price, qty: walked.leftQty };
  return { fills: [...walked.fills, rest], leftQty: ZERO_QTY, isPastEnd: true };
}

const STAYS: readonly TimeInForce[] = ['GoodTillCancel', 'PostOnly'];

export function executionOf(draft: Draft, sketch: Sketch, context: TicketContext): Execution {
  const timeInForce = timeInForceOf(draft);
  const walked = walkOf(draft, sketch, context);
  const isPostOnly = timeInForce === 'PostOnly' && !isConditional(draft);
  const isAllOrNothing = timeInForce === 'FillOrKill' && sign(walked.leftQty) > 0;
  const fills = isPostOnly || isAllOrNothing ? [] : walked.fills;
  const takenQty = fills.reduce((sum, fill) => add(sum, fill.qty), ZERO_QTY);
  const takenValue = fills.reduce((sum, { price, qty }) => add(sum, notional(price, qty)), ZERO_MONEY);
  const leftQty = sub(sketch.qty, takenQty);
  const crosses = isPostOnly && walked.fills.length > 0;
  const stays = STAYS.includes(timeInForce) && hasLimitPrice(draft) && !crosses;
  return {
    fills,
    takenQty,
    takenValue,
    restQty: stays ? leftQty : ZERO_QTY,
    canceledQty: stays ? ZERO_QTY : leftQty,
    isPastBook: walked.isPastEnd && !hasLimitPrice(draft),
  };
}

export interface Outcome extends Execution {
  /** At the prices it would trade at. */
  readonly value: Money;
  /** Of what trades at once; absent when nothing does. */
  readonly averagePrice?: Price;
  /** How much worse that is than the best price, as a part of it. */
  readonly slippage?: Ratio;
  readonly fees: { readonly maker: Money; readonly taker: Money };
  /** What the leg and the fees take from what is available; below zero it sets something free. */
  readonly cost: Money;
  /** Once all of it is filled; absent when nothing is held then. */
  readonly position?: PositionAfter;
}

export interface PositionAfter {
  readonly side: Side;
  readonly size: Qty;
  /** Absent when no price could do it. */
  readonly liquidation?: Price;
  /** Of all cross positions, or of this isolated one. */
  readonly marginRatio?: Ratio;
}

interface Filled {
  readonly leg: Leg | undefined;
  readonly closedPnl: Money;
}

function fillAll(leg: Leg | undefined, side: Side, fills: readonly WalkedFill[]): Filled {
  let filled: Filled = { leg, closedPnl: ZERO_MONEY };
  for (const fill of fills) {
    const next = fillLeg(filled.leg, { side, ...fill });
    filled = { leg: next.leg, closedPnl: add(filled.closedPnl, next.closedPnl) };
  }
  return filled;
}

const feesOf = (fills: readonly WalkedFill[], rate: Ratio): Money =>
  fills.reduce((sum, { price, qty }) => add(sum, tradeFee(price, qty, rate)), ZERO_MONEY);

/** What the leg takes of the balance once what trades at once has traded, and the rest stands in the book. */
function usedAfter(facts: OrderFacts, leg: Leg | undefined, rest: Sketch): Money {
  const { isClosing, terms, rates } = facts;
  const orders = isClosing || sign(rest.qty) <= 0 ? facts.orders : withLots(facts.orders, rest);
  return add(assignedTo(leg, terms), lockedByOrders({ leg, orders }, rates));
}

function positionAfter(
  facts: LegFacts,
  { leg, balanceChange }: { readonly leg: Leg; readonly balanceChange: Money },
  context: TicketContext,
): PositionAfter {
  const { product, wallet, feeRates, quotes } = context;
  const { marginMode, terms, rates, orders, posSide } = facts;
  const balance = add(wallet.balance, balanceChange);
  const others = sub(wallet.used, facts.used);
  const free = sub(sub(balance, others), lockedByOrders({ leg, orders }, rates));
  const backing = marginMode === 'cross' ? max(ZERO_MONEY, free) : assignedTo(leg, terms);
  const question = { ...leg, marginMode, backing, takerFeeRate: feeRates.taker };
  const liquidation = liquidationPrice(product, question);
  const position: Position = {
    ...(facts.held ?? NO_POSITION),
    symbol: product.symbol,
    posSide,
    side: leg.side,
    size: leg.size,
    value: leg.value,
    avgEntryPrice: pricePer(leg.value, leg.size),
    marginMode,
    leverage: terms.leverage,
    positionMargin: marginOf(product, question),
  };
  const marginRatio =
    marginMode === 'cross'
      ? context.crossRatio({ ...wallet, balance }, posSide, position)
      : deriveIsolatedMarginRatio(position, product, quotes.mark);
  return {
    side: leg.side,
    size: leg.size,
    ...(liquidation === undefined ? {} : { liquidation }),
    ...(marginRatio === undefined ? {} : { marginRatio }),
  };
}

const NO_POSITION = {
  usedBalance: ZERO_MONEY,
  maintenanceMarginRate: '0' as Ratio,
  termRealisedPnl: ZERO_MONEY,
  cumClosedPnl: ZERO_MONEY,
  cumFundingFee: ZERO_MONEY,
};

/** The average, and how much worse it is than the best price. */
function averageOf({ fills, takenQty, takenValue }: Execution, side: Side) {
  const best = fills[0]?.price;
  if (best === undefined || sign(takenQty) <= 0) return {};
  const averagePrice = pricePer(takenValue, takenQty);
  const worse = side === 'Buy' ? sub(averagePrice, best) : sub(best, averagePrice);
  return { averagePrice, slippage: quotient(max('0' as Price, worse), best, 6) };
}

/** `price` is where the ticket reckons; undefined while the account has not told enough. */
export function outcomeOf(
  draft: Draft,
  { qty: wanted, price }: { readonly qty: Qty; readonly price: Price },
  context: TicketContext,
): Outcome | undefined {
  const facts = legFacts(draft, context);
  const { side } = draft;
  if (facts === undefined || sign(wanted) <= 0) return undefined;
  // What may only close is cut to the position.
  const qty = facts.isClosing ? min(wanted, closableOf(facts.leg, side)) : wanted;
  const execution = executionOf(draft, { side, qty, price }, context);
  const rest = { side, price, qty: execution.restQty };
  const resting = sign(rest.qty) > 0 ? [rest] : [];
  const { maker, taker } = context.feeRates;
  const fees = { maker: feesOf(resting, maker), taker: feesOf(execution.fills, taker) };
  const now = fillAll(facts.leg, side, execution.fills);
  const whole = fillAll(facts.leg, side, [...execution.fills, ...resting]);
  const usedBefore = add(assignedTo(facts.leg, facts.terms), lockedByOrders(facts, facts.rates));
  const balanceChange = sub(whole.closedPnl, add(fees.maker, fees.taker));
  return {
    ...execution,
    value: add(execution.takenValue, notional(price, rest.qty)),
    ...averageOf(execution, side),
    fees,
    cost: add(sub(usedAfter(facts, now.leg, rest), usedBefore), fees.taker),
    ...(whole.leg === undefined
      ? {}
      : { position: positionAfter(facts, { leg: whole.leg, balanceChange }, context) }),
  };
}

/** How far a price is beyond (above zero) or before mark, as a part of mark. */
export function distanceToMark(price: Price, mark: Price | undefined): Ratio | undefined {
  return mark === undefined || sign(mark) <= 0 ? undefined : quotient(sub(price, mark), mark, 6);
}

/** Whether a post-only order would trade at once, and so be canceled. */
export function wouldCross(draft: Draft, price: Price, { quotes }: TicketContext): boolean {
  if (timeInForceOf(draft) !== 'PostOnly' || isConditional(draft)) return false;
  return isMarketable(draft.side, price, quotes);
}

/** What the order would begin to lose at once since it trades worse than mark, of the part that opens. */
export function openingLoss(
  { takenQty, takenValue }: Pick<Execution, 'takenQty' | 'takenValue'>,
  { side, closable, mark }: { readonly side: Side; readonly closable: Qty; readonly mark: Price | undefined },
): Money {
  const opening = sub(takenQty, closable);
  if (mark === undefined || sign(opening) <= 0) return ZERO_MONEY;
  const atMark = notional(mark, takenQty);
  const worse = max(ZERO_MONEY, side === 'Buy' ? sub(takenValue, atMark) : sub(atMark, takenValue));
  return shareOf(worse, [opening, takenQty], 'down');
}
