/**
 * GET /api-data/g-futures/orders/by-order-id: orders of the past by id, in a history that may lag behind. No recorded
 * reply is public: clients read ids with a small d in `data.rows`, the documents show a bare list, so both are taken.
 */
import * as z from 'zod/mini';
import type { ClOrdID, OrderID, ProductSymbol } from '../brand.ts';
import type { OrderFate, OrderInstructions } from '../model.ts';
import { malformed, ok, type Result } from '../result.ts';
import { ORD_STATUSES, SIDES } from '../vocabulary.ts';
import { openRows } from './envelope.ts';
import { integerField, priceField, qtyField } from './fields.ts';
import { ORD_STATUS_CODES, SIDE_CODES } from './history-codes.ts';
import { instructionFields, toInstructions } from './order-instructions.ts';
import { quote, validate } from './validation.ts';

const rowSchema = z.object({
  orderId: z.nullish(z.string()),
  orderID: z.nullish(z.string()),
  clOrdId: z.nullish(z.string()),
  clOrdID: z.nullish(z.string()),
  symbol: z.string(),
  side: z.union([z.enum(SIDES), integerField]),
  ordStatus: z.union([z.enum(ORD_STATUSES), integerField]),
  priceRp: z.nullish(priceField),
  orderQtyRq: qtyField,
  cumQtyRq: z.nullish(qtyField),
  ...instructionFields,
  bizError: z.nullish(integerField),
});

/** The documents show this reply without triggers, and no recording tells otherwise. */
function untoldIn(row: z.output<typeof rowSchema>): ReadonlySet<keyof OrderInstructions> {
  const isTold = {
    trigger: row.stopPxRp != null,
    trail: row.pegPriceType != null,
    takeProfit: row.takeProfitRp != null,
    stopLoss: row.stopLossRp != null,
  };
  return new Set((['trigger', 'trail', 'takeProfit', 'stopLoss'] as const).filter((name) => !isTold[name]));
}

function toFate(row: z.output<typeof rowSchema>, at: string): Result<OrderFate> {
  const side = typeof row.side === 'string' ? row.side : SIDE_CODES[row.side];
  const ordStatus = typeof row.ordStatus === 'string' ? row.ordStatus : ORD_STATUS_CODES[row.ordStatus];
  if (side === undefined) return malformed(`${at}.side`, `expected a side, got ${quote(row.side)}`);
  if (ordStatus === undefined) {
    return malformed(`${at}.ordStatus`, `expected a known status, got ${quote(row.ordStatus)}`);
  }
  return ok({
    orderID: (row.orderId ?? row.orderID ?? '') as OrderID,
    clOrdID: (row.clOrdId ?? row.clOrdID ?? '') as ClOrdID,
    symbol: row.symbol as ProductSymbol,
    side,
    ordStatus,
    price: row.priceRp ?? ('0' as OrderFate['price']),
    qty: row.orderQtyRq,
    ...toInstructions(row),
    untold: untoldIn(row),
    ...(row.bizError ? { rejection: { code: row.bizError, message: '' } } : {}),
  });
}

export function parseOrdersById(body: unknown): Result<readonly OrderFate[]> {
  const opened = openRows(body);
  if (!opened.ok) return opened;
  const rows = validate(z.array(rowSchema), opened.value.rows, opened.value.at);
  if (!rows.ok) return rows;
  const fates: OrderFate[] = [];
  for (const [index, row] of rows.value.entries()) {
    const fate = toFate(row, `${opened.value.at}[${index}]`);
    if (!fate.ok) return fate;
    fates.push(fate.value);
  }
  return ok(fates);
}
