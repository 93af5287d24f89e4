/** Which open orders the table shows, in what order, and under which heads. Pure. */
import type { ProductSymbol } from '#contract/brand.ts';
import { compare, notional } from '#contract/decimal.ts';
import type { Order } from '#contract/model.ts';
import type { Side } from '#contract/vocabulary.ts';
import { kindOf, type OrderKind, standsAt, typeName } from '../../account/order-words.ts';

export interface OrderFilter {
  /** Absent: of every one. */
  readonly symbol?: ProductSymbol;
  readonly side?: Side;
  readonly kind?: OrderKind;
}

export type SortKey = 'symbol' | 'side' | 'type' | 'price' | 'qty' | 'value' | 'time';
export interface OrderSort {
  readonly by: SortKey;
  readonly isRising: boolean;
}
export const NEWEST_FIRST: OrderSort = { by: 'time', isRising: false };

export const matches = (order: Order, { symbol, side, kind }: OrderFilter): boolean =>
  (symbol === undefined || order.symbol === symbol) &&
  (side === undefined || order.side === side) &&
  (kind === undefined || kindOf(order) === kind);

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const zeroPrice = '0' as Order['price'];

const COMPARE: Readonly<Record<SortKey, (a: Order, b: Order) => number>> = {
  symbol: (a, b) => byText(a.symbol, b.symbol),
  side: (a, b) => byText(a.side, b.side),
  type: (a, b) => byText(typeName(a), typeName(b)),
  price: (a, b) => compare(standsAt(a) ?? zeroPrice, standsAt(b) ?? zeroPrice),
  qty: (a, b) => compare(a.qty, b.qty),
  value: (a, b) =>
    compare(notional(standsAt(a) ?? zeroPrice, a.qty), notional(standsAt(b) ?? zeroPrice, b.qty)),
  time: (a, b) => a.actionAtMs - b.actionAtMs,
};

/** Equal ones newest first, and always the same way: a row must not move because another one was told of. */
export function sorted(orders: readonly Order[], { by, isRising }: OrderSort): Order[] {
  const direction = isRising ? 1 : -1;
  return [...orders].sort(
    (a, b) => direction * COMPARE[by](a, b) || b.actionAtMs - a.actionAtMs || byText(a.orderID, b.orderID),
  );
}

/** The same column again turns the order round. */
export const sortedBy = (sort: OrderSort, by: SortKey): OrderSort =>
  sort.by === by ? { by, isRising: !sort.isRising } : { by, isRising: by !== 'time' };

/** By product, in the alphabet's order; within each as they come. */
export function grouped(orders: readonly Order[]): readonly (readonly [ProductSymbol, readonly Order[]])[] {
  const groups = new Map<ProductSymbol, Order[]>();
  for (const order of orders) groups.set(order.symbol, [...(groups.get(order.symbol) ?? []), order]);
  return [...groups].sort(([a], [b]) => byText(a, b));
}
