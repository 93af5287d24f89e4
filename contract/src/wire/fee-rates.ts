/** GET /api-data/futures/fee-rate: what the account pays per unit of value. The documents' sample has no envelope. */
import * as z from 'zod/mini';
import type { ProductSymbol } from '../brand.ts';
import { quotient, ratio } from '../decimal.ts';
import type { FeeRates } from '../model.ts';
import { ok, type Result } from '../result.ts';
import { openEnvelope } from './envelope.ts';
import { integerField } from './fields.ts';
import { isRecord, validate } from './validation.ts';

const ratesSchema = z.object({
  symbolFeeRates: z.array(
    z.object({ symbol: z.string(), takerFeeRateEr: integerField, makerFeeRateEr: integerField }),
  ),
});

/** Rates are whole numbers of 10⁻⁸. */
const SCALE = ratio('100000000');
const scaled = (value: number) => quotient(ratio(String(value)), SCALE);

export function parseFeeRates(body: unknown): Result<ReadonlyMap<ProductSymbol, FeeRates>> {
  const opened =
    isRecord(body) && !('code' in body) && 'symbolFeeRates' in body
      ? ok({ at: 'data', value: body })
      : openEnvelope(body);
  if (!opened.ok) return opened;
  const read = validate(ratesSchema, opened.value.value, opened.value.at);
  if (!read.ok) return read;
  return ok(
    new Map(
      read.value.symbolFeeRates.map(({ symbol, takerFeeRateEr, makerFeeRateEr }) => [
        symbol as ProductSymbol,
        { maker: scaled(makerFeeRateEr), taker: scaled(takerFeeRateEr) },
      ]),
    ),
  );
}
