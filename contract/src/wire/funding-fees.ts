/** GET /api-data/g-futures/funding-fees: what a product's positions paid at each settlement, newest first. */
import * as z from 'zod/mini';
import type { ProductSymbol } from '../brand.ts';
import type { FundingFee } from '../model.ts';
import { ok, type Result } from '../result.ts';
import { SIDES } from '../vocabulary.ts';
import { openRows } from './envelope.ts';
import { integerField, moneyField, priceField, qtyField, ratioField } from './fields.ts';
import { validate } from './validation.ts';

const rowSchema = z.object({
  symbol: z.string(),
  currency: z.string(),
  side: z.enum(SIDES),
  execQtyRq: qtyField,
  /** The mark price. */
  execPriceRp: priceField,
  execValueRv: moneyField,
  fundingRateRr: ratioField,
  /** Above zero: paid. */
  execFeeRv: moneyField,
  createTime: integerField,
});

/** In the reply's order, which is newest first. */
export function parseFundingFees(body: unknown): Result<readonly FundingFee[]> {
  const opened = openRows(body);
  if (!opened.ok) return opened;
  const rows = validate(z.array(rowSchema), opened.value.rows, opened.value.at);
  if (!rows.ok) return rows;
  return ok(
    rows.value.map((row) => ({
      symbol: row.symbol as ProductSymbol,
      currency: row.currency,
      side: row.side,
      qty: row.execQtyRq,
      markPrice: row.execPriceRp,
      value: row.execValueRv,
      rate: row.fundingRateRr,
      fee: row.execFeeRv,
      atMs: row.createTime,
    })),
  );
}
