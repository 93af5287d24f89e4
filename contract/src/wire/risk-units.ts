/** GET /g-accounts/risk-unit: the parts of the account that are liquidated by themselves. Decimals come as numbers. */
import * as z from 'zod/mini';
import type { ProductSymbol } from '../brand.ts';
import type { RiskUnit } from '../model.ts';
import { ok, type Result } from '../result.ts';
import type { PosSide } from '../vocabulary.ts';
import { openRows } from './envelope.ts';
import { moneyField, ratioField } from './fields.ts';
import { validate } from './validation.ts';

const unitSchema = z.object({
  riskMode: z.string(),
  symbol: z.nullish(z.string()),
  posSide: z.nullish(z.string()),
  marginRatioRr: ratioField,
  totalBalanceRv: moneyField,
  totalEquityRv: moneyField,
  estAvailableBalanceRv: moneyField,
  totalPosMMRv: moneyField,
});

export function parseRiskUnits(body: unknown): Result<readonly RiskUnit[]> {
  const opened = openRows(body);
  if (!opened.ok) return opened;
  const rows = validate(z.array(unitSchema), opened.value.rows, opened.value.at);
  if (!rows.ok) return rows;
  return ok(
    rows.value.map((row) => ({
      mode: row.riskMode,
      ...(row.symbol ? { leg: `${row.symbol} ${row.posSide}` as `${ProductSymbol} ${PosSide}` } : {}),
      marginRatio: row.marginRatioRr,
      balance: row.totalBalanceRv,
      equity: row.totalEquityRv,
      available: row.estAvailableBalanceRv,
      maintenanceMargin: row.totalPosMMRv,
    })),
  );
}
