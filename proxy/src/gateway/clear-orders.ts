/** One round of canceling what a key has open; what is left is asked for anew in the next. */
import type { Order } from '#contract/model.ts';
import { cancelOrderRequest } from '#contract/wire/requests.ts';
import type { ExchangeReader } from '../exchange/exchange-reader.ts';
import type { AccountView } from '../guard/account-view.ts';
import type { OrderDesk } from '../journal/order-desk.ts';
import { send } from '../kill/clear-out.ts';
import type { Reach } from '../kill/reach.ts';

export interface ClearOrdersNeeds {
  readonly desk: OrderDesk;
  readonly view: AccountView;
  readonly reader: ExchangeReader;
  /** The key that placed an order. */
  placerOf(clOrdID: string): string | undefined;
  readonly reach: Reach;
}

export interface ClearedOrders {
  /** Cancels that the exchange has taken. */
  readonly canceled: number;
  /** As it was before them; absent: not seen. */
  readonly openOrders?: number;
  readonly problems: readonly string[];
  /** The exchange shows none, and none can still come. */
  readonly isClear: boolean;
}

export async function clearOrdersOf(name: string, needs: ClearOrdersNeeds): Promise<ClearedOrders> {
  const { view, desk, reader, reach } = needs;
  const isOwn = ({ clOrdID }: Pick<Order, 'clOrdID'>) => needs.placerOf(clOrdID) === name;
  const canCome = reach.canCome(name);
  const told = view.openOrders().filter(isOwn);
  // Asked of the exchange itself: the stream may be behind, or away.
  const lists = await Promise.all(reach.symbols().map((symbol) => reader.openOrders(symbol)));
  const isSeen = lists.every((list) => list !== undefined);
  const open = isSeen ? lists.flatMap((list) => list ?? []).filter(isOwn) : told;
  const sent = await Promise.all(
    open.map(({ symbol, posSide = 'Merged', orderID }) =>
      send(desk, cancelOrderRequest({ symbol, posSide, order: { orderID } }), `dead-man timer of ${name}`),
    ),
  );
  const problems = sent.flatMap(({ problem }) => problem ?? []);
  return {
    canceled: sent.filter(({ isTaken }) => isTaken).length,
    openOrders: open.length,
    problems: isSeen ? problems : [...problems, 'The open orders cannot be read just now.'],
    isClear: isSeen && open.length === 0 && !canCome,
  };
}
