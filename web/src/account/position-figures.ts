/** What a held position means for its trader: where it breaks even, where it ends, how near that is. Pure. */
import type { Money, Price, Ratio } from '#contract/brand.ts';
import { liquidationPrice, maintenanceMargin, tierOf } from '#contract/cost.ts';
import {
  abs,
  add,
  compare,
  decimalPlaces,
  divide,
  max,
  pricePer,
  quotient,
  ratio,
  sign,
  snapToStep,
  sub,
  ZERO_MONEY,
} from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { formatSigned } from '../lib/format.ts';

const ONE = ratio('1');

/**
 * Where closing all that is left at market brings the position, from its opening on, to zero: fees, funding and
 * earlier partial closes included. To the tick that does not lose; undefined when even a price of zero wins.
 */
export function breakEvenPrice(
  { side, size, value, termRealisedPnl }: Pick<Position, 'side' | 'size' | 'value' | 'termRealisedPnl'>,
  product: Pick<Product, 'tickSize'>,
  exitFeeRate: Ratio,
): Price | undefined {
  const isLong = side === 'Buy';
  const worth = isLong ? sub(value, termRealisedPnl) : add(value, termRealisedPnl);
  const afterFee = divide(worth, isLong ? sub(ONE, exitFeeRate) : add(ONE, exitFeeRate));
  if (sign(afterFee) <= 0) return undefined;
  return snapToStep(pricePer(afterFee, size), product.tickSize, isLong ? 'up' : 'down');
}

/** Where the exchange liquidates a position. None and unknown are two things: only one of them is safe. */
export type Liquidation =
  | { readonly at: 'price'; readonly price: Price }
  | { readonly at: 'none' }
  | { readonly at: 'unknown' };

/** One tick (the price limit, of a short) is how the exchange says that no price liquidates a well-backed position. */
export function readLiquidation(
  { side, liquidationPrice }: Pick<Position, 'side' | 'liquidationPrice'>,
  product: Pick<Product, 'tickSize' | 'priceMax'> | undefined,
): Liquidation {
  if (liquidationPrice === undefined) return { at: 'unknown' };
  if (product === undefined) return { at: 'price', price: liquidationPrice };
  const isNone =
    side === 'Buy'
      ? compare(liquidationPrice, product.tickSize) <= 0
      : compare(liquidationPrice, product.priceMax) >= 0;
  return isNone ? { at: 'none' } : { at: 'price', price: liquidationPrice };
}

/** The exchange's liquidation price, where there is one and it has been told. */
export function liquidationOf(
  position: Pick<Position, 'side' | 'liquidationPrice'>,
  product: Pick<Product, 'tickSize' | 'priceMax'> | undefined,
): Price | undefined {
  const liquidation = readLiquidation(position, product);
  return liquidation.at === 'price' ? liquidation.price : undefined;
}

/** How far mark is from a price, as a part of mark: 0.1 is ten per cent away. Undefined at a mark of zero. */
export function distanceFrom(mark: Price, to: Price): Ratio | undefined {
  return sign(mark) === 0 ? undefined : quotient(abs(sub(to, mark)), mark, 6);
}

/** The margin below which the position is liquidated. */
export function maintenanceOf(
  { value }: Pick<Position, 'value'>,
  product: Pick<Product, 'tiers'>,
): Money | undefined {
  const tier = tierOf(product, value);
  return tier && maintenanceMargin(tier, value);
}

/** Maintenance margin in parts of what backs it: at 1 the position is liquidated; undefined when nothing backs it. */
export function marginRatio(maintenance: Money, backing: Money): Ratio | undefined {
  return sign(backing) <= 0 ? undefined : quotient(maintenance, backing, 6);
}

/** What may be lost of it: what was assigned to it, and of a cross position all that the account has free besides. */
export function backingOf(
  { marginMode, assignedBalance }: Pick<Position, 'marginMode' | 'assignedBalance'>,
  available: Money,
): Money | undefined {
  if (assignedBalance === undefined || marginMode === 'isolated') return assignedBalance;
  return max(ZERO_MONEY, add(available, assignedBalance));
}

/**
 * Where our own arithmetic would liquidate it, from what the account has free: to be held against the exchange's price,
 * which is the one that counts. Undefined when no price does.
 */
export function modelLiquidation(
  position: Position,
  product: Product,
  { available, takerFeeRate }: { readonly available: Money; readonly takerFeeRate: Ratio },
): Price | undefined {
  const backing = backingOf(position, available);
  return backing && liquidationPrice(product, { ...position, backing, takerFeeRate });
}

/** Further from the exchange's price than this part of it, our own arithmetic is shown beside it. */
const MODEL_APART = ratio('0.001');

/** How far our own liquidation price is from the exchange's, in the product's decimals, and if that is worth a word. */
export function liquidationGap(at: Price, model: Price, { tickSize }: Pick<Product, 'tickSize'>) {
  const part = distanceFrom(at, model);
  return {
    text: formatSigned(sub(model, at), decimalPlaces(tickSize)),
    isWide: part !== undefined && compare(part, MODEL_APART) > 0,
  };
}
