/** How much of a product's every move is the market's, its sector's and its own; the squares sum to one. */
import type { MarketProfile } from './product-table.ts';

export interface Loadings {
  readonly market: number;
  readonly sector: number;
  readonly own: number;
}

/** Of the variance that the market leaves over, the sector explains this much. */
const SECTOR_VARIANCE = 0.35;

export function loadingsOf({ marketShare }: MarketProfile): Loadings {
  const rest = 1 - marketShare ** 2;
  return {
    market: marketShare,
    sector: Math.sqrt(SECTOR_VARIANCE * rest),
    own: Math.sqrt((1 - SECTOR_VARIANCE) * rest),
  };
}
