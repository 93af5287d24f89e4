/** When each thing happened to the orders that this page placed, and the exchange's name for the request. Epoch ms. */
import { createStore } from 'zustand/vanilla';
import type { ClOrdID } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';

export interface OrderTrace {
  /** The page's clock. */
  readonly sentAtMs: number;
  readonly answeredAtMs?: number;
  /** What the exchange's support asks for. */
  readonly tracingID?: string;
  /** The private stream's first word of it: when it came (the page's clock), and its times (the exchange's clock). */
  readonly told?: { readonly atMs: number; readonly actionAtMs: number; readonly transactAtMs: number };
}

/** Older ones have been looked at, or never will be. */
const TRACES_MAX = 500;

export const orderTraceStore = createStore<ReadonlyMap<ClOrdID, OrderTrace>>(() => new Map());

function put(clOrdID: ClOrdID, trace: OrderTrace): void {
  const traces = new Map(orderTraceStore.getState()).set(clOrdID, trace);
  for (const oldest of traces.keys()) {
    if (traces.size <= TRACES_MAX) break;
    traces.delete(oldest);
  }
  orderTraceStore.setState(traces, true);
}

export const traceSent = (clOrdID: ClOrdID, sentAtMs: number): void => put(clOrdID, { sentAtMs });

export function traceAnswer(clOrdID: ClOrdID, answeredAtMs: number, tracingID: string | undefined): void {
  const trace = orderTraceStore.getState().get(clOrdID);
  if (trace === undefined) return;
  put(clOrdID, { ...trace, answeredAtMs, ...(tracingID === undefined ? {} : { tracingID }) });
}

/** Only the first word counts: what comes later is about what became of it. */
export function traceTold({ clOrdID, actionAtMs, transactAtMs }: Order, atMs: number): void {
  const trace = orderTraceStore.getState().get(clOrdID);
  if (trace !== undefined && trace.told === undefined)
    put(clOrdID, { ...trace, told: { atMs, actionAtMs, transactAtMs } });
}
