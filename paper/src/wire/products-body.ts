/**
 * GET /public/products and /public/products-plus: every key of the exchange's own reply, for the products that trade here. COIN-M and spot have
 * none, so their lists are empty rather than absent.
 */
import { createHash } from 'node:crypto';
import { type WireJson, writeJson } from '#contract/wire/write-json.ts';
import type { MarketProduct } from '../market/products.ts';
import type { TierSpec } from '../product-spec.ts';
import { createScale, printRate, printUnits } from './scale.ts';

/** Settle and index currencies come first; base currencies follow with codes of their own. */
const QUOTE_CURRENCIES: readonly WireJson[] = [
  currency('USD', 'USD', 2, { perpetual: 0, stableCoin: 0, assetsPrecision: 2 }),
  currency('USDT', 'TetherUS', 3, { perpetual: 2, stableCoin: 1, assetsPrecision: 8 }),
];
const BASE_CURRENCY_CODE_FIRST = 100;

function currency(name: string, fullName: string, code: number, rest: Record<string, WireJson>): WireJson {
  return {
    currency: name,
    name: fullName,
    code,
    valueScale: name === 'USD' ? 4 : 8,
    minValueEv: 1,
    maxValueEv: 5_000_000_000_000_000_000n,
    needAddrTag: 0,
    status: 'Listed',
    displayCurrency: name,
    inAssetsDisplay: 1,
    ...rest,
  };
}

function productRow({ spec, listing }: MarketProduct) {
  const scale = createScale(spec);
  return {
    perpProductSubType: 'Normal',
    symbol: spec.symbol,
    code: listing.code,
    type: 'PerpetualV2',
    displaySymbol: listing.displaySymbol,
    indexSymbol: listing.indexSymbol,
    markSymbol: listing.markSymbol,
    fundingRateSymbol: listing.fundingRateSymbol,
    fundingRate8hSymbol: listing.fundingRate8hSymbol,
    contractUnderlyingAssets: spec.base,
    settleCurrency: 'USDT',
    quoteCurrency: 'USDT',
    tickSize: spec.tickSize,
    priceScale: 0,
    ratioScale: 0,
    pricePrecision: listing.pricePrecision,
    baseCurrency: spec.base,
    description: listing.description,
    status: 'Listed',
    tipOrderQty: 0,
    listTime: listing.listTimeMs,
    majorSymbol: listing.isMajor,
    defaultLeverage: String(spec.defaultLeverage),
    fundingInterval: spec.fundingIntervalSec,
    maxLeverage: spec.leverageMax,
    leverageMargin: spec.leverageMarginID,
    maxOI: -1,
    maxOrderQtyRq: scale.qty(spec.qtyMax),
    maxPriceRp: scale.price(spec.priceMax),
    minOrderValueRv: printUnits(spec.orderValueMin),
    minPriceRp: scale.price(spec.priceMin),
    qtyPrecision: listing.qtyPrecision,
    qtyStepSize: spec.qtyStep,
    tipOrderQtyRq: scale.qty(listing.tipOrderQty),
    maxOpenPosLeverage: spec.leverageMax,
  };
}

const initialMargin = (leverage: number): string => printRate(BigInt(Math.round(1e8 / leverage)));

/** The exchange's own has degenerated to one step; the real tiers are `leverageMargins`. */
function riskLimitRow({ spec }: MarketProduct): WireJson {
  const first = spec.tiers[0];
  if (first === undefined) return { symbol: spec.symbol, steps: '0K', riskLimits: [] };
  return {
    symbol: spec.symbol,
    steps: '0K',
    riskLimits: [
      {
        limit: Number(printUnits(first.notionalMax)),
        initialMarginRr: initialMargin(first.leverageMax),
        maintenanceMarginRr: printRate(first.maintenanceRate),
      },
    ],
  };
}

function leverageMarginRow(id: number, tiers: readonly TierSpec[]): WireJson {
  return {
    index_id: id,
    items: tiers.map((tier) => ({
      notionalValueRv: Number(printUnits(tier.notionalMax)),
      maxLeverage: tier.leverageMax,
      maintenanceMarginRateRr: printRate(tier.maintenanceRate),
      maintenanceAmountRv: printUnits(tier.maintenanceAmount),
    })),
  };
}

const LEVERAGE_OPTIONS = [1, 2, 3, 5, 10, 25, 50, 100];

/** The exchange prints these three as floating point whatever their value. */
const asFloats = (json: string): string =>
  json.replace(/"(maxOI|maxOpenPosLeverage)":(-?\d+)(?=[,}])/g, '"$1":$2.0');

/** When it is listed and, at the end, delisted; what the other two are is documented nowhere. Zero: not known. */
const timelineOf = ({ listing }: MarketProduct): WireJson => [0, listing.listTimeMs, 0, 0];

/** The whole reply as text, of `plus` with each product's dates: it never changes while the exchange runs. */
export function writeProducts(products: readonly MarketProduct[], kind: 'plain' | 'plus' = 'plain'): string {
  const bases = [...new Set(products.map(({ spec }) => spec.base))];
  const initialMargins = [
    ...new Set(products.flatMap(({ spec }) => spec.tiers.map((tier) => tier.leverageMax))),
  ];
  const margins = new Map(products.map(({ spec }) => [spec.leverageMarginID, spec.tiers]));
  const lists = {
    currencies: [
      ...QUOTE_CURRENCIES,
      ...bases.map((base, index) =>
        currency(base, base, BASE_CURRENCY_CODE_FIRST + index, {
          perpetual: 0,
          stableCoin: 0,
          assetsPrecision: 8,
        }),
      ),
    ],
    products: [],
    perpProductsV2: products.map((product) =>
      kind === 'plain' ? productRow(product) : { ...productRow(product), timeline: timelineOf(product) },
    ),
    perpProductsPilot: null,
    riskLimits: [],
    leverages: [],
    riskLimitsV2: products.map(riskLimitRow),
    leveragesV2: initialMargins.map((leverage) => ({
      options: LEVERAGE_OPTIONS,
      initialMarginRr: initialMargin(leverage),
    })),
    leverageMargins: [...margins].map(([id, tiers]) => leverageMarginRow(id, tiers)),
    ratioScale: 8,
  };
  const md5Checksum = createHash('md5').update(writeJson(lists)).digest('hex');
  return asFloats(writeJson({ code: 0, msg: '', data: { ...lists, md5Checksum } }));
}
