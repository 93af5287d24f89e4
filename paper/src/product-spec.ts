/** What the exchange itself needs to know of a product, beside what the products endpoint prints. */
import type { Price, ProductSymbol, Qty } from '#contract/brand.ts';
import type { Lots, Rate, Ticks, Units } from './commands.ts';

export interface TierSpec {
  readonly notionalMax: Units;
  readonly leverageMax: number;
  readonly maintenanceRate: Rate;
  readonly maintenanceAmount: Units;
}

export interface ProductSpec {
  readonly symbol: ProductSymbol;
  readonly base: string;
  readonly tickSize: Price;
  readonly qtyStep: Qty;
  /** Value of one tick times one lot, in 10⁻¹² of USDT: value = ticks × lots × this, exactly. */
  readonly unitsPerTickLot: bigint;
  readonly priceMin: Ticks;
  readonly priceMax: Ticks;
  readonly qtyMax: Lots;
  readonly orderValueMin: Units;
  readonly leverageMax: number;
  /** Signed as on the wire: -10 is cross 10x. */
  readonly defaultLeverage: number;
  readonly fundingIntervalSec: number;
  readonly leverageMarginID: number;
  /** Lowest notional first. */
  readonly tiers: readonly TierSpec[];
}

export const MAKER_FEE_RATE = 10_000n as Rate;
export const TAKER_FEE_RATE = 60_000n as Rate;
