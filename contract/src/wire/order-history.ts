/** GET /api-data/g-futures/orders (by time) and …/orders/by-order-id: orders in words, with a small d in their ids. */
import * as z from 'zod/mini';
import type { ClOrdID, OrderID, ProductSymbol } from '../brand.ts';
import { ZERO_MONEY } from '../decimal.ts';
import type { Order } from '../model.ts';
import { ok, type Result } from '../result.ts';
import { ORD_STATUSES, ORD_TYPES, SIDES } from '../vocabulary.ts';
import { openRows } from './envelope.ts';
import { integerField, moneyField, nsField, priceField, qtyField } from './fields.ts';
import { validate } from './validation.ts';

const rowSchema = z.object({
  orderId: z.string(),
  clOrdId: z.nullish(z.string()),
  symbol: z.string(),
  side: z.enum(SIDES),
  ordType: z.enum(ORD_TYPES),
  ordStatus: z.enum(ORD_STATUSES),
  timeInForce: z.string(),
  priceRp: priceField,
  orderQtyRq: qtyField,
  cumQtyRq: qtyField,
  leavesQtyRq: qtyField,
  cumValueRv: z.nullish(moneyField),
  reduceOnly: z.nullish(z.boolean()),
  actionTimeNs: nsField,
  transactTimeNs: nsField,
  bizError: z.nullish(integerField),
});

function toOrder(row: z.output<typeof rowSchema>): Order {
  return {
    orderID: row.orderId as OrderID,
    clOrdID: (row.clOrdId ?? '') as ClOrdID,
    symbol: row.symbol as ProductSymbol,
    side: row.side,
    ordType: row.ordType,
    timeInForce: row.timeInForce,
    ordStatus: row.ordStatus,
    price: row.priceRp,
    qty: row.orderQtyRq,
    cumQty: row.cumQtyRq,
    leavesQty: row.leavesQtyRq,
    cumValue: row.cumValueRv ?? ZERO_MONEY,
    reduceOnly: row.reduceOnly === true,
    actionAtMs: row.actionTimeNs,
    transactAtMs: row.transactTimeNs,
    execSeq: 0,
    ...(row.bizError ? { rejection: { code: row.bizError, message: '' } } : {}),
  };
}

/** In the reply's order, which is newest first. */
export function parseOrderHistory(body: unknown): Result<readonly Order[]> {
  const opened = openRows(body);
  if (!opened.ok) return opened;
  const rows = validate(z.array(rowSchema), opened.value.rows, opened.value.at);
  return rows.ok ? ok(rows.value.map(toOrder)) : rows;
}
