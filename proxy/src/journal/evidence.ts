/**
 * Whether a request that got no answer was carried out, told from what the exchange shows now. What is found settles
 * it; what is not found is a matter of time, and of the resolver.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { AccountState, Order, OrderFate, PositionRow } from '#contract/model.ts';
import type { PosSide } from '#contract/vocabulary.ts';
import { refusalSentence } from '#contract/wire/error-codes.ts';
import type { Amendment, LeverageSetting, MarginSetting, Mutation } from '#contract/wire/mutation.ts';
import { foundOrderAck } from '#contract/wire/order-row.ts';
import type { OrderRef } from '#contract/wire/requests.ts';
import type { ExchangeReader } from '../exchange/exchange-reader.ts';
import { sizeOf } from '../guard/last-trades.ts';
import { showingOf } from './amendment.ts';

export type Finding =
  | {
      readonly kind: 'settled';
      readonly state: 'ACKED' | 'REJECTED';
      readonly note: string;
      readonly body: string;
    }
  /** The exchange shows no trace of it; `hasHistory` when its history was looked at too. */
  | { readonly kind: 'absent'; readonly hasHistory: boolean }
  /** It answers, but shows no longer what the request would have changed. */
  | { readonly kind: 'untold' }
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

/** Whether a request is about this order. */
export function isAbout(mutation: Mutation, order: OrderFate): boolean {
  const ref = orderOf(mutation);
  return ref !== undefined && order.symbol === mutation.symbol && refersTo(ref, order);
}

/** What the newest sight of its order proves; undefined: nothing. */
export function proofOf(mutation: Mutation, order: OrderFate): Finding | undefined {
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
    case 'amend':
      return showingOf(mutation, order) === 'shown'
        ? acked('The order is as it was asked to be.')
        : undefined;
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
  { reader, withHistory, closedOrder }: Looking,
): Promise<Finding> {
  // Perhaps all of it was told while the answer was still waited for.
  const closed = closedOrder(mutation.symbol, ref);
  const told = closed === undefined ? undefined : proofOf(mutation, closed);
  if (told !== undefined) return told;
  const open = await reader.openOrders(mutation.symbol);
  if (open === undefined) return NO_ANSWER;
  for (const order of open) {
    const proof = isAbout(mutation, order) ? proofOf(mutation, order) : undefined;
    if (proof !== undefined) return proof;
  }
  if (!withHistory) return { kind: 'absent', hasHistory: false };
  const past = await reader.ordersById(mutation.symbol, ref);
  if (past === undefined) return NO_ANSWER;
  for (const order of past) {
    const proof = isAbout(mutation, order) ? proofOf(mutation, order) : undefined;
    if (proof !== undefined) return proof;
  }
  return ABSENT;
}

/** What the order shows now counts; once it is over, how it was in the end. */
async function lookForAmendment(
  amendment: Amendment,
  { reader, withHistory, closedOrder }: Looking,
): Promise<Finding> {
  const { symbol, order: ref } = amendment;
  const open = await reader.openOrders(symbol);
  if (open === undefined) return NO_ANSWER;
  const order = open.find((one) => isAbout(amendment, one)) ?? closedOrder(symbol, ref);
  if (order !== undefined) return findingIn(amendment, order);
  if (!withHistory) return { kind: 'absent', hasHistory: false };
  const past = await reader.ordersById(symbol, ref);
  if (past === undefined) return NO_ANSWER;
  const last = past.find((one) => isAbout(amendment, one));
  return last === undefined ? ABSENT : findingIn(amendment, last);
}

const findingIn = (amendment: Amendment, order: OrderFate): Finding =>
  proofOf(amendment, order) ?? (showingOf(amendment, order) === 'untold' ? { kind: 'untold' } : ABSENT);

type CancelAll = Extract<Mutation, { kind: 'cancel-all' }>;
export type Setting = LeverageSetting | MarginSetting | Extract<Mutation, { kind: 'pos-mode' }>;

/** Whether the account is set as asked. */
export function isSet(mutation: Setting, account: AccountState): boolean {
  if (mutation.kind === 'margin') {
    const row = rowOf(account, mutation.symbol, mutation.posSide);
    return row?.position?.assignedBalance === mutation.balance;
  }
  const settings = account.settings.find(({ symbol }) => symbol === mutation.symbol);
  if (settings === undefined) return false;
  if (mutation.kind === 'pos-mode') return settings.posMode === mutation.target;
  return mutation.legs.every(({ posSide, leverage, marginMode }) =>
    settings.legs.some(
      (leg) => leg.posSide === posSide && leg.leverage === leverage && leg.marginMode === marginMode,
    ),
  );
}

