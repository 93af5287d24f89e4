/** GET /api-data/g-futures/closedPosition: positions that are over, newest first. */
import * as z from 'zod/mini';
import type { Price, ProductSymbol } from '../brand.ts';
import { abs, sub } from '../decimal.ts';
import type { ClosedPosition } from '../model.ts';
import { malformed, ok, type Result } from '../result.ts';
import { openRows } from './envelope.ts';
import { integerField, moneyField, priceField, qtyField, ratioField } from './fields.ts';
import { SIDE_CODES } from './history-codes.ts';
import { validate } from './validation.ts';

const rowSchema = z.object({
  symbol: z.string(),
  currency: z.string(),
  /** Of the position: a long is a Buy. */
  side: integerField,
  closedSizeRq: qtyField,
  openPrice: priceField,
  closePrice: priceField,
  closedPnlRv: moneyField,
  exchangeFeeRv: moneyField,
  fundingFeeRv: moneyField,
  /** Not in the documents' sample. */
  realizedPnlRv: z.nullish(moneyField),
  roi: z.nullish(ratioField),
  leverage: ratioField,
  /** Milliseconds, whatever they are called. */
  openedTimeNs: integerField,
  updatedTimeNs: integerField,
});

function toClosedPosition(row: z.output<typeof rowSchema>, at: string): Result<ClosedPosition> {
  const side = SIDE_CODES[row.side];
  if (side === undefined) return malformed(`${at}.side`, `expected a code for Buy or Sell, got ${row.side}`);
  const costs = [row.exchangeFeeRv, row.fundingFeeRv] as const;
  return ok({
    symbol: row.symbol as ProductSymbol,
    currency: row.currency,
    side,
    qty: row.closedSizeRq,
    openPrice: row.openPrice as Price,
    closePrice: row.closePrice as Price,
    closedPnl: row.closedPnlRv,
    fee: row.exchangeFeeRv,
    fundingFee: row.fundingFeeRv,
    realisedPnl: row.realizedPnlRv ?? costs.reduce(sub, row.closedPnlRv),
    ...(row.roi == null ? {} : { roi: row.roi }),
    marginMode: row.leverage.startsWith('-') || row.leverage === '0' ? 'cross' : 'isolated',
    leverage: abs(row.leverage),
    openedAtMs: row.openedTimeNs,
    closedAtMs: row.updatedTimeNs,
  });
}

/** In the reply's order, which is newest first. */
export function parseClosedPositions(body: unknown): Result<readonly ClosedPosition[]> {
  const opened = openRows(body);
  if (!opened.ok) return opened;
  const { at } = opened.value;
  const rows = validate(z.array(rowSchema), opened.value.rows, at);
  if (!rows.ok) return rows;
  const positions: ClosedPosition[] = [];
  for (const [index, row] of rows.value.entries()) {
    const position = toClosedPosition(row, `${at}[${index}]`);
    if (!position.ok) return position;
    positions.push(position.value);
  }
  return ok(positions);
}
