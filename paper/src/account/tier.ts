/**
 * Leverage tiers. Two different questions are asked of them, with two different answers:
 * the tier a position stands in (its value decides; liquidation uses this one), and the tier the chosen leverage
 * allows (the position's row prints its limit and rate; the risk limit uses this one).
 * Source: leverageMargins of the products endpoint; rows of accountPositions recorded from the exchange
 * (5x BTC prints 20000000 / 0.0275 while its position of 260 USDT is liquidated by the first tier's 0.005).
 */
import type { Rate } from '../commands.ts';
import type { ProductSpec, TierSpec } from '../product-spec.ts';
import { ceilDiv, maxOf, RATE_ONE } from './ratio.ts';

function firstTier(product: ProductSpec): TierSpec {
  const [first] = product.tiers;
  if (first === undefined) throw new Error(`${product.symbol} has no leverage tier`);
  return first;
}

/** The largest leverage of a product or tier. The exchange's tiers have up to two decimals (66.67). */
export const leverageCap = ({ leverageMax }: { readonly leverageMax: number }): Rate =>
  ((BigInt(Math.round(leverageMax * 100)) * RATE_ONE) / 100n) as Rate;

export function tierOfValue(product: ProductSpec, value: bigint): TierSpec {
  const inside = product.tiers.find((tier) => value <= tier.notionalMax);
  return inside ?? product.tiers[product.tiers.length - 1] ?? firstTier(product);
}

/** The largest tier that allows this leverage; the first one when none does. */
export function tierOfLeverage(product: ProductSpec, leverage: Rate): TierSpec {
  let chosen = firstTier(product);
  for (const tier of product.tiers) {
    if (leverageCap(tier) >= leverage) chosen = tier;
  }
  return chosen;
}

/** value × rate − deduction: the deduction makes the tiers join without a step. */
export function maintenanceMargin(product: ProductSpec, value: bigint): bigint {
  const tier = tierOfValue(product, value);
  return maxOf(0n, ceilDiv(value * tier.maintenanceRate, RATE_ONE) - tier.maintenanceAmount);
}

/** Unsigned; the wire's zero stands for the product's maximum. */
export function effectiveLeverage(product: ProductSpec, signed: Rate): Rate {
  if (signed === 0n) return leverageCap(product);
  return (signed < 0n ? -signed : signed) as Rate;
}
