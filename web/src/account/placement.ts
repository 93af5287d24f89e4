/**
 * One order on its way: sent once under an id made before, then taken, refused, or unknown. An unknown one is looked
 * up under its id until the exchange has told; it is never sent again. That it never arrived is for Perpdeck's journal to
 * say: it waits for the exchange's histories, and knows whether the account stream was whole. Time and the exchange are
 * handed in.
 */

import type { ClOrdID, ProductSymbol } from '#contract/brand.ts';
import type { GuardRule } from '#contract/guard.ts';
import type { Order } from '#contract/model.ts';
import type { PlacementOutcome } from '#contract/outcome.ts';
import type { Result } from '#contract/result.ts';
import type { RelayNotice } from '#contract/status.ts';
import type { Answer, NewOrder } from '../exchange/commands.ts';
import { type Fault, faultSentence } from '../exchange/rest.ts';

/** An order that lacks only the id it will be known by. */
export type OrderPlan = NewOrder extends infer T ? (T extends NewOrder ? Omit<T, 'clOrdID'> : never) : never;

/** One after another. */
export type OrderPlans = readonly [OrderPlan, ...OrderPlan[]];

export type Placement =
  | { readonly at: 'idle' }
  | { readonly at: 'sending'; readonly clOrdID: ClOrdID }
  /** The exchange has it; the stream tells the rest. */
  | { readonly at: 'taken'; readonly clOrdID: ClOrdID }
  /** The exchange said no, or (without a code) it never left Perpdeck; `rule`: by this limit of the trader's. */
  | { readonly at: 'refused'; readonly sentence: string; readonly code?: number; readonly rule?: GuardRule }
  /** Nothing was sent: the trader wants to be asked about an order this large. */
  | { readonly at: 'question'; readonly sentence: string }
  /** It may or may not have arrived: being looked up. */
  | { readonly at: 'unknown'; readonly clOrdID: ClOrdID }
  /** The exchange does not know it, and can no longer accept it. */
  | { readonly at: 'never-arrived' };

export interface PlacementNeeds {
  newID(): ClOrdID;
  place(order: NewOrder, isConfirmed: boolean): Answer<Order>;
  find(symbol: ProductSymbol, clOrdID: ClOrdID): Answer<Order | undefined>;
  /** What the proxy's journal says of it. */
  outcome(clOrdID: ClOrdID): Answer<PlacementOutcome>;
  /** Hears what the proxy finds out, which looks it up as well; the answer ends the hearing. */
  onResolved(listener: (resolution: Resolution) => void): () => void;
  /** What the private stream has told of it. */
  heardOf(clOrdID: ClOrdID): boolean;
  nowMs(): number;
  after(delayMs: number, run: () => void): void;
  onState(placement: Placement): void;
}

export interface Placer {
  /**
   * Answers whether it was sent: not while another one is under way or unknown, nor as half of a double click.
   * `wish` is what the trader asked for, by identity: two quick clicks on different wishes are two orders.
   * `isConfirmed`: the trader was asked about its size already.
   */
  send(plan: OrderPlan, wish?: unknown, isConfirmed?: boolean): boolean;
  /** Yes to the question: sends what it was about. */
  confirm(): void;
}

/** What the proxy has found out about a request whose outcome was unknown. */
export type Resolution = Extract<RelayNotice, { kind: 'resolved' }>;

/** A second click on the same wish within this is half of a double click. */
export const DOUBLE_CLICK_MS = 500;
const LOOK_UP_FIRST_MS = 500;
const LOOK_UP_MS_MAX = 4_000;
/** A request that Perpdeck has not received by then has not left the browser. */
const ARRIVAL_MS_MAX = 75_000;

