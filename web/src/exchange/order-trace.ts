/**
 * When each thing happened to the requests about orders that this page sent, and the exchange's name for them: of each
 * order its placement, and its latest change. Epoch ms.
 */
import { createStore } from 'zustand/vanilla';
import { TIMING_HEADER } from '#contract/api.ts';
import type { ClOrdID, OrderID } from '#contract/brand.ts';
import type { Order } from '#contract/model.ts';

/** What the proxy did, in ms after it received the request. */
export interface ProxyTimes {
  /** By its own clock. */
  readonly receivedAtMs: number;
  readonly journaledMs: number;
  readonly sentMs: number;
  readonly answeredMs: number;
}

export interface OrderTrace {
  /** The press that it was sent for; absent where it follows from something else. The page's clock, as the next two. */
  readonly clickedAtMs?: number;
  readonly sentAtMs: number;
  readonly answeredAtMs?: number;
  readonly proxy?: ProxyTimes;
  /** What the exchange's support asks for. */
  readonly tracingID?: string;
  /** The private stream's first word of it: when it came (the page's clock), and its times (the exchange's clock). */
  readonly told?: { readonly atMs: number; readonly actionAtMs: number; readonly transactAtMs: number };
}

export type ChangeTrace = OrderTrace & { readonly kind: 'amend' | 'cancel' };

export interface OrderTraces {
  readonly placements: ReadonlyMap<ClOrdID, OrderTrace>;
  readonly changes: ReadonlyMap<OrderID, ChangeTrace>;
}

/** Older ones have been looked at, or never will be. */
const TRACES_MAX = 500;

export const orderTraceStore = createStore<OrderTraces>(() => ({
  placements: new Map(),
  changes: new Map(),
}));

function withTrace<K, T>(traces: ReadonlyMap<K, T>, key: K, trace: T): ReadonlyMap<K, T> {
  const next = new Map(traces).set(key, trace);
  for (const oldest of next.keys()) {
    if (next.size <= TRACES_MAX) break;
    next.delete(oldest);
  }
  return next;
}

/** By which the exchange's support finds a request. */
const TRACING_HEADER = 'x-phemex-request-tracing';

function readTiming(text: string | null): ProxyTimes | undefined {
  const [receivedAtMs = 0, journaledMs, sentMs, answeredMs] = (text ?? '').split(' ').map(Number);
  if (journaledMs === undefined || sentMs === undefined || answeredMs === undefined) return undefined;
  return { receivedAtMs, journaledMs, sentMs, answeredMs };
}

function answerOf(headers: Headers, answeredAtMs: number) {
  const tracingID = headers.get(TRACING_HEADER);
  const proxy = readTiming(headers.get(TIMING_HEADER));
  return { answeredAtMs, ...(tracingID === null ? {} : { tracingID }), ...(proxy && { proxy }) };
}

const PRESSES: readonly string[] = ['click', 'submit', 'keydown', 'keyup', 'pointerup'];

/** The press that is being dealt with at this moment, if one is. */
function pressAtMs(nowMs: number): { readonly clickedAtMs?: number } {
  const { event } = globalThis;
  if (event === undefined || !PRESSES.includes(event.type)) return {};
  return { clickedAtMs: nowMs - (performance.now() - event.timeStamp) };
}

const sentNow = (nowMs: number): OrderTrace => ({ ...pressAtMs(nowMs), sentAtMs: nowMs });

/** To be called as a placement is sent; the answer takes the headers of what comes back. */
export function tracePlacement(clOrdID: ClOrdID): (headers: Headers) => void {
  const put = (trace: OrderTrace) =>
    orderTraceStore.setState(({ placements }) => ({ placements: withTrace(placements, clOrdID, trace) }));
  put(sentNow(Date.now()));
  return (headers) => {
    const trace = orderTraceStore.getState().placements.get(clOrdID);
    if (trace !== undefined) put({ ...trace, ...answerOf(headers, Date.now()) });
  };
}

/** As `tracePlacement`, for a change of an order. */
export function traceChange(orderID: OrderID, kind: ChangeTrace['kind']): (headers: Headers) => void {
  const put = (trace: ChangeTrace) =>
    orderTraceStore.setState(({ changes }) => ({ changes: withTrace(changes, orderID, trace) }));
  const sent = { kind, ...sentNow(Date.now()) };
  put(sent);
  return (headers) => {
    const trace = orderTraceStore.getState().changes.get(orderID);
    if (trace?.sentAtMs === sent.sentAtMs) put({ ...trace, ...answerOf(headers, Date.now()) });
  };
}

/** Only the first word of a request counts; `before` is the order as it was told last, which a fill leaves the action of. */
export function traceTold(order: Order, before: Order | undefined, atMs: number): void {
  const { clOrdID, orderID, actionAtMs, transactAtMs } = order;
  const { placements, changes } = orderTraceStore.getState();
  const told = { atMs, actionAtMs, transactAtMs };
  const placed = placements.get(clOrdID);
  if (placed !== undefined && placed.told === undefined) {
    orderTraceStore.setState({ placements: withTrace(placements, clOrdID, { ...placed, told }) });
  }
  const changed = changes.get(orderID);
  const isItsWord = before !== undefined && before.actionAtMs !== actionAtMs;
  if (changed !== undefined && changed.told === undefined && isItsWord) {
    orderTraceStore.setState({ changes: withTrace(changes, orderID, { ...changed, told }) });
  }
}
