/**
 * The `aop_p` stream: wallets, orders with their executions, positions. The third naming: quantities lose the suffix
 * that money keeps, and orders say `ordType` where REST says `orderType`.
 */
import * as z from 'zod/mini';
import type { ClOrdID, ExecID, OrderID, ProductSymbol, Qty } from '../brand.ts';
import { negate, ZERO_MONEY, ZERO_QTY } from '../decimal.ts';
import type { AccountUpdate, Fill, Order } from '../model.ts';
import { compareWords } from '../order-record.ts';
import { malformed, ok, type Problem, type Result } from '../result.ts';
import { ORD_STATUSES, ORD_TYPES, POS_SIDES, SIDES } from '../vocabulary.ts';
import {
  integerField,
  moneyField,
  nsField,
  priceField,
  qtyField,
  ratioField,
  readInteger,
  readNs,
} from './fields.ts';
import { instructionFields, toInstructions } from './order-instructions.ts';
import { isReducing } from './order-row.ts';
import { positionRowSchema, readLegs, toWallet, walletSchema } from './position-row.ts';
import { quote, validate } from './validation.ts';

const orderEventSchema = z.object({
  orderID: z.string(),
  clOrdID: z.nullish(z.string()),
  symbol: z.string(),
  side: z.enum(SIDES),
  posSide: z.nullish(z.enum(POS_SIDES)),
  ordType: z.enum(ORD_TYPES),
  timeInForce: z.string(),
  ordStatus: z.enum(ORD_STATUSES),
  execStatus: z.string(),
  priceRp: priceField,
  orderQty: qtyField,
  cumQty: qtyField,
  leavesQty: qtyField,
  cumValueRv: z.nullish(moneyField),
  ...instructionFields,
  reduceOnly: z.nullish(z.boolean()),
  actionTimeNs: nsField,
  transactTimeNs: nsField,
  execSeq: integerField,
  code: z.nullish(integerField),
  message: z.nullish(z.string()),
  cxlRejReason: z.nullish(integerField),
  execID: z.nullish(z.string()),
  execQty: z.nullish(qtyField),
  execPriceRp: z.nullish(priceField),
  execValueRv: z.nullish(moneyField),
  execFeeRv: z.nullish(moneyField),
  feeRateRr: z.nullish(ratioField),
  closedPnlRv: z.nullish(moneyField),
  curPosSide: z.nullish(z.string()),
  curPosSize: z.nullish(qtyField),
});

type OrderEvent = z.output<typeof orderEventSchema>;

/** The code of the request, or else why the exchange took the order back. */
function rejectionOf(event: OrderEvent): Order['rejection'] {
  if (event.code) return { code: event.code, message: event.message ?? '' };
  return event.cxlRejReason ? { code: event.cxlRejReason, message: '' } : undefined;
}

function toOrder(event: OrderEvent): Order {
  const rejection = rejectionOf(event);
  return {
    orderID: event.orderID as OrderID,
    clOrdID: (event.clOrdID ?? '') as ClOrdID,
    symbol: event.symbol as ProductSymbol,
    side: event.side,
    ...(event.posSide == null ? {} : { posSide: event.posSide }),
    ordType: event.ordType,
    timeInForce: event.timeInForce,
    ordStatus: event.ordStatus,
    price: event.priceRp,
    qty: event.orderQty,
    cumQty: event.cumQty,
    leavesQty: event.leavesQty,
    cumValue: event.cumValueRv ?? ZERO_MONEY,
    reduceOnly: isReducing(event.reduceOnly, event.execInst),
    actionAtMs: event.actionTimeNs,
    transactAtMs: event.transactTimeNs,
    execSeq: event.execSeq,
    ...(rejection === undefined ? {} : { rejection }),
    ...toInstructions(event),
  };
}

/** "None" is flat; a short leg says "Sell" like a short position. */
function heldAfter({ curPosSide, curPosSize }: OrderEvent): Qty | undefined {
  if (curPosSize == null || curPosSize === ZERO_QTY) return curPosSize ?? undefined;
  if (curPosSide === 'Buy') return curPosSize;
  return curPosSide === 'Sell' ? negate(curPosSize) : undefined;
}

