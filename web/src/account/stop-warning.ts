/** Why a stop may not save the position that it stands for. It is a warning: a closing order is never held back. Pure. */
import type { Price } from '#contract/brand.ts';
import { compare } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import type { TriggerSource } from '#contract/vocabulary.ts';
import { formatPrice } from '../lib/format.ts';
import { liquidationOf } from './position-figures.ts';

const SOURCES: Readonly<Record<TriggerSource, string>> = {
  ByMarkPrice: 'mark',
  ByLastPrice: 'last',
  ByIndexPrice: 'index',
};

/** Liquidation goes by mark, so another price may come too late; undefined when nothing is to be said. */
export function stopWarning(
  position: Pick<Position, 'side' | 'liquidationPrice'>,
  product: Pick<Product, 'tickSize' | 'priceMax'>,
  { price, source }: { readonly price: Price; readonly source?: TriggerSource | undefined },
): string | undefined {
  const liquidation = liquidationOf(position, product);
  if (liquidation === undefined) return undefined;
  const isBeyond = compare(price, liquidation) * (position.side === 'Buy' ? 1 : -1) <= 0;
  const at = formatPrice(liquidation, product.tickSize);
  if (isBeyond) return `The stop lies beyond liquidation at ${at}: it would come too late`;
  if (source === undefined || source === 'ByMarkPrice') return undefined;
  return `The stop goes by ${SOURCES[source]}, liquidation at ${at} by mark: it may come too late`;
}
