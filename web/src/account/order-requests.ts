/**
 * Requests about open orders that are on their way: what was asked, until the private stream shows it done, the
 * exchange refuses, or it can no longer arrive. One home, so that chart and table tell the same. Time is handed in.
 */
import type { OrderID, Price, Qty } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';
import type { Result } from '#contract/result.ts';
import type { TriggerSource } from '#contract/vocabulary.ts';
import type { Fault } from '../exchange/rest.ts';

export type OrderRequest = {
  /** `unknown`: the answer was lost, so it may or may not have happened. */
  readonly at: 'asking' | 'unknown';
} & (
  | { readonly kind: 'cancel' }
  | {
      readonly kind: 'amend';
      readonly price?: Price | undefined;
      readonly qty?: Qty | undefined;
      readonly triggerPrice?: Price | undefined;
      readonly triggerSource?: TriggerSource | undefined;
    }
);

export type OrderWish = OrderRequest extends infer R
  ? R extends OrderRequest
    ? Omit<R, 'at'>
    : never
  : never;

export interface OrderRequestsNeeds {
  after(delayMs: number, run: () => void): void;
  /** The order as the private stream tells it; undefined once it is over. */
  openOrder(orderID: OrderID): Order | undefined;
  onChange(requests: ReadonlyMap<OrderID, OrderRequest>): void;
}

export interface OrderRequests {
  /** Runs `send` unless something is on its way that it has to wait for; undefined says that it was not sent. */
  ask<T>(
    order: Order,
    wish: OrderWish,
    send: () => Promise<Result<T, Fault>>,
  ): Promise<Result<T, Fault> | undefined>;
  /** The private stream has told something. */
  settle(): void;
}

/** After the exchange said yes, its stream tells within moments; what is lost must hold nothing up for ever. */
export const TOLD_MS_MAX = 5_000;
/** A signed request expires a minute after signing: what is not done by then will never be. */
const ARRIVAL_MS_MAX = 75_000;

/** Whether the stream shows what was asked for. */
export function isDone(request: OrderRequest, order: Order | undefined): boolean {
  if (order === undefined) return true;
  if (request.kind === 'cancel') return false;
  const { trigger } = order;
  const { price = order.price, qty = order.qty } = request;
  const { triggerPrice = trigger?.price, triggerSource = trigger?.source } = request;
  const isTriggered = trigger?.price === triggerPrice && trigger?.source === triggerSource;
  return order.price === price && order.qty === qty && isTriggered;
}

/** Whether what is on its way is the very thing that is asked for once more. */
export function isSameWish(request: OrderRequest, wish: OrderWish): boolean {
  if (request.kind === 'cancel' || wish.kind === 'cancel') return request.kind === wish.kind;
  return (
    request.price === wish.price &&
    request.qty === wish.qty &&
    request.triggerPrice === wish.triggerPrice &&
    request.triggerSource === wish.triggerSource
  );
}

/** A cancel takes nothing on, whatever else is on its way or unknown: only one that was just asked for is not repeated. */
export const mayAsk = (kind: OrderRequest['kind'], underWay: OrderRequest | undefined): boolean =>
  underWay === undefined || (kind === 'cancel' && (underWay.kind !== 'cancel' || underWay.at === 'unknown'));

/** Why nothing was sent for an order of which something is on its way; undefined for what is on its way already. */
export function notSentBecause(request: OrderRequest, wish: OrderWish): string | undefined {
  if (mayAsk(wish.kind, request) || isSameWish(request, wish)) return undefined;
  const before = request.kind === 'cancel' ? 'its cancellation' : 'an earlier change of it';
  return request.at === 'unknown'
    ? `Not sent: the outcome of ${before} is unknown and being looked up`
    : `Not sent: ${before} is still on its way`;
}

export function createOrderRequests(needs: OrderRequestsNeeds): OrderRequests {
  let requests: ReadonlyMap<OrderID, OrderRequest> = new Map();

  const become = (next: ReadonlyMap<OrderID, OrderRequest>) => {
    requests = next;
    needs.onChange(next);
  };
  const put = (orderID: OrderID, request: OrderRequest) => become(new Map(requests).set(orderID, request));
  /** Only if it is still the same request: a later one is not this one's to end. */
  const drop = (orderID: OrderID, request: OrderRequest) => {
    if (requests.get(orderID) !== request) return;
    const next = new Map(requests);
    next.delete(orderID);
    become(next);
  };
  const settle = () => {
    const left = [...requests].filter(([orderID, request]) => !isDone(request, needs.openOrder(orderID)));
    if (left.length < requests.size) become(new Map(left));
  };
  return {
    ask: async (order, wish, send) => {
      const { orderID } = order;
      if (!mayAsk(wish.kind, requests.get(orderID))) return undefined;
      const request: OrderRequest = { ...wish, at: 'asking' };
      put(orderID, request);
      const answer = await send();
      if (!answer.ok && answer.problem.kind === 'unknown-outcome') {
        const unknown: OrderRequest = { ...wish, at: 'unknown' };
        // What was asked for since stands in its place.
        if (requests.get(orderID) === request) put(orderID, unknown);
        needs.after(ARRIVAL_MS_MAX, () => drop(orderID, unknown));
      } else if (!answer.ok) {
        drop(orderID, request);
      } else {
        needs.after(TOLD_MS_MAX, () => drop(orderID, request));
      }
      settle();
      return answer;
    },
    settle,
  };
}
