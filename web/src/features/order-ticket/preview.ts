/**
 * What an order would do to the account, exactly as the account's own rates say: value, cost, fees, liquidation, and
 * the largest quantity there is room for. Settlement currency. Pure.
 */
import type { Money, Price, Qty, Ratio } from '#contract/brand.ts';
import { affordableQty, liquidationPrice, orderCost, tradeFee } from '#contract/cost.ts';
import {
  add,
  compare,
  max,
  min,
  notional,
  pricePer,
  qtyFor,
  quotient,
  ratio,
  scale,
  sign,
  sub,
  toNumberLossy,
  ZERO_MONEY,
  ZERO_QTY,
} from '#contract/decimal.ts';
import type { Order, Position, Product, SymbolSettings } from '#contract/model.ts';
import { snapQty } from '#contract/product.ts';
import type { MarginMode, PosSide, Side } from '#contract/vocabulary.ts';
import { type Draft, hasLimitPrice, isConditional, targetOf } from './draft.ts';
import { marketPrice, type Quotes, reckonedPrice } from './reading.ts';

/** Everything about the product and the account that an order is judged by. */
export interface TicketContext {
  readonly product: Product;
  readonly settings: SymbolSettings;
  readonly available: Money;
  /** Of this product. */
  readonly positions: readonly Position[];
  /** Of this product. */
  readonly openOrders: readonly Order[];
  readonly quotes: Quotes;
  readonly feeRates: { readonly maker: Ratio; readonly taker: Ratio };
  /** Margin per unit of value that an opening order of this side locks on its leg. */
  readonly costRate: (posSide: PosSide, side: Side) => Ratio | undefined;
  /** Of the leg, cross "0" resolved. */
  readonly leverage: (posSide: PosSide) => Ratio | undefined;
}

/** Room kept when an order that trades at once takes the maximum: the market may move this far before it does. */
const MARKET_CUSHION = ratio('0.002');
/** Room kept for mark moving between its last word, about a second old, and the order's arrival. */
const MARK_CUSHION = ratio('0.0005');
const ONE = ratio('1');

/** What the order's side could close of its leg. */
export function closableQty(draft: Draft, { settings, positions }: TicketContext): Qty {
  const { posSide } = targetOf(draft, settings.posMode);
  const held = positions.find((position) => position.posSide === posSide);
  return held === undefined || held.side === draft.side ? ZERO_QTY : held.size;
}

/** The part of a quantity that opens or adds, and so costs margin. */
export function openingQty(draft: Draft, qty: Qty, context: TicketContext): Qty {
  if (targetOf(draft, context.settings.posMode).isClosing) return ZERO_QTY;
  return max(ZERO_QTY, sub(qty, closableQty(draft, context)));
}

/** Values still open on the leg, of orders that may open. */
function openValues(context: TicketContext, posSide: PosSide): Readonly<Record<Side, Money>> {
  const values = { Buy: ZERO_MONEY, Sell: ZERO_MONEY };
  for (const order of context.openOrders) {
    if (order.reduceOnly || (order.posSide ?? 'Merged') !== posSide) continue;
    values[order.side] = add(values[order.side], notional(order.price, order.leavesQty));
  }
  return values;
}

/**
 * What this side may cost: buys and sells cannot both add to one position, so only the dearer side locks margin, and
 * an order of the cheaper one is free up to the difference.
 */
export function spendable(draft: Draft, context: TicketContext): Money {
  const { posSide } = targetOf(draft, context.settings.posMode);
  const values = openValues(context, posSide);
  const other: Side = draft.side === 'Buy' ? 'Sell' : 'Buy';
  const lockedBy = (side: Side) => scale(values[side], context.costRate(posSide, side) ?? ratio('0'));
  return add(context.available, max(ZERO_MONEY, sub(lockedBy(other), lockedBy(draft.side))));
}

const raised = (price: Price, by: Ratio): Price => scale(price, add(ONE, by));
const lowered = (price: Price, by: Ratio): Price => scale(price, sub(ONE, by));

/** The part of the price that would be a loss at once, for an order worse than mark. */
function lossRate(side: Side, price: Price, mark: Price | undefined): Ratio {
  if (mark === undefined) return ratio('0');
  const worse =
    side === 'Buy' ? sub(price, lowered(mark, MARK_CUSHION)) : sub(raised(mark, MARK_CUSHION), price);
  return sign(worse) > 0 ? quotient(worse, price) : ratio('0');
}

/** The dearest it may trade: a sell that trades at once gets the market's price, however low its limit. */
function dearestPrice(draft: Draft, price: Price, quotes: Quotes): Price {
  const { side } = draft;
  if (!hasLimitPrice(draft)) return raised(price, MARKET_CUSHION);
  if (isConditional(draft) || side === 'Buy' || !isMarketable(side, price, quotes)) return price;
  return max(price, raised(marketPrice(side, quotes) ?? price, MARKET_CUSHION));
}

