/** Why a stop may not save the position that it stands for. It is a warning: a closing order is never held back. Pure. */
import type { Price } from '#contract/brand.ts';
import { compare } from '#contract/decimal.ts';
import type { Order, Position, Product } from '#contract/model.ts';
import type { TriggerSource } from '#contract/vocabulary.ts';
import { formatPrice } from '../lib/format.ts';
import { legOfOrder } from './amendment.ts';
import { type LegKey, legKey } from './apply-account.ts';
import { SOURCE_NAMES } from './order-words.ts';
import { liquidationOf } from './position-figures.ts';
import { purposeOf } from './protection.ts';

type Liquidated = Pick<Position, 'side' | 'liquidationPrice'>;
type Limits = Pick<Product, 'tickSize' | 'priceMax'>;

/** Liquidation comes first. */
export function isBeyondLiquidation(position: Liquidated, product: Limits, stop: Price): boolean {
  const liquidation = liquidationOf(position, product);
  return liquidation !== undefined && compare(stop, liquidation) * (position.side === 'Buy' ? 1 : -1) <= 0;
}

/** Liquidation goes by mark, so another price may come too late; undefined when nothing is to be said. */
export function stopWarning(
  position: Liquidated,
  product: Limits,
  { price, source }: { readonly price: Price; readonly source?: TriggerSource | undefined },
): string | undefined {
  const liquidation = liquidationOf(position, product);
  if (liquidation === undefined) return undefined;
  const at = formatPrice(liquidation, product.tickSize);
  if (isBeyondLiquidation(position, product, price)) {
    return `The stop lies beyond liquidation at ${at}: it would come too late`;
  }
  if (source === undefined || source === 'ByMarkPrice' || source === 'ByMarkPriceLimit') return undefined;
  return `The stop goes by ${SOURCE_NAMES[source]}, liquidation at ${at} by mark: it may come too late`;
}

/** The held position that this order waits to stop. */
export function stoppedBy(order: Order, positions: ReadonlyMap<LegKey, Position>): Position | undefined {
  const position = positions.get(legKey({ symbol: order.symbol, posSide: legOfOrder(order) }));
  return position !== undefined && purposeOf(position, order) === 'stop-loss' ? position : undefined;
}