/** The execution that an event reports, if it reports one. */
function fillOf(event: OrderEvent): Fill | undefined {
  const { execStatus, execID, execQty, execPriceRp } = event;
  if (execStatus !== 'MakerFill' && execStatus !== 'TakerFill') return undefined;
  if (execID == null || execQty == null || execQty === ZERO_QTY || execPriceRp == null) return undefined;
  const held = heldAfter(event);
  return {
    execID: execID as ExecID,
    orderID: event.orderID as OrderID,
    clOrdID: (event.clOrdID ?? '') as ClOrdID,
    symbol: event.symbol as ProductSymbol,
    side: event.side,
    ...(event.posSide == null ? {} : { posSide: event.posSide }),
    price: execPriceRp,
    qty: execQty,
    value: event.execValueRv ?? ZERO_MONEY,
    fee: event.execFeeRv ?? ZERO_MONEY,
    feeRate: event.feeRateRr ?? ('0' as Fill['feeRate']),
    closedPnl: event.closedPnlRv ?? ZERO_MONEY,
    isMaker: execStatus === 'MakerFill',
    ...(held === undefined ? {} : { heldAfter: held }),
    atMs: event.transactTimeNs,
  };
}

/** A message may hold several events of one order (a snapshot holds its history): the newest state wins. */
function newestStates(events: readonly OrderEvent[]): readonly Order[] {
  const newest = new Map<string, Order>();
  for (const event of events) {
    const known = newest.get(event.orderID);
    const order = toOrder(event);
    if (known === undefined || compareWords(order, known) >= 0) newest.set(event.orderID, order);
  }
  return [...newest.values()];
}

function fillsOf(events: readonly OrderEvent[]): readonly Fill[] {
  const fills = new Map<string, Fill>();
  for (const event of events) {
    const fill = fillOf(event);
    if (fill !== undefined) fills.set(fill.execID, fill);
  }
  return [...fills.values()];
}

/** The rows that can be read; the others are named in `skipped`. `null` stands for none. */
function readRows<S extends z.ZodMiniType>(
  schema: S,
  rows: unknown,
  at: string,
  skipped: Problem[],
): z.output<S>[] {
  if (rows === null || rows === undefined) return [];
  if (!Array.isArray(rows)) {
    skipped.push(malformed(at, `expected a list, got ${quote(rows)}`).problem);
    return [];
  }
  return rows.flatMap((row: unknown, index) => {
    const read = validate(schema, row, `${at}[${index}]`);
    if (read.ok) return [read.value];
    skipped.push(read.problem);
    return [];
  });
}

export interface AccountMessage {
  readonly update: AccountUpdate;
  /** Rows that could not be read: say so and fetch the account again, since what they said is lost. */
  readonly skipped: readonly Problem[];
}

/** An `aop_p` message as parsed from JSON. */
export function readAccount(message: Record<string, unknown>): Result<AccountMessage> {
  const { type } = message;
  if (type !== 'snapshot' && type !== 'incremental') {
    return malformed('type', `expected snapshot or incremental, got ${quote(type)}`);
  }
  const sequence = readInteger(message.sequence);
  if (sequence === undefined) {
    return malformed('sequence', `expected a whole number, got ${quote(message.sequence)}`);
  }
  const atMs = readNs(message.timestamp);
  if (atMs === undefined) {
    return malformed('timestamp', `expected a time in nanoseconds, got ${quote(message.timestamp)}`);
  }
  const skipped: Problem[] = [];
  const wallets = readRows(walletSchema, message.accounts_p, 'accounts_p', skipped);
  const events = readRows(orderEventSchema, message.orders_p, 'orders_p', skipped);
  const positions = readRows(positionRowSchema, message.positions_p, 'positions_p', skipped);
  const update: AccountUpdate = {
    kind: type,
    sequence,
    atMs,
    wallets: wallets.map(toWallet),
    ...readLegs(positions),
    orders: newestStates(events),
    fills: fillsOf(events),
  };
  return ok({ update, skipped });
}