/** Value of the largest position that the leg's leverage allows. */
function positionValueMax(product: Product, leverage: Ratio): Money {
  const allowed = product.tiers.filter((tier) => tier.leverageMax >= toNumberLossy(leverage));
  return allowed.at(-1)?.notionalMax ?? product.tiers[0]?.notionalMax ?? ZERO_MONEY;
}

/** What the leverage's largest position leaves for one more order beside what is held and already asked for. */
function roomQty(draft: Draft, price: Price, leverage: Ratio, context: TicketContext): Qty {
  const { product, settings, positions, quotes } = context;
  const { posSide } = targetOf(draft, settings.posMode);
  const held = positions.find((position) => position.posSide === posSide && position.side === draft.side);
  const taken = add(openValues(context, posSide)[draft.side], held?.value ?? ZERO_MONEY);
  const room = max(ZERO_MONEY, sub(positionValueMax(product, leverage), taken));
  return snapQty(product, qtyFor(room, dearestPrice(draft, price, quotes)));
}

/** The largest quantity there is room for; undefined while no price is known. */
export function maxQty(draft: Draft, context: TicketContext): Qty | undefined {
  const { product, settings, quotes } = context;
  const { posSide, isClosing } = targetOf(draft, settings.posMode);
  const closable = closableQty(draft, context);
  if (isClosing) return closable;
  const best = reckonedPrice(draft, product, quotes);
  const rate = context.costRate(posSide, draft.side);
  const leverage = context.leverage(posSide);
  if (best === undefined || rate === undefined || leverage === undefined) return undefined;
  const worse = draft.side === 'Buy' ? raised : lowered;
  const price = hasLimitPrice(draft) ? best : worse(best, MARKET_CUSHION);
  // What waits for a trigger will meet another mark price.
  const unitRate = isConditional(draft) ? rate : add(rate, lossRate(draft.side, price, quotes.mark));
  const affordable = affordableQty(product, spendable(draft, context), price, unitRate);
  const opening = min(affordable, roomQty(draft, best, leverage, context));
  return min(add(closable, opening), product.qtyMax);
}

/** A share, in per cent, of the maximum. */
export function shareOf(product: Product, most: Qty, percent: number): Qty {
  return snapQty(product, scale(most, quotient(ratio(String(percent)), ratio('100'))));
}

export interface Preview {
  readonly value: Money;
  /** Margin and fees that the opening part locks. */
  readonly cost: Money;
  readonly makerFee: Money;
  readonly takerFee: Money;
  /** Of the position that it would make; absent when it opens nothing or nothing could liquidate it. */
  readonly liquidation?: Price;
}

function liquidationAfter(
  draft: Draft,
  context: TicketContext,
  opening: { qty: Qty; price: Price; cost: Money },
): Price | undefined {
  const { product, settings, positions, available } = context;
  const { posSide } = targetOf(draft, settings.posMode);
  const leg = settings.legs.find((one) => one.posSide === posSide);
  const leverage = context.leverage(posSide);
  if (leg === undefined || leverage === undefined || sign(opening.qty) === 0) return undefined;
  const held = positions.find((position) => position.posSide === posSide && position.side === draft.side);
  const size = held === undefined ? opening.qty : add(held.size, opening.qty);
  const value = add(notional(opening.price, opening.qty), held?.value ?? ZERO_MONEY);
  const marginMode: MarginMode = leg.marginMode;
  return liquidationPrice(product, {
    side: draft.side,
    size,
    entry: pricePer(value, size),
    leverage,
    marginMode,
    available: max(ZERO_MONEY, sub(available, opening.cost)),
    takerFeeRate: context.feeRates.taker,
  });
}

/** A marketable limit order trades at the market's price or better, the rest of it at its own. */
export function previewOf(draft: Draft, qty: Qty, context: TicketContext): Preview | undefined {
  const { product, quotes, feeRates, settings } = context;
  const price = reckonedPrice(draft, product, quotes);
  const rate = context.costRate(targetOf(draft, settings.posMode).posSide, draft.side);
  if (price === undefined || rate === undefined || sign(qty) <= 0) return undefined;
  const opening = openingQty(draft, qty, context);
  const cost = orderCost(price, opening, rate);
  const liquidation = liquidationAfter(draft, context, { qty: opening, price, cost });
  return {
    value: notional(price, qty),
    cost,
    makerFee: tradeFee(price, qty, feeRates.maker),
    takerFee: tradeFee(price, qty, feeRates.taker),
    ...(liquidation === undefined ? {} : { liquidation }),
  };
}

/** Whether a limit order at this price would trade at once. */
export function isMarketable(side: Side, price: Price, quotes: Quotes): boolean {
  const opposite = marketPrice(side, { bid: quotes.bid, ask: quotes.ask });
  if (opposite === undefined) return false;
  return side === 'Buy' ? compare(price, opposite) >= 0 : compare(price, opposite) <= 0;
}
