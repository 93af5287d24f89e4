/**
 * What the guard let pass lately: all of it for the pace, and what the account stream has not told of yet for the limits,
 * so that no order is judged by less than what it may be by now.
 */
import type { Decimal, Price, ProductSymbol, Qty, Ratio } from '#contract/brand.ts';
import { max, sub } from '#contract/decimal.ts';
import type { Order } from '#contract/model.ts';
import type { Amendment, LeverageSetting, Mutation, Placement } from '#contract/wire/mutation.ts';
import type { OrderRef } from '#contract/wire/requests.ts';
import { showingOf } from '../journal/amendment.ts';
import type { Time } from '../time.ts';
import type { AccountView } from './account-view.ts';

const MINUTE_MS = 60_000;
/** How long something that was let pass is counted before the stream has told of it. */
const UNDER_WAY_MS = 30_000;

/** As much of an order as an amendment of it is judged by. */
export type AmendableOrder = Pick<
  Order,
  | 'symbol'
  | 'clOrdID'
  | 'side'
  | 'posSide'
  | 'ordType'
  | 'price'
  | 'qty'
  | 'cumQty'
  | 'leavesQty'
  | 'reduceOnly'
> & {
  readonly orderID?: string;
  readonly triggerPrice?: Price;
  readonly trailDistance?: Price;
  readonly trailProportion?: Ratio;
  readonly isPegged?: true;
};

interface Sent {
  readonly atMs: number;
  readonly order: Placement;
  /** Once the exchange has answered. */
  orderID?: string;
}

const NO_PRICE = '0' as Price;

export interface Passed {
  inMinute(): number;
  /** The order that an amendment is about: open, or sent and not told of yet. */
  find(amendment: Amendment): AmendableOrder | undefined;
  /** All that open something, but one. */
  others(butNot?: AmendableOrder): readonly AmendableOrder[];
  /** Of settings that the exchange has taken, for a product that its stream tells nothing of. */
  legs(symbol: ProductSymbol): LeverageSetting['legs'];
  /** Counts for the pace. */
  add(mutation: Placement | Amendment): undefined;
  /** Is known, though it takes nothing on. */
  note(mutation: Mutation): undefined;
  /** The exchange has taken it. */
  acknowledge(mutation: Mutation, orderID: string | undefined): void;
  /** It has come to nothing. */
  forget(mutation: Mutation): void;
}

const isSame = (order: AmendableOrder, ref: OrderRef): boolean =>
  'orderID' in ref ? order.orderID === ref.orderID : order.clOrdID === ref.clOrdID;

const asTold = ({ trigger, trail, ...order }: Order): AmendableOrder => ({
  ...order,
  ...(trigger === undefined ? {} : { triggerPrice: trigger.price }),
  ...(trail?.by === 'price' ? { trailDistance: trail.distance } : {}),
  ...(trail?.by === 'proportion' ? { trailProportion: trail.proportion } : {}),
  ...(trail === undefined ? {} : { isPegged: true }),
});

const asSent = ({ order: { isReducing, price = NO_PRICE, ...order }, orderID }: Sent): AmendableOrder => ({
  ...order,
  ...{ price, cumQty: '0' as Qty, leavesQty: order.qty, reduceOnly: isReducing },
  ...(orderID === undefined ? {} : { orderID }),
});

const maxOf = <D extends Decimal>(a: D | undefined, b: D | undefined): D | undefined =>
  a === undefined || b === undefined ? (a ?? b) : max(a, b);

/** As large and as dear as it is if the amendment arrives, or if it does not. */
function widened(order: AmendableOrder, { price, qty, isPegged, ...amendment }: Amendment): AmendableOrder {
  const larger = qty === undefined ? order.qty : max(order.qty, qty);
  const triggerPrice = maxOf(order.triggerPrice, amendment.triggerPrice);
  const trailDistance = maxOf(order.trailDistance, amendment.trailDistance);
  const trailProportion = maxOf(order.trailProportion, amendment.trailProportion);
  return {
    ...order,
    qty: larger,
    leavesQty: max(order.leavesQty, sub(larger, order.cumQty)),
    price: price === undefined ? order.price : max(order.price, price),
    ...(triggerPrice === undefined ? {} : { triggerPrice }),
    ...(trailDistance === undefined ? {} : { trailDistance }),
    ...(trailProportion === undefined ? {} : { trailProportion }),
    ...(isPegged === undefined ? {} : { isPegged }),
  };
}

export function createPassed({ view, time }: { readonly view: AccountView; readonly time: Time }): Passed {
  let passedAtMs: number[] = [];
  const placements = new Map<string, Sent>();
  const amendments = new Map<Amendment, number>();
  const settings = new Map<string, LeverageSetting['legs']>();
  view.onOrder((order) => {
    placements.delete(order.clOrdID);
    for (const amendment of amendments.keys()) {
      const isIt = amendment.symbol === order.symbol && isSame(order, amendment.order);
      if (
        isIt &&
        (showingOf(amendment, order) === 'shown' || view.order(order.symbol, order) === undefined)
      ) {
        amendments.delete(amendment);
      }
    }
  });
  const dropOld = () => {
    const since = time.monoMs() - UNDER_WAY_MS;
    for (const [id, { atMs }] of placements) if (atMs < since) placements.delete(id);
    for (const [amendment, atMs] of amendments) if (atMs < since) amendments.delete(amendment);
  };
  const now = (order: AmendableOrder): AmendableOrder =>
    [...amendments.keys()]
      .filter(({ symbol, order: ref }) => symbol === order.symbol && isSame(order, ref))
      .reduce(widened, order);
  const note = (mutation: Mutation): undefined => {
    if (mutation.kind === 'place') placements.set(mutation.clOrdID, { atMs: time.monoMs(), order: mutation });
    if (mutation.kind === 'amend') amendments.set(mutation, time.monoMs());
  };

  return {
    inMinute() {
      const since = time.monoMs() - MINUTE_MS;
      passedAtMs = passedAtMs.filter((atMs) => atMs > since);
      return passedAtMs.length;
    },
    find({ symbol, order: ref }) {
      dropOld();
      const told = view.order(symbol, ref);
      const sent = [...placements.values()]
        .map(asSent)
        .find((one) => one.symbol === symbol && isSame(one, ref));
      const found = told === undefined ? sent : asTold(told);
      return found && now(found);
    },
    others(butNot) {
      dropOld();
      const all = [...view.openOrders().map(asTold), ...[...placements.values()].map(asSent)];
      return all
        .filter(({ reduceOnly, symbol, orderID, clOrdID }) => {
          const isIt = symbol === butNot?.symbol && orderID === butNot.orderID && clOrdID === butNot.clOrdID;
          return !reduceOnly && !isIt;
        })
        .map(now);
    },
    legs: (symbol) => settings.get(symbol) ?? [],
    add(mutation) {
      passedAtMs.push(time.monoMs());
      return note(mutation);
    },
    note,
    acknowledge(mutation, orderID) {
      if (mutation.kind === 'leverage') settings.set(mutation.symbol, mutation.legs);
      const sent = mutation.kind === 'place' ? placements.get(mutation.clOrdID) : undefined;
      if (sent !== undefined && orderID !== undefined) sent.orderID = orderID;
    },
    forget(mutation) {
      if (mutation.kind === 'place') placements.delete(mutation.clOrdID);
      if (mutation.kind === 'amend') amendments.delete(mutation);
    },
  };
}
