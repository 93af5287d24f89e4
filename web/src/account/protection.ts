/**
 * Take-profit and stop-loss of a held position: closing conditional orders of the whole of it, whose size follows the
 * position. Where one stands already it is moved, by one atomic replace. Pure.
 */
import type { Price, Qty } from '#contract/brand.ts';
import { compare, sign } from '#contract/decimal.ts';
import type { Order, Position, Product } from '#contract/model.ts';
import type { Side, TriggerSource } from '#contract/vocabulary.ts';
import type { OrderAmendment } from '../exchange/commands.ts';
import { legOfOrder } from './amendment.ts';
import { kindOf } from './order-words.ts';
import type { OrderPlan } from './placement.ts';
import { liquidationOf } from './position-figures.ts';
import { liesAbove, type Purpose } from './protection-entry.ts';

const STOPS: readonly Order['ordType'][] = ['Stop', 'StopLimit', 'StopAsLimit'];
/** The size that stands for "whatever the position is by then". */
const WHOLE = '0' as Qty;

const closingSide = ({ side }: Position): Side => (side === 'Buy' ? 'Sell' : 'Buy');

/** What a price beyond mark would do for the position; undefined at mark itself. */
export function purposeAt(position: Position, at: Price, mark: Price): Purpose | undefined {
  const beyond = compare(at, mark) * (position.side === 'Buy' ? 1 : -1);
  if (beyond === 0) return undefined;
  return beyond > 0 ? 'take-profit' : 'stop-loss';
}

export type Protections = Readonly<Partial<Record<Purpose, Order>>>;

/** The closing orders that wait for this leg: of several for one purpose, the one that the market reaches first. */
export function protectionsOf(position: Position, openOrders: Iterable<Order>): Protections {
  const found: Partial<Record<Purpose, Order>> = {};
  for (const order of openOrders) {
    if (order.symbol !== position.symbol || legOfOrder(order) !== position.posSide) continue;
    if (order.side !== closingSide(position) || kindOf(order) !== 'conditional') continue;
    if ((!order.reduceOnly && order.closeOnTrigger !== true) || order.trigger === undefined) continue;
    const purpose = STOPS.includes(order.ordType) ? 'stop-loss' : 'take-profit';
    const known = found[purpose]?.trigger?.price;
    const isNearer =
      known === undefined ||
      compare(order.trigger.price, known) * (order.trigger.direction === 'Rising' ? -1 : 1) > 0;
    if (isNearer) found[purpose] = order;
  }
  return found;
}

export interface ProtectionWish {
  readonly purpose: Purpose;
  readonly price: Price;
  readonly source: TriggerSource;
}

/** A new closing order of the whole position. */
export const protectionPlan = (
  position: Position,
  { purpose, price, source }: ProtectionWish,
): OrderPlan => ({
  symbol: position.symbol,
  side: closingSide(position),
  posSide: position.posSide,
  qty: WHOLE,
  ordType: purpose === 'stop-loss' ? 'Stop' : 'MarketIfTouched',
  trigger: { price, source },
  closeOnTrigger: true,
  reduceOnly: true,
  timeInForce: 'ImmediateOrCancel',
});

/** One that stands already, moved: its size, source and flags stay. */
export const protectionMove = (order: Order, price: Price): OrderAmendment => ({
  symbol: order.symbol,
  order: { orderID: order.orderID },
  posSide: legOfOrder(order),
  triggerPrice: price,
});

/** Why this trigger would not do what its name says, as the exchange would refuse it; undefined when it would. */
export function protectionProblem(
  position: Position,
  product: Product,
  {
    purpose,
    price,
    mark,
  }: { readonly purpose: Purpose; readonly price: Price; readonly mark: Price | undefined },
): string | undefined {
  if (sign(price) <= 0 || compare(price, product.priceMax) > 0) return 'Outside of what the exchange accepts';
  if (mark !== undefined && purposeAt(position, price, mark) !== purpose) {
    const isAbove = liesAbove(purpose, position.side);
    return `A ${purpose} of a ${position.side === 'Buy' ? 'long' : 'short'} lies ${isAbove ? 'above' : 'below'} mark`;
  }
  const liquidation = liquidationOf(position, product);
  if (purpose !== 'stop-loss' || liquidation === undefined) return undefined;
  const isBeyond = compare(price, liquidation) * (position.side === 'Buy' ? 1 : -1) <= 0;
  return isBeyond ? 'Beyond the liquidation price: it would come too late' : undefined;
}
