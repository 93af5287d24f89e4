/** GET /exchange/order/v2/orderList: orders of the past and those still open, with integer enums. */
import * as z from 'zod/mini';
import type { ClOrdID, OrderID, ProductSymbol } from '../brand.ts';
import { ZERO_MONEY } from '../decimal.ts';
import type { Order } from '../model.ts';
import { malformed, ok, type Result } from '../result.ts';
import { openRows } from './envelope.ts';
import { integerField, moneyField, priceField, qtyField } from './fields.ts';
import { ORD_STATUS_CODES, ORD_TYPE_CODES, POS_SIDE_CODES, SIDE_CODES } from './history-codes.ts';
import { validate } from './validation.ts';

const orderRowSchema = z.object({
  createdAt: integerField,
  updatedAt: z.nullish(integerField),
  symbol: z.string(),
  orderId: z.string(),
  /** For ids that the exchange made, only the first seven characters. */
  clOrdId: z.nullish(z.string()),
  side: integerField,
  posSide: z.nullish(integerField),
  ordType: integerField,
  ordStatus: integerField,
  bizError: z.nullish(integerField),
  priceRp: priceField,
  orderQtyRq: qtyField,
  execQtyRq: qtyField,
  leavesQtyRq: qtyField,
  cumValueRv: z.nullish(moneyField),
});

function toOrder(row: z.output<typeof orderRowSchema>, at: string): Result<Order> {
  const side = SIDE_CODES[row.side];
  const ordType = ORD_TYPE_CODES[row.ordType];
  const ordStatus = ORD_STATUS_CODES[row.ordStatus];
  if (side === undefined) return malformed(`${at}.side`, `expected a code for Buy or Sell, got ${row.side}`);
  if (ordType === undefined)
    return malformed(`${at}.ordType`, `expected a known order type, got ${row.ordType}`);
  if (ordStatus === undefined)
    return malformed(`${at}.ordStatus`, `expected a known status, got ${row.ordStatus}`);
  const posSide = POS_SIDE_CODES[row.posSide ?? 0];
  return ok({
    orderID: row.orderId as OrderID,
    clOrdID: (row.clOrdId ?? '') as ClOrdID,
    symbol: row.symbol as ProductSymbol,
    side,
    ...(posSide === undefined ? {} : { posSide }),
    ordType,
    // History does not say it.
    timeInForce: '',
    ordStatus,
    price: row.priceRp,
    qty: row.orderQtyRq,
    cumQty: row.execQtyRq,
    leavesQty: row.leavesQtyRq,
    cumValue: row.cumValueRv ?? ZERO_MONEY,
    reduceOnly: false,
    actionAtMs: row.createdAt,
    transactAtMs: row.updatedAt ?? row.createdAt,
    execSeq: 0,
    ...(row.bizError ? { rejection: { code: row.bizError, message: '' } } : {}),
  });
}

/** In the reply's order, which is newest first. */
export function parseOrderList(body: unknown): Result<readonly Order[]> {
  const opened = openRows(body);
  if (!opened.ok) return opened;
  const { at } = opened.value;
  const rows = validate(z.array(orderRowSchema), opened.value.rows, at);
  if (!rows.ok) return rows;
  const orders: Order[] = [];
  for (const [index, row] of rows.value.entries()) {
    const order = toOrder(row, `${at}[${index}]`);
    if (!order.ok) return order;
    orders.push(order.value);
  }
  return ok(orders);
}
