/** Orders as REST tells them: the acks of place, amend and cancel, and the list of open orders share one row. */
import * as z from 'zod/mini';
import type { ClOrdID, OrderID, ProductSymbol } from '../brand.ts';
import { ZERO_MONEY } from '../decimal.ts';
import type { Order, OrderFate } from '../model.ts';
import { ok, type Result, refused } from '../result.ts';
import { ORD_STATUSES, ORD_TYPES, POS_SIDES, SIDES } from '../vocabulary.ts';
import { openEnvelope, openRows } from './envelope.ts';
import { OM_ORDER_NOT_FOUND } from './error-codes.ts';
import { integerField, moneyField, nsField, priceField, qtyField } from './fields.ts';
import { instructionFields, toInstructions } from './order-instructions.ts';
import { validate } from './validation.ts';

/** Instructions that make an order reduce-only, beside the `reduceOnly` flag that newer replies lack. */
const REDUCING_INSTRUCTIONS = ['ReduceOnly', 'CloseOnTrigger'];

export const isReducing = (flag: boolean | null | undefined, execInst: string | null | undefined): boolean =>
  flag === true ||
  (typeof execInst === 'string' && REDUCING_INSTRUCTIONS.some((word) => execInst.includes(word)));

const orderRowSchema = z.object({
  orderID: z.string(),
  clOrdID: z.nullish(z.string()),
  symbol: z.string(),
  side: z.enum(SIDES),
  posSide: z.nullish(z.enum(POS_SIDES)),
  orderType: z.enum(ORD_TYPES),
  timeInForce: z.string(),
  ordStatus: z.enum(ORD_STATUSES),
  priceRp: z.nullish(priceField),
  /** The documents' own misprint of priceRp, in case some reply really says it. */
  priceRq: z.nullish(priceField),
  orderQtyRq: qtyField,
  cumQtyRq: qtyField,
  leavesQtyRq: qtyField,
  cumValueRv: z.nullish(moneyField),
  reduceOnly: z.nullish(z.boolean()),
  ...instructionFields,
  actionTimeNs: nsField,
  transactTimeNs: nsField,
  bizError: z.nullish(integerField),
});

type OrderRow = z.output<typeof orderRowSchema>;

function toOrder(row: OrderRow): Order {
  return {
    orderID: row.orderID as OrderID,
    clOrdID: (row.clOrdID ?? '') as ClOrdID,
    symbol: row.symbol as ProductSymbol,
    side: row.side,
    ...(row.posSide == null ? {} : { posSide: row.posSide }),
    ordType: row.orderType,
    timeInForce: row.timeInForce,
    ordStatus: row.ordStatus,
    price: row.priceRp ?? row.priceRq ?? ('0' as Order['price']),
    qty: row.orderQtyRq,
    cumQty: row.cumQtyRq,
    leavesQty: row.leavesQtyRq,
    cumValue: row.cumValueRv ?? ZERO_MONEY,
    reduceOnly: isReducing(row.reduceOnly, row.execInst),
    actionAtMs: row.actionTimeNs,
    transactAtMs: row.transactTimeNs,
    execSeq: 0,
    ...toInstructions(row),
  };
}

/**
 * The ack of place, amend or cancel. It describes the order BEFORE matching: what became of it comes over the
 * private stream.
 */
export function parseOrderAck(body: unknown): Result<Order> {
  const opened = openEnvelope(body);
  if (!opened.ok) return opened;
  const row = validate(orderRowSchema, opened.value.value, opened.value.at);
  if (!row.ok) return row;
  const { bizError } = row.value;
  return bizError ? refused(bizError, '') : ok(toOrder(row.value));
}

/** GET /g-orders/activeList. "Not found" is how the exchange says that nothing is open. */
export function parseActiveOrders(body: unknown): Result<readonly Order[]> {
  const opened = openRows(body);
  if (!opened.ok) {
    const { problem } = opened;
    return problem.kind === 'refused' && problem.code === OM_ORDER_NOT_FOUND ? ok([]) : opened;
  }
  const rows = validate(z.array(orderRowSchema), opened.value.rows, opened.value.at);
  return rows.ok ? ok(rows.value.map(toOrder)) : rows;
}

/** The ack of an order that was found instead of answered: as much of it as is known. */
export const foundOrderAck = (order: OrderFate): string =>
  JSON.stringify({
    code: 0,
    msg: '',
    data: {
      bizError: 0,
      orderID: order.orderID,
      clOrdID: order.clOrdID,
      symbol: order.symbol,
      side: order.side,
      priceRp: order.price,
      orderQtyRq: order.qty,
      ordStatus: order.ordStatus,
    },
  });