function outcomeOf(answer: Result<Order, Fault>, clOrdID: ClOrdID): Placement {
  if (answer.ok) return { at: 'taken', clOrdID };
  const { problem: fault } = answer;
  if (fault.kind === 'refused-by-exchange') {
    return { at: 'refused', sentence: fault.sentence, code: fault.code };
  }
  if (fault.kind === 'proxy' && fault.code === 'CONFIRM_NEEDED') {
    return { at: 'question', sentence: faultSentence(fault) };
  }
  // Perpdeck's own refusals are made before anything is sent, but for the one that says that it does not know itself.
  if (fault.kind === 'proxy' && fault.code !== 'INTERNAL') {
    const { rule } = fault;
    return { at: 'refused', sentence: faultSentence(fault), ...(rule && { rule }) };
  }
  return { at: 'unknown', clOrdID };
}

/** undefined: nobody knows yet. */
function settledBy(
  { state, note = '' }: PlacementOutcome,
  clOrdID: ClOrdID,
  isPastArrival = false,
): Placement | undefined {
  switch (state) {
    case 'ACKED':
      return { at: 'taken', clOrdID };
    case 'REJECTED':
    case 'REFUSED':
      return { at: 'refused', sentence: note };
    case 'NOT_SENT':
      // Its note is the connection's own word for what went wrong.
      return { at: 'refused', sentence: 'The exchange was not reached: nothing was sent.' };
    case 'NOT_PLACED':
      return { at: 'never-arrived' };
    case 'NONE':
      return isPastArrival ? { at: 'never-arrived' } : undefined;
    case 'INTENT':
    case 'SENDING':
    case 'UNKNOWN':
      return undefined;
  }
}

export function createPlacer(needs: PlacementNeeds): Placer {
  let placement: Placement = { at: 'idle' };
  let sentAtMs = Number.NEGATIVE_INFINITY;
  let sentWish: unknown;
  let lastPlan: OrderPlan | undefined;
  let stopHearing = () => {};

  const become = (next: Placement) => {
    placement = next;
    stopHearing();
    stopHearing = () => {};
    needs.onState(next);
  };
  const isUnknown = (clOrdID: string) => placement.at === 'unknown' && placement.clOrdID === clOrdID;
  const lookUp = async (order: NewOrder, delayMs: number): Promise<void> => {
    const { symbol, clOrdID } = order;
    const isPastArrival = needs.nowMs() - sentAtMs > ARRIVAL_MS_MAX;
    const [found, told] = await Promise.all([needs.find(symbol, clOrdID), needs.outcome(clOrdID)]);
    if (!isUnknown(clOrdID)) return;
    if (needs.heardOf(clOrdID) || (found.ok && found.value !== undefined)) {
      return become({ at: 'taken', clOrdID });
    }
    const settled = told.ok ? settledBy(told.value, clOrdID, isPastArrival) : undefined;
    if (settled !== undefined) return become(settled);
    needs.after(delayMs, () => {
      if (isUnknown(clOrdID)) void lookUp(order, Math.min(LOOK_UP_MS_MAX, delayMs * 2));
    });
  };
  const settle = (order: NewOrder, answer: Result<Order, Fault>): void => {
    const { clOrdID } = order;
    const next = outcomeOf(answer, clOrdID);
    become(next);
    if (next.at !== 'unknown') return;
    stopHearing = needs.onResolved((resolution) => {
      if (resolution.requestID !== clOrdID || !isUnknown(clOrdID)) return;
      const settled = settledBy(resolution, clOrdID);
      if (settled !== undefined) become(settled);
    });
    void lookUp(order, LOOK_UP_FIRST_MS);
  };
  const put = (plan: OrderPlan, isConfirmed: boolean) => {
    sentAtMs = needs.nowMs();
    lastPlan = plan;
    const order: NewOrder = { ...plan, clOrdID: needs.newID() };
    become({ at: 'sending', clOrdID: order.clOrdID });
    void needs.place(order, isConfirmed).then((answer) => settle(order, answer));
  };
  return {
    send: (plan, wish, isConfirmed = false) => {
      if (placement.at === 'sending' || placement.at === 'unknown') return false;
      if (wish === sentWish && needs.nowMs() - sentAtMs < DOUBLE_CLICK_MS) return false;
      sentWish = wish;
      put(plan, isConfirmed);
      return true;
    },
    confirm: () => {
      if (placement.at === 'question' && lastPlan !== undefined) put(lastPlan, true);
    },
  };
}
