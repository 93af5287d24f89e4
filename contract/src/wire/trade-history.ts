/** GET /api-data/g-futures/trades: own executions by time, in words and with whole ids. */
import * as z from 'zod/mini';
import type { ClOrdID, ExecID, OrderID, ProductSymbol } from '../brand.ts';
import type { Fill } from '../model.ts';
import { ok, type Result } from '../result.ts';
import { POS_SIDES, SIDES } from '../vocabulary.ts';
import { openRows } from './envelope.ts';
import { moneyField, nsField, priceField, qtyField, ratioField } from './fields.ts';
import { validate } from './validation.ts';

const rowSchema = z.object({
  transactTimeNs: nsField,
  symbol: z.string(),
  side: z.enum(SIDES),
  posSide: z.nullish(z.enum(POS_SIDES)),
  execID: z.string(),
  orderID: z.nullish(z.string()),
  clOrdID: z.nullish(z.string()),
  execStatus: z.string(),
  execQtyRq: qtyField,
  execPriceRp: priceField,
  execValueRv: moneyField,
  execFeeRv: moneyField,
  feeRateRr: ratioField,
  closedPnlRv: z.nullish(moneyField),
});

function toFill(row: z.output<typeof rowSchema>): Fill | undefined {
  const isMaker = row.execStatus === 'MakerFill';
  // Funding settlements and cancellations may be listed too; they execute nothing.
  if (row.execQtyRq === '0' || (!isMaker && row.execStatus !== 'TakerFill')) return undefined;
  return {
    execID: row.execID as ExecID,
    ...(row.orderID == null ? {} : { orderID: row.orderID as OrderID }),
    ...(row.clOrdID == null ? {} : { clOrdID: row.clOrdID as ClOrdID }),
    symbol: row.symbol as ProductSymbol,
    side: row.side,
    ...(row.posSide == null ? {} : { posSide: row.posSide }),
    price: row.execPriceRp,
    qty: row.execQtyRq,
    value: row.execValueRv,
    fee: row.execFeeRv,
    feeRate: row.feeRateRr,
    ...(row.closedPnlRv == null ? {} : { closedPnl: row.closedPnlRv }),
    isMaker,
    atMs: row.transactTimeNs,
  };
}

/** In the reply's order, which is newest first. */
export function parseTradeHistory(body: unknown): Result<readonly Fill[]> {
  const opened = openRows(body);
  if (!opened.ok) return opened;
  const rows = validate(z.array(rowSchema), opened.value.rows, opened.value.at);
  return rows.ok ? ok(rows.value.flatMap((row) => toFill(row) ?? [])) : rows;
}
