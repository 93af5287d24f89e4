/**
 * Take-profit and stop-loss of a held position: closing conditional orders of the whole of it, whose size follows the
 * position. Where one stands already it is moved, by one atomic replace. Pure.
 */
import type { Price, Qty } from '#contract/brand.ts';
import { compare } from '#contract/decimal.ts';
import type { Order, Position, Product } from '#contract/model.ts';
import type { Side, TriggerSource } from '#contract/vocabulary.ts';
import type { OrderAmendment } from '../exchange/commands.ts';
import { legOfOrder } from './amendment.ts';
import { kindOf } from './order-words.ts';
import type { OrderPlan } from './placement.ts';
import { liesAbove, PURPOSES, type Purpose } from './protection-entry.ts';

const STOPS: readonly Order['ordType'][] = ['Stop', 'StopLimit', 'StopAsLimit'];
/** The size that stands for "whatever the position is by then". */
const WHOLE = '0' as Qty;
const NOWHERE = '0' as Price;

const closingSide = ({ side }: Position): Side => (side === 'Buy' ? 'Sell' : 'Buy');

/** What a price beyond mark would do for the position; undefined at mark itself. */
export function purposeAt(position: Position, at: Price, mark: Price): Purpose | undefined {
  const beyond = compare(at, mark) * (position.side === 'Buy' ? 1 : -1);
  if (beyond === 0) return undefined;
  return beyond > 0 ? 'take-profit' : 'stop-loss';
}

/** What this waiting order would do for the position; undefined when it does not close it. */
export function purposeOf(position: Position, order: Order): Purpose | undefined {
  if (order.symbol !== position.symbol || legOfOrder(order) !== position.posSide) return undefined;
  if (order.side !== closingSide(position) || kindOf(order) !== 'conditional') return undefined;
  if ((!order.reduceOnly && order.closeOnTrigger !== true) || order.trigger === undefined) return undefined;
  return STOPS.includes(order.ordType) ? 'stop-loss' : 'take-profit';
}

/** The closing orders that wait for this leg, those that the market reaches first in front. */
export function protectingOrders(
  position: Position,
  openOrders: Iterable<Order>,
): Readonly<Record<Purpose, readonly Order[]>> {
  const found: Record<Purpose, Order[]> = { 'take-profit': [], 'stop-loss': [] };
  for (const order of openOrders) {
    const purpose = purposeOf(position, order);
    if (purpose !== undefined) found[purpose].push(order);
  }
  for (const purpose of PURPOSES) {
    const direction = liesAbove(purpose, position.side) ? 1 : -1;
    const at = ({ trigger }: Order): Price => trigger?.price ?? NOWHERE;
    found[purpose].sort((a, b) => direction * compare(at(a), at(b)));
  }
  return found;
}

export type Protections = Readonly<Record<Purpose, Order | undefined>>;

/** Of several for one purpose, the one that the market reaches first. */
export function protectionsOf(position: Position, openOrders: Iterable<Order>): Protections {
  const found = protectingOrders(position, openOrders);
  return { 'take-profit': found['take-profit'][0], 'stop-loss': found['stop-loss'][0] };
}

/** What is to become of one purpose; what is absent stays as it is. */
export type ProtectionChange = { readonly purpose: Purpose } & (
  | { readonly do: 'remove' }
  | { readonly do: 'set'; readonly price?: Price | undefined; readonly source?: TriggerSource | undefined }
);

/** The one request that a change comes to. */
export type ProtectionStep =
  | { readonly do: 'place'; readonly plan: OrderPlan }
  | { readonly do: 'amend'; readonly order: Order; readonly amendment: OrderAmendment }
  | { readonly do: 'cancel'; readonly order: Order };

/** One that stands is amended, never canceled and placed anew; undefined when nothing is to be done. */
export function protectionStep(
  position: Position,
  standing: Order | undefined,
  change: ProtectionChange,
): ProtectionStep | undefined {
  if (change.do === 'remove') return standing && { do: 'cancel', order: standing };
  const { purpose, price, source } = change;
  if (standing === undefined) {
    if (price === undefined) return undefined;
    return {
      do: 'place',
      plan: protectionPlan(position, { purpose, price, source: source ?? 'ByMarkPrice' }),
    };
  }
  const { trigger } = standing;
  const moved = {
    ...(price === undefined || price === trigger?.price ? {} : { triggerPrice: price }),
    ...(source === undefined || source === trigger?.source ? {} : { triggerSource: source }),
  };
  if (Object.keys(moved).length === 0) return undefined;
  const { symbol, orderID } = standing;
  const amendment = { symbol, order: { orderID }, posSide: legOfOrder(standing), ...moved };
  return { do: 'amend', order: standing, amendment };
}

interface ProtectionWish {
  readonly purpose: Purpose;
  readonly price: Price;
  readonly source: TriggerSource;
}

/** A new closing order of the whole position. */
const protectionPlan = (position: Position, { purpose, price, source }: ProtectionWish): OrderPlan => ({
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

/** The price of the market that a trigger goes by, and what it is called. */
export interface Reference {
  readonly price: Price | undefined;
  readonly name: string;
}

/** Why this trigger would not do what its name says, as the exchange would refuse it; undefined when it would. */
export function protectionProblem(
  position: Position,
  product: Product,
  {
    purpose,
    price,
    reference,
  }: { readonly purpose: Purpose; readonly price: Price; readonly reference: Reference },
): string | undefined {
  if (compare(price, product.priceMin) < 0 || compare(price, product.priceMax) > 0)
    return 'Outside of what the exchange accepts';
  if (reference.price === undefined || purposeAt(position, price, reference.price) === purpose)
    return undefined;
  const word = liesAbove(purpose, position.side) ? 'above' : 'below';
  return `A ${purpose} of a ${position.side === 'Buy' ? 'long' : 'short'} lies ${word} ${reference.name}`;
}
