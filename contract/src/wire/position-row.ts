/**
 * One leg of the account, as REST and the private stream both print it (apart from `size`, which some replies call
 * `sizeRq`). A flat leg is a row of the reply, not a position; the sign of the leverage is the margin mode.
 */
import * as z from 'zod/mini';
import type { ProductSymbol, Qty, Ratio } from '../brand.ts';
import { abs, ZERO_MONEY } from '../decimal.ts';
import type { AccountState, Position, PositionRow, SymbolSettings, Wallet } from '../model.ts';
import { type MarginMode, POS_MODES, POS_SIDES, type PosSide } from '../vocabulary.ts';
import { moneyField, noneIfZero, priceField, qtyField, ratioField } from './fields.ts';

export const positionRowSchema = z.object({
  symbol: z.string(),
  side: z.enum(['Buy', 'Sell', 'None']),
  posSide: z.enum(POS_SIDES),
  posMode: z.enum(POS_MODES),
  size: z.nullish(qtyField),
  sizeRq: z.nullish(qtyField),
  valueRv: moneyField,
  avgEntryPriceRp: z.nullish(priceField),
  avgEntryPrice: z.nullish(priceField),
  leverageRr: ratioField,
  positionMarginRv: moneyField,
  usedBalanceRv: z.nullish(moneyField),
  assignedPosBalanceRv: z.nullish(moneyField),
  liquidationPriceRp: z.nullish(priceField),
  bankruptPriceRp: z.nullish(priceField),
  markPriceRp: z.nullish(priceField),
  maintMarginReqRr: z.nullish(ratioField),
  buyValueToCostRr: z.nullish(ratioField),
  sellValueToCostRr: z.nullish(ratioField),
  curTermRealisedPnlRv: z.nullish(moneyField),
  cumClosedPnlRv: z.nullish(moneyField),
  cumFundingFeeRv: z.nullish(moneyField),
  posCostRv: z.nullish(moneyField),
  deleveragePercentileRr: z.nullish(ratioField),
});

export type WirePosition = z.output<typeof positionRowSchema>;

export const walletSchema = z.object({
  currency: z.string(),
  accountBalanceRv: moneyField,
  totalUsedBalanceRv: moneyField,
  userMode: z.nullish(z.union([z.string(), z.number()])),
});

/** REST has a number where the stream has a word; no document lists them. */
const ACCOUNT_MODES: Readonly<Record<string, string>> = { 1: 'Classic' };

export function toWallet(row: z.output<typeof walletSchema>): Wallet {
  const accountMode =
    typeof row.userMode === 'number' ? ACCOUNT_MODES[row.userMode] : (row.userMode ?? undefined);
  return {
    currency: row.currency,
    balance: row.accountBalanceRv,
    used: row.totalUsedBalanceRv,
    ...(accountMode === undefined ? {} : { accountMode }),
  };
}

/** In one-way mode the leg is Merged, whatever the row says (the documents' own samples say Long). */
const legOf = (row: WirePosition): PosSide => (row.posMode === 'OneWay' ? 'Merged' : row.posSide);
const marginModeOf = (row: WirePosition): MarginMode =>
  row.leverageRr === '0' || row.leverageRr.startsWith('-') ? 'cross' : 'isolated';

const sizeOf = (row: WirePosition): Qty => row.size ?? row.sizeRq ?? ('0' as Qty);

function toPosition(row: WirePosition): Position | undefined {
  const size = sizeOf(row);
  if (row.side === 'None' || size === '0') return undefined;
  const bankruptPrice = noneIfZero(row.bankruptPriceRp);
  const liquidationPrice = noneIfZero(row.liquidationPriceRp);
  const markPrice = noneIfZero(row.markPriceRp);
  return {
    symbol: row.symbol as ProductSymbol,
    posSide: legOf(row),
    side: row.side,
    size,
    value: row.valueRv,
    avgEntryPrice: row.avgEntryPriceRp ?? row.avgEntryPrice ?? ('0' as Position['avgEntryPrice']),
    marginMode: marginModeOf(row),
    leverage: abs(row.leverageRr),
    positionMargin: row.positionMarginRv,
    usedBalance: row.usedBalanceRv ?? ZERO_MONEY,
    ...(row.assignedPosBalanceRv == null ? {} : { assignedBalance: row.assignedPosBalanceRv }),
    ...(liquidationPrice === undefined ? {} : { liquidationPrice }),
    ...(bankruptPrice === undefined ? {} : { bankruptPrice }),
    ...(markPrice === undefined ? {} : { markPrice }),
    maintenanceMarginRate: row.maintMarginReqRr ?? ('0' as Ratio),
    termRealisedPnl: row.curTermRealisedPnlRv ?? ZERO_MONEY,
    cumClosedPnl: row.cumClosedPnlRv ?? ZERO_MONEY,
    cumFundingFee: row.cumFundingFeeRv ?? ZERO_MONEY,
    ...(row.posCostRv == null ? {} : { cost: row.posCostRv }),
    ...(row.deleveragePercentileRr == null ? {} : { deleverageRank: row.deleveragePercentileRr }),
  };
}

const toLeg = (row: WirePosition): SymbolSettings['legs'][number] => ({
  posSide: legOf(row),
  marginMode: marginModeOf(row),
  leverage: abs(row.leverageRr),
  ...(row.buyValueToCostRr == null ? {} : { buyValueToCost: row.buyValueToCostRr }),
  ...(row.sellValueToCostRr == null ? {} : { sellValueToCost: row.sellValueToCostRr }),
});

/** Rows of one reply or message: what each leg holds, and how each symbol is set up. */
export function readLegs(rows: readonly WirePosition[]): Pick<AccountState, 'positions' | 'settings'> {
  const settings = new Map<
    string,
    { posMode: SymbolSettings['posMode']; legs: SymbolSettings['legs'][number][] }
  >();
  const positions: PositionRow[] = [];
  for (const row of rows) {
    positions.push({ symbol: row.symbol as ProductSymbol, posSide: legOf(row), position: toPosition(row) });
    const known = settings.get(row.symbol);
    if (known === undefined) settings.set(row.symbol, { posMode: row.posMode, legs: [toLeg(row)] });
    else known.legs.push(toLeg(row));
  }
  return {
    positions,
    settings: [...settings].map(([symbol, { posMode, legs }]) => ({
      symbol: symbol as ProductSymbol,
      posMode,
      legs,
    })),
  };
}
