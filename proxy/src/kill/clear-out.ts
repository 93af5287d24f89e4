/**
 * One round of the kill switch: cancels every order of the symbols it knows of, closes positions where that was wanted,
 * and looks at the exchange for what is left. Each request goes through the order desk, and none is sent a second time:
 * what is left is asked for anew in the next round.
 */
import type { ClOrdID, ProductSymbol } from '#contract/brand.ts';
import type { HaltState } from '#contract/halt.ts';
import type { Position, Product } from '#contract/model.ts';
import { inOrders } from '#contract/product.ts';
import { readMutation } from '#contract/wire/mutation-reader.ts';
import { cancelAllRequests, type ExchangeRequest, placeOrderRequest } from '#contract/wire/requests.ts';
import type { ExchangeReader } from '../exchange/exchange-reader.ts';
import type { AccountView } from '../guard/account-view.ts';
import type { DeskAnswer, OrderDesk } from '../journal/order-desk.ts';
import type { Time } from '../time.ts';
import type { Reach } from './reach.ts';

export const KILL_SWITCH = 'kill switch';
/** What fits into a client order id beside its prefix. */
const ID_LENGTH = 24;
const LATE = 'No answer yet.';
/** How long one answer is waited for: after that the round goes on without it, and the next one asks anew. */
const ANSWER_MS = 2_000;

export interface ClearOutNeeds {
  readonly desk: OrderDesk;
  readonly reader: ExchangeReader;
  readonly reach: Reach;
  readonly view: AccountView;
  readonly time: Time;
  /** Unguessable, and at least as long as the id's part that it becomes. */
  newToken(): string;
}

export type Closed = Exclude<HaltState, { at: 'armed' }>['closed'][number];

/** Where there are orders, or positions, or may be. */
export const symbolsOf = ({ reach, view }: Pick<ClearOutNeeds, 'reach' | 'view'>): ProductSymbol[] => [
  ...new Set([...reach.symbols(), ...view.positions().flatMap(({ position }) => position?.symbol ?? [])]),
];

export interface Round {
  /** Where it has canceled and looked. */
  readonly covered: ReadonlySet<string>;
  /** Where it has looked and found no order. */
  readonly empty: ReadonlySet<string>;
  readonly canceled: readonly string[];
  readonly closed: readonly Closed[];
  readonly openOrders?: number;
  readonly openPositions?: number;
  /** When it looked, an order could still come that it does not know of. */
  readonly canCome: boolean;
  readonly problems: readonly string[];
}

export interface Sent {
  readonly isTaken: boolean;
  /** The exchange said no: it has not happened, and will not. */
  readonly isRefused?: true;
  readonly problem?: string;
}

