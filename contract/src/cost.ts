/**
 * What an order locks and costs, and what a position is worth: the exchange's margin arithmetic, exact.
 *
 * Source: worked out from recorded account rows and checked against them to the last digit (cost.test.ts).
 * L is the leverage, T the taker's fee rate, V = price × quantity; the upper sign is a long's (or a buy's).
 *   cost rate of an order     1/L + T + T·(1 ∓ 1/L)        initial margin, fee to open, fee to close at bankruptcy
 *   bankruptcy price          entry · (1 ∓ 1/L)
 *   cost of a position        V/L + T · size · bankruptcy price
 *   liquidation, isolated     entry · (1 ∓ 1/L ± m) ∓ a/size   m, a: rate and deduction of the tier that V falls in
 *   liquidation, cross        (V ∓ B ∓ a) / (1 ∓ T ∓ m) / size   B: all that may be lost, its own cost included
 */
import type { Money, Price, Qty, Ratio } from './brand.ts';
import {
  add,
  compare,
  divide,
  min,
  notional,
  pricePer,
  qtyFor,
  quotient,
  ratio,
  scale,
  sign,
  snapToStep,
  sub,
  ZERO_QTY,
} from './decimal.ts';
import type { LeverageTier, Position, Product } from './model.ts';
import { snapQty } from './product.ts';
import type { MarginMode, Side } from './vocabulary.ts';

const ONE = ratio('1');
const TWO = ratio('2');

/** Margin an opening order locks per unit of its value. `leverage` is above zero: resolve the cross "0" to the maximum. */
export function costRate(side: Side, leverage: Ratio, takerFeeRate: Ratio): Ratio {
  // 1/L + T + T·(1 ∓ 1/L) over one divisor: (1 + T·(2L ∓ 1)) / L.
  const doubled = scale(leverage, TWO);
  const fees = scale(takerFeeRate, side === 'Buy' ? sub(doubled, ONE) : add(doubled, ONE));
  return quotient(add(ONE, fees), leverage);
}

/** What an opening order locks of the available balance. */
export const orderCost = (price: Price, qty: Qty, rate: Ratio): Money => scale(notional(price, qty), rate);

/** The fee of trading at this price with this rate (maker or taker). */
export const tradeFee = (price: Price, qty: Qty, feeRate: Ratio): Money =>
  scale(notional(price, qty), feeRate);

/** The largest quantity that `available` opens at this price: down to the lot, up to the product's maximum. */
export function affordableQty(product: Product, available: Money, price: Price, rate: Ratio): Qty {
  const costOfOne = scale(price, rate);
  if (sign(available) <= 0 || sign(costOfOne) <= 0) return ZERO_QTY;
  return snapQty(product, min(qtyFor(available, costOfOne), product.qtyMax));
}

/** Signed; from the exact entry value, since the average entry price may be rounded. */
export function unrealisedPnl(position: Pick<Position, 'side' | 'size' | 'value'>, markPrice: Price): Money {
  const worth = notional(markPrice, position.size);
  return position.side === 'Buy' ? sub(worth, position.value) : sub(position.value, worth);
}

/** Return on the initial margin: PnL ÷ (value ÷ leverage), e.g. "0.12" for 12 %. Zero for a position of no value. */
export function returnOnMargin(pnl: Money, value: Money, leverage: Ratio): Ratio {
  return sign(value) === 0 ? ratio('0') : quotient(scale(pnl, leverage), value);
}

/** Where an isolated position's margin is used up, unrounded. */
export function bankruptPrice(side: Side, entry: Price, leverage: Ratio): Price {
  const share = divide(entry, leverage);
  return side === 'Buy' ? sub(entry, share) : add(entry, share);
}

/** What a position ties up: its initial margin and the fee of closing it at the bankruptcy price. */
export function positionCost(
  position: Pick<Position, 'side' | 'size' | 'value' | 'avgEntryPrice'>,
  leverage: Ratio,
  takerFeeRate: Ratio,
): Money {
  const closingPrice = bankruptPrice(position.side, position.avgEntryPrice, leverage);
  return add(divide(position.value, leverage), tradeFee(closingPrice, position.size, takerFeeRate));
}

/** The tier that a position of this value falls in; beyond the last one, the last. */
export function tierOf(product: Pick<Product, 'tiers'>, value: Money): LeverageTier | undefined {
  return product.tiers.find((tier) => compare(value, tier.notionalMax) <= 0) ?? product.tiers.at(-1);
}

/** The margin below which a position of this value is liquidated. */
export const maintenanceMargin = (tier: LeverageTier, value: Money): Money =>
  sub(scale(value, tier.maintenanceMarginRate), tier.maintenanceAmount);

export interface LiquidationQuestion {
  readonly side: Side;
  readonly size: Qty;
  readonly entry: Price;
  readonly leverage: Ratio;
  readonly marginMode: MarginMode;
  /** Free balance that a cross position may use up beside its own margin; ignored for isolated. */
  readonly available: Money;
  readonly takerFeeRate: Ratio;
}

function isolatedLiquidation(
  tier: LeverageTier,
  { side, size, entry, leverage }: LiquidationQuestion,
): Price {
  const value = notional(entry, size);
  const losable = sub(divide(value, leverage), maintenanceMargin(tier, value));
  const distance = pricePer(losable, size);
  return side === 'Buy' ? sub(entry, distance) : add(entry, distance);
}

function crossLiquidation(tier: LeverageTier, question: LiquidationQuestion): Price {
  const { side, size, entry, leverage, available, takerFeeRate } = question;
  const value = notional(entry, size);
  const cost = positionCost({ side, size, value, avgEntryPrice: entry }, leverage, takerFeeRate);
  const losable = add(add(cost, available), tier.maintenanceAmount);
  const rates = add(takerFeeRate, tier.maintenanceMarginRate);
  return side === 'Buy'
    ? divide(pricePer(sub(value, losable), size), sub(ONE, rates))
    : divide(pricePer(add(value, losable), size), add(ONE, rates));
}

/**
 * Where a position would be liquidated, rounded to the tick on the side that comes sooner; undefined if no price can
 * do it. Exact for isolated; for cross an estimate, since other positions use up the same balance.
 */
export function liquidationPrice(product: Product, question: LiquidationQuestion): Price | undefined {
  const { side, size, entry, marginMode } = question;
  const value = notional(entry, size);
  const tier = tierOf(product, value);
  if (tier === undefined || sign(size) <= 0) return undefined;
  const exact =
    marginMode === 'cross' ? crossLiquidation(tier, question) : isolatedLiquidation(tier, question);
  if (sign(exact) <= 0) return undefined;
  return snapToStep(exact, product.tickSize, side === 'Buy' ? 'up' : 'down');
}
