/** Amends and cancels open orders, from wherever on the screen it is asked; refusals are told in words. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { OrderID, ProductSymbol } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';
import type { Result } from '#contract/result.ts';
import { amendOrder, cancelAll, cancelOrder, type OrderAmendment } from '../exchange/commands.ts';
import { type Fault, faultSentence } from '../exchange/rest.ts';
import { notify } from '../workspace/notices.ts';
import { accountStore } from './account-store.ts';
import { legOfOrder } from './amendment.ts';
import { createOrderRequests, notSentBecause, type OrderRequest, type OrderWish } from './order-requests.ts';

/** What is on its way, by order. */
export const orderRequestStore = createStore<ReadonlyMap<OrderID, OrderRequest>>(() => new Map());

export const useOrderRequest = (orderID: OrderID): OrderRequest | undefined =>
  useStore(orderRequestStore, (requests) => requests.get(orderID));

let stopListening: (() => void) | undefined;

const requests = createOrderRequests({
  after: (delayMs, run) => setTimeout(run, delayMs),
  openOrder: (orderID) => accountStore.getState().openOrders.get(orderID),
  onChange: (next) => {
    if (next.size > 0) stopListening ??= accountStore.subscribe(requests.settle);
    else {
      stopListening?.();
      stopListening = undefined;
    }
    orderRequestStore.setState(next, true);
  },
});

/** Asks unless something is on its way for this order, and says so if that is something else. */
async function ask<T>(order: Order, wish: OrderWish, send: () => Promise<Result<T, Fault>>) {
  const before = orderRequestStore.getState().get(order.orderID);
  const reason = before && notSentBecause(before, wish);
  if (reason !== undefined) {
    const what = wish.kind === 'cancel' ? 'canceled' : 'amended';
    notify({ tone: 'problem', title: `${order.symbol} not ${what}`, text: reason });
  }
  return requests.ask(order, wish, send);
}

/** Answers whether it was taken. An order that is gone leaves by itself. */
function tell(what: string, order: Order, answer: Result<unknown, Fault> | undefined): boolean {
  if (answer === undefined) return false;
  if (answer.ok) return true;
  const { problem: fault } = answer;
  const code = fault.kind === 'refused-by-exchange' ? ` (${fault.code})` : '';
  const title =
    fault.kind === 'unknown-outcome'
      ? `${what} ${order.symbol}: outcome unknown`
      : `${order.symbol} not ${what}`;
  notify({ tone: 'problem', title, text: `${faultSentence(fault)}${code}` });
  return false;
}

export async function cancelOpenOrder(order: Order): Promise<boolean> {
  const { symbol, orderID } = order;
  const cancellation = { symbol, order: { orderID }, posSide: legOfOrder(order) };
  return tell('canceled', order, await ask(order, { kind: 'cancel' }, () => cancelOrder(cancellation)));
}

/** One atomic replace: what the amendment does not name stays as it is. */
export async function amendOpenOrder(
  order: Order,
  amendment: OrderAmendment,
  isConfirmed = false,
): Promise<boolean> {
  const { price, qty, triggerPrice, triggerSource } = amendment;
  const wish = { kind: 'amend', price, qty, triggerPrice, triggerSource } as const;
  const answer = await ask(order, wish, () => amendOrder(amendment, isConfirmed));
  if (answer?.ok === false && isQuestion(answer.problem)) {
    const action = { label: 'Amend it', run: () => void amendOpenOrder(order, amendment, true) };
    notify({ tone: 'problem', title: order.symbol, text: faultSentence(answer.problem), action });
    return false;
  }
  return tell('amended', order, answer);
}

/** The trader wants to be asked about an order this large. */
const isQuestion = (fault: Fault): boolean => fault.kind === 'proxy' && fault.code === 'CONFIRM_NEEDED';

async function cancelAllOf(symbol: ProductSymbol): Promise<void> {
  const answer = await cancelAll(symbol);
  if (answer.ok) return;
  const { problem: fault } = answer;
  const what = fault.kind === 'unknown-outcome' ? 'cancel all, outcome unknown' : 'not all orders canceled';
  notify({ tone: 'problem', title: `${symbol}: ${what}`, text: faultSentence(fault) });
}

/** Everything that rests in these products, conditional orders too; none of them waits for another's answer. */
export async function cancelAllOrders(symbols: readonly ProductSymbol[]): Promise<void> {
  await Promise.all(symbols.map(cancelAllOf));
}
