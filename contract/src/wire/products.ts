/** GET /public/products → the products with their margin tiers. One bad row is left out and named, not the whole list. */
import * as z from 'zod/mini';
import type { ProductSymbol } from '../brand.ts';
import { money, ratio } from '../decimal.ts';
import type { LeverageTier, Product } from '../model.ts';
import { malformed, ok, type Problem, type Result } from '../result.ts';
import { openEnvelope } from './envelope.ts';
import { integerField, moneyField, numberField, priceField, qtyField, ratioField } from './fields.ts';
import { validate } from './validation.ts';

export interface ProductCatalogue {
  readonly products: readonly Product[];
  /** Rows that could not be read. */
  readonly skipped: readonly Problem[];
}

const catalogueSchema = z.object({
  perpProductsV2: z.array(z.unknown()),
  leverageMargins: z.nullish(z.array(z.unknown())),
  riskLimitsV2: z.nullish(z.array(z.unknown())),
});

const productSchema = z.object({
  symbol: z.string(),
  contractUnderlyingAssets: z.nullish(z.string()),
  baseCurrency: z.nullish(z.string()),
  quoteCurrency: z.string(),
  settleCurrency: z.string(),
  indexSymbol: z.string(),
  markSymbol: z.string(),
  tickSize: priceField,
  qtyStepSize: qtyField,
  minPriceRp: priceField,
  maxPriceRp: priceField,
  maxOrderQtyRq: qtyField,
  minOrderValueRv: moneyField,
  maxLeverage: numberField,
  fundingInterval: integerField,
  leverageMargin: z.nullish(integerField),
  status: z.string(),
});

const leverageMarginSchema = z.object({
  index_id: integerField,
  items: z.array(
    z.object({
      notionalValueRv: moneyField,
      maxLeverage: numberField,
      maintenanceMarginRateRr: ratioField,
      maintenanceAmountRv: moneyField,
    }),
  ),
});

/** Older replies have no leverageMargins; these still say the tiers, without deductions. */
const riskLimitsSchema = z.object({
  symbol: z.string(),
  riskLimits: z.array(
    z.object({ limit: moneyField, initialMarginRr: numberField, maintenanceMarginRr: ratioField }),
  ),
});

const byNotional = (a: LeverageTier, b: LeverageTier) => Number(a.notionalMax) - Number(b.notionalMax);

interface TierTables {
  readonly byMarginID: ReadonlyMap<number, readonly LeverageTier[]>;
  readonly bySymbol: ReadonlyMap<string, readonly LeverageTier[]>;
}

function readTierTables(data: z.output<typeof catalogueSchema>, skipped: Problem[]): TierTables {
  const byMarginID = new Map<number, readonly LeverageTier[]>();
  for (const [index, row] of (data.leverageMargins ?? []).entries()) {
    const read = validate(leverageMarginSchema, row, `data.leverageMargins[${index}]`);
    if (!read.ok) {
      skipped.push(read.problem);
      continue;
    }
    const tiers = read.value.items.map((item) => ({
      notionalMax: item.notionalValueRv,
      leverageMax: item.maxLeverage,
      maintenanceMarginRate: item.maintenanceMarginRateRr,
      maintenanceAmount: item.maintenanceAmountRv,
    }));
    byMarginID.set(read.value.index_id, tiers.sort(byNotional));
  }
  const bySymbol = new Map<string, readonly LeverageTier[]>();
  for (const [index, row] of (data.riskLimitsV2 ?? []).entries()) {
    const read = validate(riskLimitsSchema, row, `data.riskLimitsV2[${index}]`);
    if (!read.ok) {
      skipped.push(read.problem);
      continue;
    }
    const tiers = read.value.riskLimits.map((limit) => ({
      notionalMax: limit.limit,
      leverageMax: 1 / limit.initialMarginRr,
      maintenanceMarginRate: limit.maintenanceMarginRr,
      maintenanceAmount: money('0'),
    }));
    bySymbol.set(read.value.symbol, tiers.sort(byNotional));
  }
  return { byMarginID, bySymbol };
}

/** When the reply names no tier at all: one without end, maintained with half of the initial margin as tiers do. */
const NOTIONAL_UNBOUNDED = money('1000000000000');

const soleTier = (leverageMax: number): LeverageTier => ({
  notionalMax: NOTIONAL_UNBOUNDED,
  leverageMax,
  maintenanceMarginRate: ratio((0.5 / leverageMax).toFixed(8)),
  maintenanceAmount: money('0'),
});

function toProduct(row: z.output<typeof productSchema>, tables: TierTables): Product {
  const ofMargin = tables.byMarginID.get(row.leverageMargin ?? Number.NaN);
  const tiers = ofMargin ?? tables.bySymbol.get(row.symbol) ?? [];
  return {
    symbol: row.symbol as ProductSymbol,
    base: row.contractUnderlyingAssets ?? row.baseCurrency ?? row.symbol,
    quote: row.quoteCurrency,
    settle: row.settleCurrency,
    tickSize: row.tickSize,
    qtyStep: row.qtyStepSize,
    priceMin: row.minPriceRp,
    priceMax: row.maxPriceRp,
    qtyMax: row.maxOrderQtyRq,
    orderValueMin: row.minOrderValueRv,
    leverageMax: row.maxLeverage,
    fundingIntervalSec: row.fundingInterval,
    isListed: row.status === 'Listed',
    indexSymbol: row.indexSymbol,
    markSymbol: row.markSymbol,
    tiers: tiers.length > 0 ? tiers : [soleTier(row.maxLeverage)],
  };
}

/** Rules that everything else divides by: nonsense here would be nonsense everywhere. */
function brokenRule(row: z.output<typeof productSchema>): string | undefined {
  if (row.tickSize === '0') return 'expected a tick size above zero';
  if (row.qtyStepSize === '0') return 'expected a quantity step above zero';
  return row.maxLeverage >= 1 ? undefined : 'expected a maximum leverage of one or more';
}

export function parseProducts(body: unknown): Result<ProductCatalogue> {
  const opened = openEnvelope(body);
  if (!opened.ok) return opened;
  const data = validate(catalogueSchema, opened.value.value, opened.value.at);
  if (!data.ok) return data;
  const skipped: Problem[] = [];
  const tables = readTierTables(data.value, skipped);
  const products: Product[] = [];
  for (const [index, row] of data.value.perpProductsV2.entries()) {
    const at = `data.perpProductsV2[${index}]`;
    const read = validate(productSchema, row, at);
    if (!read.ok) {
      skipped.push(read.problem);
      continue;
    }
    const broken = brokenRule(read.value);
    if (broken === undefined) products.push(toProduct(read.value, tables));
    else skipped.push(malformed(at, broken).problem);
  }
  return ok({ products, skipped });
}