const settledAs = (note: string): Finding => ({ kind: 'settled', state: 'ACKED', note, body: DONE });
/** Settings and open orders are told at once, without a history behind them. */
const ABSENT: Finding = { kind: 'absent', hasHistory: true };

export interface Looking {
  readonly reader: ExchangeReader;
  /** When it has left, by the exchange's clock. */
  readonly sentMs: { readonly earliest: number; readonly latest: number };
  readonly withHistory: boolean;
  /** As it was when it ended, as far as the private stream has told. */
  closedOrder(symbol: ProductSymbol, ref: OrderRef): Order | undefined;
  /** When a position last changed, as far as was told, by the exchange's clock. */
  lastTradeMs(symbol: ProductSymbol): number;
  /** What is held, as far as the private stream has told. */
  position(symbol: ProductSymbol, posSide: PosSide): PositionRow | undefined;
}

export async function lookFor(mutation: Mutation, looking: Looking): Promise<Finding> {
  const { reader, sentMs } = looking;
  switch (mutation.kind) {
    case 'place':
      return lookForOrder(mutation, { clOrdID: mutation.clOrdID }, looking);
    case 'amend':
      return lookForAmendment(mutation, looking);
    case 'cancel':
      return lookForOrder(mutation, mutation.order, looking);
    case 'cancel-several': {
      const open = await reader.openOrders(mutation.symbol);
      if (open === undefined) return NO_ANSWER;
      const isLeft = open.some((order) => mutation.orders.some((ref) => refersTo(ref, order)));
      return isLeft ? ABSENT : settledAs('None of the orders is open.');
    }
    case 'cancel-all': {
      const open = await reader.openOrders(mutation.symbol);
      return open === undefined ? NO_ANSWER : clearedFinding(mutation, open, sentMs);
    }
    case 'leverage':
    case 'pos-mode':
    case 'margin': {
      const account = await reader.account();
      return account === undefined ? NO_ANSWER : settingFinding(mutation, account, looking);
    }
  }
}

/** An order was not among them for certain where it came, or was triggered, while the request was leaving or since. */
function clearedFinding(
  { isConditional }: CancelAll,
  open: readonly Order[],
  sentMs: Looking['sentMs'],
): Finding {
  const old = open.filter(({ actionAtMs }) => actionAtMs <= sentMs.latest);
  const isWaiting = ({ ordStatus }: Order) => ordStatus === 'Untriggered';
  const mayHaveWaited = ({ trigger, transactAtMs }: Order) =>
    trigger !== undefined && transactAtMs >= sentMs.earliest;
  const isLeft = (order: Order) =>
    isWaiting(order) === isConditional && (isConditional || !mayHaveWaited(order));
  if (old.some((order) => isLeft(order) && order.actionAtMs < sentMs.earliest)) return ABSENT;
  const mayBeLeft = (order: Order) =>
    isConditional ? isWaiting(order) || mayHaveWaited(order) : !isWaiting(order);
  return old.some(mayBeLeft) ? { kind: 'untold' } : settledAs('None of the orders is open.');
}

function settingFinding(mutation: Setting, account: AccountState, looking: Looking): Finding {
  if (isSet(mutation, account)) return settledAs('The account is set so.');
  return mutation.kind === 'margin' && isTradedSince(mutation, account, looking)
    ? { kind: 'untold' }
    : ABSENT;
}

/** What backs an isolated position changes with its fills, and goes with it; and not every fill is told. */
function isTradedSince(
  { symbol, posSide }: MarginSetting,
  account: AccountState,
  { lastTradeMs, position, sentMs }: Looking,
): boolean {
  const told = position(symbol, posSide);
  const held = rowOf(account, symbol, posSide);
  const isAsTold = told !== undefined && held !== undefined && sizeOf(told) === sizeOf(held);
  return !isAsTold || lastTradeMs(symbol) >= sentMs.earliest;
}

const rowOf = ({ positions }: AccountState, symbol: ProductSymbol, posSide: PosSide) =>
  positions.find((row) => row.symbol === symbol && row.posSide === posSide);
