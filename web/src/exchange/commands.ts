/**
 * What a trader may ask of the exchange. The answer only says whether it was taken: what became of an order comes
 * over the private stream. A placement without an answer is looked up by its client order id, never sent again.
 */

import type { ClOrdID, ProductSymbol } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';
import type { PlacementOutcome } from '#contract/outcome.ts';
import { ok, type Result } from '#contract/result.ts';
import type { PosMode } from '#contract/vocabulary.ts';
import { parseAcceptance, parseCancelAll } from '#contract/wire/acceptance.ts';
import { parseOrderList } from '#contract/wire/order-list.ts';
import { parseActiveOrders, parseOrderAck } from '#contract/wire/order-row.ts';
import {
  activeOrdersRequest,
  amendOrderRequest,
  assignMarginRequest,
  cancelAllRequests,
  cancelOrderRequest,
  type LeverageChange,
  leverageRequest,
  type MarginAssignment,
  type NewOrder,
  type OrderAmendment,
  type OrderCancellation,
  orderListRequest,
  placeOrderRequest,
  posModeRequest,
} from '#contract/wire/requests.ts';
import { traceChange, tracePlacement } from './order-trace.ts';
import { askExchange, type Fault, proxyRequest } from './rest.ts';

export type { LeverageChange, NewOrder, OrderAmendment, OrderCancellation };
export type Answer<T> = Promise<Result<T, Fault>>;

/** Answers to this tab's latest placements, oldest first. */
const placements = new Map<ClOrdID, Answer<Order>>();
/** The stream tells of an order within seconds of its answer; many more than these are not placed meanwhile. */
const PLACEMENTS_MAX = 100;

/** Sent exactly once. `isConfirmed`: the trader was asked about an order this large. */
export function placeOrder(order: NewOrder, isConfirmed = false): Answer<Order> {
  const onHeaders = tracePlacement(order.clOrdID);
  const answer = askExchange(placeOrderRequest(order), parseOrderAck, { isConfirmed, onHeaders });
  placements.set(order.clOrdID, answer);
  for (const clOrdID of placements.keys()) {
    if (placements.size <= PLACEMENTS_MAX) break;
    placements.delete(clOrdID);
  }
  return answer;
}

/** What this tab's own request for an order is answered, since the stream may tell of the order sooner. */
export const placementAnswer = (clOrdID: ClOrdID): Answer<Order> | undefined => placements.get(clOrdID);

/** An order that is named by its sender's id alone has no trace. */
const tracing = ({ order }: Pick<OrderAmendment, 'order'>, kind: 'amend' | 'cancel') =>
  'orderID' in order ? { onHeaders: traceChange(order.orderID, kind) } : {};

export const amendOrder = (amendment: OrderAmendment, isConfirmed = false): Answer<Order> =>
  askExchange(amendOrderRequest(amendment), parseOrderAck, { isConfirmed, ...tracing(amendment, 'amend') });

export const cancelOrder = (cancellation: OrderCancellation): Answer<Order> =>
  askExchange(cancelOrderRequest(cancellation), parseOrderAck, tracing(cancellation, 'cancel'));

/** Two requests, active and conditional orders; both are sent whatever the first answers. The count of both. */
export async function cancelAll(symbol: ProductSymbol): Answer<number> {
  const [active, conditional] = await Promise.all(
    cancelAllRequests(symbol).map((request) => askExchange(request, parseCancelAll)),
  );
  if (active === undefined || conditional === undefined) return ok(0);
  if (!active.ok) return active;
  if (!conditional.ok) return conditional;
  return ok(active.value + conditional.value);
}

export const setLeverage = (change: LeverageChange): Answer<undefined> =>
  askExchange(leverageRequest(change), parseAcceptance);

export const assignMargin = (assignment: MarginAssignment): Answer<undefined> =>
  askExchange(assignMarginRequest(assignment), parseAcceptance);

export const setPosMode = (symbol: ProductSymbol, target: PosMode): Answer<undefined> =>
  askExchange(posModeRequest(symbol, target), parseAcceptance);

/** What Perpdeck's journal knows of an order: it alone says that one never arrived. Taken at its word, as all its own answers. */
export const fetchOutcome = (clOrdID: ClOrdID): Answer<PlacementOutcome> =>
  proxyRequest('GET', `/api/outcome?id=${clOrdID}`, {}, (body) => body as PlacementOutcome);

/** Looks for an order among the open ones, then in history; undefined when the exchange knows none (yet). */
export async function findOrder(symbol: ProductSymbol, clOrdID: ClOrdID): Answer<Order | undefined> {
  const open = await askExchange(activeOrdersRequest(symbol), parseActiveOrders);
  if (!open.ok) return open;
  const working = open.value.find((order) => order.clOrdID === clOrdID);
  if (working !== undefined) return ok(working);
  const past = await askExchange(orderListRequest({ currency: 'USDT', symbol }), parseOrderList);
  if (!past.ok) return past;
  return ok(past.value.find((order) => order.clOrdID === clOrdID));
}