function toSent(answer: DeskAnswer): Sent {
  if (answer.kind === 'refused') return { isTaken: false, problem: answer.refused.message };
  const isTaken = answer.status === 200 && /^\{"code":0\b/.test(answer.body);
  if (isTaken) return { isTaken };
  return { isTaken, isRefused: true, problem: `The exchange refused: ${answer.body.slice(0, 120)}` };
}

/** One request that takes risk away, and whether the exchange took it. */
export async function send(desk: OrderDesk, request: ExchangeRequest, who = KILL_SWITCH): Promise<Sent> {
  const read = readMutation(request);
  if (!read.ok)
    return { isTaken: false, problem: `${request.method} ${request.path}: ${read.problem.message}` };
  const mutation = read.value;
  const requestID = mutation.kind === 'place' ? mutation.clOrdID : undefined;
  return toSent(await desk.submit({ who, requestID, mutation, text: request, isUrgent: true }));
}

const closing = ({ symbol, posSide, side, size }: Position) =>
  ({
    symbol,
    posSide,
    side: side === 'Buy' ? 'Sell' : 'Buy',
    qty: size,
  }) as const;

type Closing = ReturnType<typeof closing>;

/** Reduce-only, at market. */
async function sendClose({ desk, newToken }: ClearOutNeeds, order: Closing): Promise<Sent> {
  const clOrdID = `pd-kill-${newToken().slice(0, ID_LENGTH)}` as ClOrdID;
  const asked = { ...order, clOrdID, ordType: 'Market', timeInForce: 'ImmediateOrCancel' } as const;
  return await send(desk, placeOrderRequest({ ...asked, reduceOnly: true }));
}

/**
 * One position in one order. Only where the exchange refuses that, its products are asked whether it was too large for
 * one, and it goes in several: a kill switch does not wait for a list of products that it seldom needs.
 */
async function closePosition(
  needs: ClearOutNeeds,
  position: Position,
  productsOf: () => Promise<readonly Product[] | undefined>,
): Promise<{ readonly closed: readonly Closed[]; readonly problems: readonly string[] }> {
  const whole = closing(position);
  const { isTaken, isRefused, problem } = await sendClose(needs, whole);
  if (isTaken) return { closed: [whole], problems: [] };
  const told = problem === undefined ? [] : [`${position.symbol}: ${problem}`];
  const product = isRefused && (await productsOf())?.find(({ symbol }) => symbol === position.symbol);
  const parts = product ? inOrders(product, position.size) : [];
  if (parts.length < 2) return { closed: [], problems: told };
  const orders = parts.map((qty) => ({ ...whole, qty }));
  const sent = await Promise.all(orders.map((order) => sendClose(needs, order)));
  return {
    closed: orders.filter((_, at) => sent[at]?.isTaken),
    problems: sent.flatMap((part) =>
      part.problem === undefined ? [] : [`${position.symbol}: ${part.problem}`],
    ),
  };
}

/** Both kinds of orders, side by side: neither waits for the other's answer. */
async function cancelAll(desk: OrderDesk, symbol: ProductSymbol): Promise<Sent> {
  const sent = await Promise.all(cancelAllRequests(symbol).map((request) => send(desk, request)));
  return sent.find(({ isTaken }) => !isTaken) ?? { isTaken: true };
}

/** undefined: not in time. */
async function inTime<T>(answer: Promise<T>, { time }: ClearOutNeeds): Promise<T | undefined> {
  let stop = () => {};
  const patience = new Promise<undefined>((resolve) => {
    stop = time.after(ANSWER_MS, () => resolve(undefined));
  });
  const told = await Promise.race([answer, patience]);
  stop();
  return told;
}

/** How many are open, if that can be read everywhere, and where none is. */
async function countOpen(
  needs: ClearOutNeeds,
  symbols: readonly ProductSymbol[],
): Promise<{ count: number | undefined; empty: ReadonlySet<string> }> {
  const lists = await Promise.all(symbols.map((symbol) => inTime(needs.reader.openOrders(symbol), needs)));
  let count: number | undefined = 0;
  const empty = new Set<string>();
  for (const [at, list] of lists.entries()) {
    count = list === undefined || count === undefined ? undefined : count + list.length;
    if (list?.length === 0) empty.add(symbols[at] ?? '');
  }
  return { count, empty };
}

/** As the exchange has them; when it does not say in time, as the stream has told them. */
async function positionsOf(needs: ClearOutNeeds) {
  const account = await inTime(needs.reader.account(), needs);
  const rows = account?.positions ?? needs.view.positions();
  return { isSeen: account !== undefined, positions: rows.flatMap(({ position }) => position ?? []) };
}

export interface RoundWish {
  readonly closesPositions: boolean;
  /** Of the round before: there it only looks again, or its cancels would use up what the looks need. */
  readonly empty: ReadonlySet<string>;
  /** Until trading is armed again, or the switch pulled anew: nothing is closed for a pull that was taken back. */
  isWanted(): boolean;
}

export async function clearOut(
  needs: ClearOutNeeds,
  { closesPositions, empty: before, isWanted }: RoundWish,
): Promise<Round> {
  const { desk, reader, reach } = needs;
  const problems: string[] = [];
  const canceled: string[] = [];
  const cancels = new Map<ProductSymbol, Promise<void>>();
  const cancelIn = async (symbol: ProductSymbol) => {
    if (before.has(symbol)) return;
    const sent = await inTime(cancelAll(desk, symbol), needs);
    if (sent?.isTaken) canceled.push(symbol);
    const { problem } = sent ?? { problem: LATE };
    if (problem !== undefined) problems.push(`${symbol}: ${problem}`);
  };
  const cancel = (symbol: ProductSymbol): Promise<void> => {
    const canceling = cancels.get(symbol) ?? cancelIn(symbol);
    cancels.set(symbol, canceling);
    return canceling;
  };
  for (const symbol of symbolsOf(needs)) void cancel(symbol);
  const { positions, isSeen } = await positionsOf(needs);
  if (!isSeen) problems.push('The positions cannot be read just now.');
  // A position tells of a symbol that nobody here has heard of: it may have orders too.
  for (const { symbol } of positions) void cancel(symbol);
  const closed: Closed[] = [];
  let asked: Promise<readonly Product[] | undefined> | undefined;
  const productsOf = () => {
    asked ??= reader.products();
    return asked;
  };
  const close = async (position: Position) => {
    // Its own orders first; those of another symbol are not waited for.
    await cancel(position.symbol);
    if (!isWanted()) return;
    const one = await inTime(closePosition(needs, position, productsOf), needs);
    closed.push(...(one?.closed ?? []));
    problems.push(...(one?.problems ?? [`${position.symbol}: ${LATE}`]));
  };
  await Promise.all([...cancels.values(), ...(closesPositions ? positions.map(close) : [])]);
  const canCome = reach.canCome();
  if (canCome) problems.push('An order may still come: one is under way, or the account stream is away.');
  // Looked at anew: what was closed a moment ago is gone by now, or will be in the next round.
  const hasMoved = closesPositions && positions.length > 0;
  const [{ count: openOrders, empty }, after] = await Promise.all([
    countOpen(needs, [...cancels.keys()]),
    hasMoved ? positionsOf(needs) : { positions, isSeen },
  ]);
  if (openOrders === undefined) problems.push('The open orders cannot be read just now.');
  const left = after.isSeen ? after.positions.length : undefined;
  return {
    covered: new Set(cancels.keys()),
    empty,
    canceled,
    closed,
    ...(openOrders === undefined ? {} : { openOrders }),
    ...(left === undefined ? {} : { openPositions: left }),
    canCome,
    problems,
  };
}
