/**
 * Whether a request that got no answer was carried out, told from what the exchange shows now. What is found settles
 * it; what is not found is a matter of time, and of the resolver.
 */
import type { AccountState, OrderFate } from '#contract/model.ts';
import { refusalSentence } from '#contract/wire/error-codes.ts';
import type { Mutation } from '#contract/wire/mutation.ts';
import { foundOrderAck } from '#contract/wire/order-row.ts';
import type { OrderRef } from '#contract/wire/requests.ts';
import type { ExchangeReader } from '../exchange-reader.ts';

export type Finding =
  | {
      readonly kind: 'settled';
      readonly state: 'ACKED' | 'REJECTED';
      readonly note: string;
      readonly body: string;
    }
  /** The exchange shows no trace of it; `hasHistory` when its history was looked at too. */
  | { readonly kind: 'absent'; readonly hasHistory: boolean }
  /** It did not answer usably. */
  | { readonly kind: 'no-answer' };

const DONE = '{"code":0,"msg":"","data":null}';
const NO_ANSWER: Finding = { kind: 'no-answer' };

const refersTo = (order: OrderRef, fate: OrderFate): boolean =>
  'orderID' in order ? fate.orderID === order.orderID : fate.clOrdID === order.clOrdID;

/** The order that a request is about; undefined where it is about none. */
export function orderOf(mutation: Mutation): OrderRef | undefined {
  if (mutation.kind === 'place') return { clOrdID: mutation.clOrdID };
  return mutation.kind === 'amend' || mutation.kind === 'cancel' ? mutation.order : undefined;
}

const refusedBody = (code: number): string => JSON.stringify({ code, msg: '', data: null });

/** What a sight of the order proves, in a list or as an event; undefined: nothing. */
export function proofOf(mutation: Mutation, order: OrderFate): Finding | undefined {
  const ref = orderOf(mutation);
  if (ref === undefined || order.symbol !== mutation.symbol || !refersTo(ref, order)) return undefined;
  const acked = (note: string): Finding => ({
    kind: 'settled',
    state: 'ACKED',
    note,
    body: foundOrderAck(order),
  });
  switch (mutation.kind) {
    case 'place': {
      if (order.side !== mutation.side) {
        const note = 'The exchange has another order under this id.';
        return { kind: 'settled', state: 'REJECTED', note, body: refusedBody(11085) };
      }
      if (order.ordStatus !== 'Rejected') return acked(`The exchange has the order (${order.ordStatus}).`);
      const { code = 0, message = '' } = order.rejection ?? {};
      const note = refusalSentence(code, message);
      return { kind: 'settled', state: 'REJECTED', note, body: refusedBody(code) };
    }
    case 'amend': {
      const { price, qty } = mutation;
      const isDone =
        (price === undefined || order.price === price) && (qty === undefined || order.qty === qty);
      return isDone ? acked('The order shows the new price and quantity.') : undefined;
    }
    case 'cancel': {
      if (order.ordStatus === 'Canceled') return acked('The order is canceled.');
      const isOver = order.ordStatus === 'Filled' || order.ordStatus === 'Rejected';
      const note = 'The order was over before it could be canceled.';
      return isOver ? { kind: 'settled', state: 'REJECTED', note, body: refusedBody(11063) } : undefined;
    }
    default:
      return undefined;
  }
}

async function lookForOrder(
  mutation: Mutation,
  ref: OrderRef,
  reader: ExchangeReader,
  withHistory: boolean,
): Promise<Finding> {
  const open = await reader.openOrders(mutation.symbol);
  if (open === undefined) return NO_ANSWER;
  for (const order of open) {
    const proof = proofOf(mutation, order);
    if (proof !== undefined) return proof;
  }
  if (!withHistory) return { kind: 'absent', hasHistory: false };
  const past = await reader.ordersById(mutation.symbol, ref);
  if (past === undefined) return NO_ANSWER;
  for (const order of past) {
    const proof = proofOf(mutation, order);
    if (proof !== undefined) return proof;
  }
  return { kind: 'absent', hasHistory: true };
}

function isSet(mutation: Mutation, account: AccountState): boolean {
  if (mutation.kind === 'margin') {
    const row = account.positions.find(
      ({ symbol, posSide }) => symbol === mutation.symbol && posSide === mutation.posSide,
    );
    return row?.position?.assignedBalance === mutation.balance;
  }
  const settings = account.settings.find(({ symbol }) => symbol === mutation.symbol);
  if (settings === undefined) return false;
  if (mutation.kind === 'pos-mode') return settings.posMode === mutation.target;
  if (mutation.kind !== 'leverage') return false;
  return mutation.legs.every(({ posSide, leverage, marginMode }) =>
    settings.legs.some(
      (leg) => leg.posSide === posSide && leg.leverage === leverage && leg.marginMode === marginMode,
    ),
  );
}

const settledAs = (note: string): Finding => ({ kind: 'settled', state: 'ACKED', note, body: DONE });
/** Settings and open orders are told at once, without a history behind them. */
const ABSENT: Finding = { kind: 'absent', hasHistory: true };

/** `sentMs` is when it was signed, by the exchange's clock. */
export async function lookFor(
  mutation: Mutation,
  reader: ExchangeReader,
  { sentMs, withHistory }: { sentMs: number; withHistory: boolean },
): Promise<Finding> {
  switch (mutation.kind) {
    case 'place':
      return lookForOrder(mutation, { clOrdID: mutation.clOrdID }, reader, withHistory);
    case 'amend':
    case 'cancel':
      return lookForOrder(mutation, mutation.order, reader, withHistory);
    case 'cancel-all': {
      const open = await reader.openOrders(mutation.symbol);
      if (open === undefined) return NO_ANSWER;
      const isLeft = open.some(
        (order) =>
          (order.ordStatus === 'Untriggered') === mutation.isConditional && order.actionAtMs <= sentMs,
      );
      return isLeft ? ABSENT : settledAs('None of the orders is open.');
    }
    case 'leverage':
    case 'pos-mode':
    case 'margin': {
      const account = await reader.account();
      if (account === undefined) return NO_ANSWER;
      return isSet(mutation, account) ? settledAs('The account is set so.') : ABSENT;
    }
  }
}
