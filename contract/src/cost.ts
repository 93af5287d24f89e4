/**
 * What an order locks and costs, and what a position is worth: the exchange's margin arithmetic, exact.
 *
 * Source: worked out from recorded account rows and checked against them to the last digit (cost.test.ts).
 * L is the leverage, T the taker's fee rate, V = price × quantity; the upper sign is a long's (or a buy's).
 *   cost rate of an order     1/L + T + T·(1 ∓ 1/L)        initial margin, fee to open, fee to close at bankruptcy
 *   cost of a position        V/L + T · V · (1 ∓ 1/L)      the same margin, and the fee to close at bankruptcy
 *   bankruptcy value          (V ∓ C) / (1 ∓ T)            C: all that may be lost, the closing fee included
 *   liquidation, isolated     (V ∓ (C − T · bankruptcy value − (m · V − a))) / size
 *   liquidation, cross        (V ∓ C ∓ a) / (1 ∓ T ∓ m) / size
 * m and a are rate and deduction of the tier that V falls in. C is what an isolated position was assigned (its cost and
 * what was added); for cross that and all that the account has free. What does not come out even is rounded against the
 * account, as the exchange does.
 */
import type { Money, Price, Qty, Ratio } from './brand.ts';
import {
  add,
  compare,
  divide,
  divideUp,
  max,
  min,
  notional,
  pricePerOnStep,
  qtyFor,
  quotient,
  ratio,
  scale,
  scaleUp,
  sign,
  snapToStep,
  sub,
  ZERO_MONEY,
  ZERO_QTY,
} from './decimal.ts';
import type { LeverageTier, Position, Product } from './model.ts';
import { snapQty } from './product.ts';
import type { MarginMode, Side } from './vocabulary.ts';

const ONE = ratio('1');
const TWO = ratio('2');
const RATE_STEP = ratio('0.00000001');

/** Margin an opening order locks per unit of its value. `leverage` is above zero: resolve the cross "0" to the maximum. */
export function costRate(side: Side, leverage: Ratio, takerFeeRate: Ratio): Ratio {
  // 1/L + T + T·(1 ∓ 1/L) over one divisor: (1 + T·(2L ∓ 1)) / L. Printed with 8 decimals.
  const doubled = scale(leverage, TWO);
  const fees = scale(takerFeeRate, side === 'Buy' ? sub(doubled, ONE) : add(doubled, ONE));
  return snapToStep(quotient(add(ONE, fees), leverage), RATE_STEP, 'up');
}

/** What an opening order of this value locks of the available balance. */
export const orderCost = (value: Money, rate: Ratio): Money => scaleUp(value, rate);

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

/** What a position of this value ties up: its initial margin and the fee of closing it at bankruptcy. */
export function positionCost(
  { side, value }: Pick<Position, 'side' | 'value'>,
  leverage: Ratio,
  takerFeeRate: Ratio,
): Money {
  const margin = divideUp(value, leverage);
  const bankruptValue = side === 'Buy' ? sub(value, margin) : add(value, margin);
  return add(margin, scaleUp(bankruptValue, takerFeeRate));
}

/** The tier that a position of this value falls in; beyond the last one, the last. */
export function tierOf(product: Pick<Product, 'tiers'>, value: Money): LeverageTier | undefined {
  return product.tiers.find((tier) => compare(value, tier.notionalMax) <= 0) ?? product.tiers.at(-1);
}

/** The margin below which a position of this value is liquidated. */
export const maintenanceMargin = (tier: LeverageTier, value: Money): Money =>
  max(ZERO_MONEY, sub(scaleUp(value, tier.maintenanceMarginRate), tier.maintenanceAmount));

export interface LiquidationQuestion extends Pick<Position, 'side' | 'size' | 'value'> {
  readonly marginMode: MarginMode;
  /** All that may be lost, the closing fee included. */
  readonly backing: Money;
  readonly takerFeeRate: Ratio;
}

/** What is left of the backing once the fee of closing at bankruptcy is set aside: `positionMargin` of the wire. */
export function marginOf(product: Pick<Product, 'tickSize'>, question: LiquidationQuestion): Money {
  const { side, size, value, backing, takerFeeRate } = question;
  const exact =
    side === 'Buy'
      ? divideUp(sub(value, backing), sub(ONE, takerFeeRate))
      : divide(add(value, backing), add(ONE, takerFeeRate));
  // A long that no fall can bankrupt stands at one tick.
  const bankruptValue = max(notional(product.tickSize, size), exact);
  return sub(backing, scaleUp(bankruptValue, takerFeeRate));
}

/** [value at which it is liquidated, quantity to divide it by]. */
function liquidationValue(
  product: Product,
  tier: LeverageTier,
  question: LiquidationQuestion,
): readonly [Money, Qty] {
  const { side, size, value, marginMode, backing, takerFeeRate } = question;
  const beyond = side === 'Buy' ? sub : add;
  if (marginMode === 'isolated') {
    const losable = sub(marginOf(product, question), maintenanceMargin(tier, value));
    return [beyond(value, losable), size];
  }
  const rates = add(takerFeeRate, tier.maintenanceMarginRate);
  return [beyond(value, add(backing, tier.maintenanceAmount)), scale(size, beyond(ONE, rates))];
}

/**
 * Where a position would be liquidated, rounded to the tick on the side that comes sooner; undefined if no price that
 * the product can have does it. Exact for isolated; for cross an estimate, since other positions use the same balance.
 */
export function liquidationPrice(product: Product, question: LiquidationQuestion): Price | undefined {
  const { side, size, value } = question;
  const tier = tierOf(product, value);
  if (tier === undefined || sign(size) <= 0) return undefined;
  const [total, by] = liquidationValue(product, tier, question);
  if (sign(total) <= 0) return undefined;
  const { tickSize: step, priceMax } = product;
  const price = pricePerOnStep(total, by, { step, rounding: side === 'Buy' ? 'up' : 'down' });
  const isReachable = side === 'Buy' ? compare(price, step) > 0 : compare(price, priceMax) < 0;
  return isReachable ? price : undefined;
}
