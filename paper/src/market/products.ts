/**
 * The products of the paper exchange: what its core must know (`PRODUCT_SPECS`), what the products endpoint prints
 * besides (`ProductListing`) and the leverage tiers by id. Integers of ticks, lots and 10⁻¹² USDT, built from the table.
 */
import type { Price, ProductSymbol, Qty } from '#contract/brand.ts';
import { decimalPlaces, price, qty } from '#contract/decimal.ts';
import type { Lots, Rate, Ticks, Units } from '../commands.ts';
import type { ProductSpec, TierSpec } from '../product-spec.ts';
import { type MarketProfile, PRODUCT_ROWS, type ProductRow } from './product-table.ts';
import { TIER_ROWS } from './tier-table.ts';

/** What the products endpoint prints beside the trading rules. */
export interface ProductListing {
  readonly symbol: ProductSymbol;
  readonly code: number;
  readonly base: string;
  readonly displaySymbol: string;
  readonly description: string;
  readonly listTimeMs: number;
  readonly isMajor: boolean;
  readonly pricePrecision: number;
  readonly qtyPrecision: number;
  /** The quantity above which the exchange's own screen warns. */
  readonly tipOrderQty: Lots;
  readonly indexSymbol: string;
  readonly markSymbol: string;
  readonly fundingRateSymbol: string;
  readonly fundingRate8hSymbol: string;
}

export interface MarketProduct {
  readonly spec: ProductSpec;
  readonly listing: ProductListing;
  readonly profile: MarketProfile;
}

const UNIT_PLACES = 12;
const RATE_PLACES = 8;

/** A plain decimal as a whole number of 10^-places. @throws when it has more decimals than that. */
function scaled(text: string, places: number): bigint {
  const [whole = '0', fraction = ''] = text.split('.');
  if (fraction.length > places) throw new RangeError(`More than ${places} decimals: ${text}`);
  return BigInt(whole + fraction.padEnd(places, '0'));
}

const steps = (value: string, step: string): number =>
  Number(scaled(value, UNIT_PLACES) / scaled(step, UNIT_PLACES));

/** The amount makes the maintenance margin continuous where two tiers meet. */
function tiersOf(id: number): readonly TierSpec[] {
  const rows = TIER_ROWS[id] ?? [];
  let amount = 0n;
  return rows.map(([notionalMax, leverageMax, rateText], index) => {
    const maintenanceRate = scaled(rateText, RATE_PLACES) as Rate;
    const below = rows[index - 1];
    if (below !== undefined) {
      const belowMax = BigInt(below[0]) * 10n ** BigInt(UNIT_PLACES - RATE_PLACES);
      amount += belowMax * (maintenanceRate - scaled(below[2], RATE_PLACES));
    }
    return {
      notionalMax: (BigInt(notionalMax) * 10n ** BigInt(UNIT_PLACES)) as Units,
      leverageMax,
      maintenanceRate,
      maintenanceAmount: amount as Units,
    };
  });
}

/** Tiers by id, for the products endpoint's `leverageMargins`. */
export const LEVERAGE_MARGINS: ReadonlyMap<number, readonly TierSpec[]> = new Map(
  Object.keys(TIER_ROWS).map((id) => [Number(id), tiersOf(Number(id))]),
);

function specOf(row: ProductRow): ProductSpec {
  const tiers = LEVERAGE_MARGINS.get(row.tiersID) ?? [];
  const places = BigInt(decimalPlaces(price(row.tickSize)) + decimalPlaces(qty(row.qtyStep)));
  const tickTimesLot = scaled(row.tickSize.replace('.', ''), 0) * scaled(row.qtyStep.replace('.', ''), 0);
  return {
    symbol: row.symbol as ProductSymbol,
    base: row.base,
    tickSize: row.tickSize as Price,
    qtyStep: row.qtyStep as Qty,
    unitsPerTickLot: (tickTimesLot * 10n ** BigInt(UNIT_PLACES)) / 10n ** places,
    priceMin: steps(row.priceMin, row.tickSize) as Ticks,
    priceMax: steps(row.priceMax, row.tickSize) as Ticks,
    qtyMax: steps(row.qtyMax, row.qtyStep) as Lots,
    orderValueMin: (10n ** BigInt(UNIT_PLACES)) as Units,
    leverageMax: tiers[0]?.leverageMax ?? 1,
    defaultLeverage: -10,
    fundingIntervalSec: row.fundingIntervalHours * 3600,
    leverageMarginID: row.tiersID,
    tiers,
  };
}

function listingOf(row: ProductRow): ProductListing {
  const maxLots = steps(row.qtyMax, row.qtyStep);
  return {
    symbol: row.symbol as ProductSymbol,
    code: row.code,
    base: row.base,
    displaySymbol: row.displaySymbol,
    description: `${row.base}/USDT perpetual contracts are priced on the .${row.symbol} Index. Each contract is worth 1 ${row.base}. Funding fees are paid and received every ${row.fundingIntervalHours} hours at UTC time.`,
    listTimeMs: Date.parse(`${row.listedOn}T00:00:00Z`),
    isMajor: row.isMajor,
    pricePrecision: decimalPlaces(price(row.tickSize)),
    qtyPrecision: decimalPlaces(qty(row.qtyStep)),
    tipOrderQty: Math.floor(maxLots / 5) as Lots,
    indexSymbol: `.${row.symbol}`,
    markSymbol: `.M${row.symbol}`,
    fundingRateSymbol: `.${row.symbol}FR`,
    fundingRate8hSymbol: `.${row.symbol}FR8H`,
  };
}

export const MARKET_PRODUCTS: readonly MarketProduct[] = PRODUCT_ROWS.map((row) => ({
  spec: specOf(row),
  listing: listingOf(row),
  profile: row.profile,
}));

export const PRODUCT_SPECS: readonly ProductSpec[] = MARKET_PRODUCTS.map((product) => product.spec);
