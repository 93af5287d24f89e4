/**
 * Take-profit and stop-loss of a held position: closing conditional orders of a part of it, or of the whole, whose size
 * then follows the position. Where one stands already it is moved, by one atomic replace. Pure.
 */
import type { Money, OrderID, Price, Qty } from '#contract/brand.ts';
import { unrealisedPnl } from '#contract/cost.ts';
import { compare, shareOf, sign } from '#contract/decimal.ts';
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

export type Protections = Readonly<Record<Purpose, readonly Order[]>>;

/** The closing orders that wait for this leg, those that the market reaches first in front. */
export function protectingOrders(position: Position, openOrders: Iterable<Order>): Protections {
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

/** How much of the position an order closes; undefined for all of it. */
export const partOfPosition = ({ size }: Position, { qty }: Pick<Order, 'qty'>): Qty | undefined =>
  sign(qty) === 0 || compare(qty, size) >= 0 ? undefined : qty;

/** Its one stop-loss or take-profit, beside which there may be partial ones and a trailing stop. */
export const isOfWhole = (position: Position, order: Order): boolean =>
  partOfPosition(position, order) === undefined && order.trail === undefined;

/** Whether a stop-loss of all of it stands at this price already, or at one that loses less: it is not to be moved there. */
export const isStoppedAt = (position: Position, openOrders: Iterable<Order>, at: Price): boolean =>
  protectingOrders(position, openOrders)['stop-loss'].some(
    (order) =>
      isOfWhole(position, order) &&
      order.trigger !== undefined &&
      compare(order.trigger.price, at) * (position.side === 'Buy' ? 1 : -1) >= 0,
  );

/** A new order's terms beyond its trigger. */
interface Extent {
  /** Closes at this price or a better one; absent: at the market's. */
  readonly limit?: Price | undefined;
  /** Absent: the whole position, whatever its size is by then. */
  readonly qty?: Qty | undefined;
}

/** What is to become of one purpose; what is absent stays as it is. */
export type ProtectionChange = {
  readonly purpose: Purpose;
  /** The very order that is meant; absent: the one of the whole position. */
  readonly orderID?: OrderID | undefined;
} & (
  | { readonly do: 'remove' }
  /** Of the one that stands; a new one where none does. */
  | (Extent & {
      readonly do: 'set';
      readonly price?: Price | undefined;
      readonly source?: TriggerSource | undefined;
    })
  /** One more, beside those that stand. */
  | (Extent & { readonly do: 'add'; readonly price: Price; readonly source?: TriggerSource | undefined })
);

/** The one request that a change comes to. */
export type ProtectionStep =
  | { readonly do: 'place'; readonly plan: OrderPlan }
  | { readonly do: 'amend'; readonly order: Order; readonly amendment: OrderAmendment }
  | { readonly do: 'cancel'; readonly order: Order }
  /** The order that was meant stands no more: another one is not touched in its place. */
  | { readonly do: 'nothing'; readonly because: 'done' | 'gone' };

const DONE: ProtectionStep = { do: 'nothing', because: 'done' };

/** One that stands is amended, never canceled and placed anew. */
export function protectionStep(
  position: Position,
  /** Those of the change's purpose. */
  orders: readonly Order[],
  change: ProtectionChange,
): ProtectionStep {
  if (change.do === 'add') return { do: 'place', plan: protectionPlan(position, change) };
  const { orderID } = change;
  const standing = orders.find((order) =>
    orderID === undefined ? isOfWhole(position, order) : order.orderID === orderID,
  );
  if (orderID !== undefined && standing === undefined) {
    return change.do === 'remove' ? DONE : { do: 'nothing', because: 'gone' };
  }
  if (change.do === 'remove') {
    return standing === undefined ? DONE : { do: 'cancel', order: standing };
  }
  if (standing !== undefined) return moveOf(standing, change);
  const { price } = change;
  return price === undefined ? DONE : { do: 'place', plan: protectionPlan(position, { ...change, price }) };
}

function moveOf(order: Order, { price, source, limit }: ProtectionChange & { do: 'set' }): ProtectionStep {
  const { trigger, symbol, orderID } = order;
  const moved = {
    ...(price === undefined || price === trigger?.price ? {} : { triggerPrice: price }),
    ...(source === undefined || source === trigger?.source ? {} : { triggerSource: source }),
    ...(limit === undefined || limit === order.price ? {} : { price: limit }),
  };
  if (Object.keys(moved).length === 0) return DONE;
  const amendment = { symbol, order: { orderID }, posSide: legOfOrder(order), ...moved };
  return { do: 'amend', order, amendment };
}

type ProtectionWish = Extent & {
  readonly purpose: Purpose;
  readonly price: Price;
  readonly source?: TriggerSource | undefined;
};

/** A new closing order. */
function protectionPlan(
  position: Position,
  { purpose, price, source = 'ByMarkPrice', limit, qty = WHOLE }: ProtectionWish,
): OrderPlan {
  const isStop = purpose === 'stop-loss';
  const common = {
    symbol: position.symbol,
    side: closingSide(position),
    posSide: position.posSide,
    qty,
    trigger: { price, source },
    closeOnTrigger: true,
    reduceOnly: true,
  };
  if (limit === undefined) {
    const ordType = isStop ? 'Stop' : 'MarketIfTouched';
    return { ...common, ordType, timeInForce: 'ImmediateOrCancel' };
  }
  const ordType = isStop ? 'StopLimit' : 'LimitIfTouched';
  return { ...common, ordType, price: limit, timeInForce: 'GoodTillCancel' };
}

/** What closing a part at a price comes to, before fees. */
export function pnlOfPart(
  position: Position,
  { price, qty = position.size }: { readonly price: Price; readonly qty?: Qty | undefined },
): Money {
  const value = shareOf(position.value, [qty, position.size], 'down');
  return unrealisedPnl({ side: position.side, size: qty, value }, price);
}

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
