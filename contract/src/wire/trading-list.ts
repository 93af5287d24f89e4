/** GET /exchange/order/v2/tradingList: own executions of the past, with integer enums and ids cut to seven characters. */
import * as z from 'zod/mini';
import type { ExecID, ProductSymbol } from '../brand.ts';
import type { Fill } from '../model.ts';
import { ok, type Result } from '../result.ts';
import { openRows } from './envelope.ts';
import { integerField, moneyField, priceField, qtyField, ratioField } from './fields.ts';
import {
  EXEC_STATUS_MAKER_FILL,
  EXEC_STATUS_TAKER_FILL,
  POS_SIDE_CODES,
  SIDE_CODES,
} from './history-codes.ts';
import { validate } from './validation.ts';

const tradeRowSchema = z.object({
  createdAt: integerField,
  symbol: z.string(),
  side: integerField,
  posSide: z.nullish(integerField),
  execId: z.string(),
  execQtyRq: qtyField,
  execPriceRp: priceField,
  execValueRv: moneyField,
  execFeeRv: moneyField,
  feeRateRr: ratioField,
  execStatus: integerField,
});

function toFill(row: z.output<typeof tradeRowSchema>): Fill | undefined {
  const side = SIDE_CODES[row.side];
  const isMaker = row.execStatus === EXEC_STATUS_MAKER_FILL;
  // Funding settlements are listed here too; they execute nothing.
  if (side === undefined || row.execQtyRq === '0') return undefined;
  if (!isMaker && row.execStatus !== EXEC_STATUS_TAKER_FILL) return undefined;
  const posSide = POS_SIDE_CODES[row.posSide ?? 0];
  return {
    execID: row.execId as ExecID,
    symbol: row.symbol as ProductSymbol,
    side,
    ...(posSide === undefined ? {} : { posSide }),
    price: row.execPriceRp,
    qty: row.execQtyRq,
    value: row.execValueRv,
    fee: row.execFeeRv,
    feeRate: row.feeRateRr,
    isMaker,
    atMs: row.createdAt,
  };
}

/** In the reply's order, which is newest first. */
export function parseTradingList(body: unknown): Result<readonly Fill[]> {
  const opened = openRows(body);
  if (!opened.ok) return opened;
  const rows = validate(z.array(tradeRowSchema), opened.value.rows, opened.value.at);
  if (!rows.ok) return rows;
  return ok(rows.value.flatMap((row) => toFill(row) ?? []));
}
