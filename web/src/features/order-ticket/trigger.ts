/** What sets a conditional order off, read from the ticket and judged against where the market is. Pure. */
import type { Price, Ratio } from '#contract/brand.ts';
import { add, compare, quotient, ratio, scale, sign, sub } from '#contract/decimal.ts';
import type { Product, Trail } from '#contract/model.ts';
import { snapPrice } from '#contract/product.ts';
import type { Side, TriggerSource } from '#contract/vocabulary.ts';
import type { NewTrail, NewTrigger } from '#contract/wire/requests.ts';
import { SOURCE_NAMES } from '../../account/order-words.ts';
import { formatPrice } from '../../lib/format.ts';
import { readDecimal } from '../../lib/read-decimal.ts';
import { type Draft, isConditional } from './draft.ts';
import { type Quotes, readTickPrice } from './reading.ts';

export interface TriggerErrors {
  readonly trigger?: string;
  readonly trail?: string;
}

interface Market {
  readonly product: Product;
  readonly quotes: Quotes;
}

export function sourcePrice(
  source: TriggerSource,
  { mark, last, index, bid, ask }: Quotes,
): Price | undefined {
  switch (source) {
    case 'ByMarkPrice':
    case 'ByMarkPriceLimit':
      return mark;
    case 'ByLastPrice':
    case 'ByLastPriceLimit':
      return last;
    case 'ByIndexPrice':
      return index;
    case 'ByAskPrice':
      return ask;
    case 'ByBidPrice':
      return bid;
  }
}

/**
 * Whether the order waits for a rise or a fall. A stop goes with the move (a sell when it falls), an if-touched order
 * against it; a trailing stop is activated by the move that it then follows.
 */
export function waitsFor({ ordType, side }: Pick<Draft, 'ordType' | 'side'>): 'rise' | 'fall' {
  const isStop = ordType === 'Stop' || ordType === 'StopLimit';
  return (side === 'Buy') === isStop ? 'rise' : 'fall';
}

/** Between nothing and everything: a trail of all of the price would never end. */
const PERCENT_MAX = ratio('100');

function readTrail({ trailText, trailUnit }: Draft, product: Product): Trail | undefined {
  if (trailUnit === 'price') {
    const distance = readTickPrice(trailText, product);
    return distance === undefined ? undefined : { by: 'price', distance };
  }
  const percent = readDecimal(trailText) as Ratio | undefined;
  if (percent === undefined || sign(percent) <= 0 || compare(percent, PERCENT_MAX) >= 0) return undefined;
  return { by: 'proportion', proportion: quotient(percent, PERCENT_MAX) };
}

/** Where a trailing stop stands as long as the market is where it is now. */
function trailingPrice(
  side: Side,
  trail: Trail,
  { price, product }: { price: Price; product: Product },
): Price {
  const distance = trail.by === 'price' ? trail.distance : scale(price, trail.proportion);
  return side === 'Sell'
    ? snapPrice(product, sub(price, distance), 'down')
    : snapPrice(product, add(price, distance), 'up');
}

function rangeError(price: Price, { priceMin, priceMax, tickSize }: Product): string | undefined {
  if (compare(price, priceMin) < 0) return `At least ${formatPrice(priceMin, tickSize)}`;
  return compare(price, priceMax) > 0 ? `At most ${formatPrice(priceMax, tickSize)}` : undefined;
}

function triggerError(draft: Draft, { product, quotes }: Market): string | undefined {
  const isOptional = draft.ordType === 'TrailingStop';
  if (draft.triggerText.trim() === '') return isOptional ? undefined : 'Enter a trigger price';
  const price = readTickPrice(draft.triggerText, product);
  if (price === undefined) return 'Not a price';
  const outside = rangeError(price, product);
  if (outside !== undefined) return outside;
  const now = sourcePrice(draft.triggerSource, quotes);
  if (now === undefined) return undefined;
  const isRise = waitsFor(draft) === 'rise';
  const isBeyond = isRise ? compare(price, now) > 0 : compare(price, now) < 0;
  if (isBeyond) return undefined;
  const name = SOURCE_NAMES[draft.triggerSource];
  return `Must be ${isRise ? 'above' : 'below'} ${name}, ${formatPrice(now, product.tickSize)}`;
}

function trailError(draft: Draft, { product, quotes }: Market): string | undefined {
  if (draft.ordType !== 'TrailingStop') return undefined;
  if (draft.trailText.trim() === '') return 'Enter a distance';
  const trail = readTrail(draft, product);
  if (trail === undefined) {
    return draft.trailUnit === 'price' ? 'Not a distance' : 'Between 0 and 100 per cent';
  }
  const activation = readTickPrice(draft.triggerText, product);
  const price = activation ?? sourcePrice(draft.triggerSource, quotes);
  if (price === undefined) return undefined;
  const start = trailingPrice(draft.side, trail, { price, product });
  if (sign(start) <= 0) return 'More than the price itself';
  // What begins at once stands there as a trigger does, and is held to the same bounds.
  return activation === undefined && rangeError(start, product) !== undefined
    ? `Too far: it would stand at ${formatPrice(start, product.tickSize)}`
    : undefined;
}

/** What is wrong with the trigger; nothing for an order that has none. */
export function triggerErrors(draft: Draft, market: Market): TriggerErrors {
  if (!isConditional(draft)) return {};
  const trigger = triggerError(draft, market);
  const trail = trailError(draft, market);
  return { ...(trigger === undefined ? {} : { trigger }), ...(trail === undefined ? {} : { trail }) };
}

/** Of a draft without trigger errors; undefined while the price that a trail starts from is not known. */
export function readTrigger(
  draft: Draft,
  { product, quotes }: Market,
): { readonly trigger: NewTrigger; readonly trail?: NewTrail } | undefined {
  const source = draft.triggerSource;
  const price = readTickPrice(draft.triggerText, product);
  if (draft.ordType !== 'TrailingStop') return price && { trigger: { price, source } };
  const trail = readTrail(draft, product);
  if (trail === undefined) return undefined;
  if (price !== undefined) return { trigger: { price, source }, trail: { trail, from: 'activation' } };
  const now = sourcePrice(source, quotes);
  if (now === undefined) return undefined;
  const start = trailingPrice(draft.side, trail, { price: now, product });
  return { trigger: { price: start, source }, trail: { trail, from: 'now' } };
}
