/** What the market keeps of one product: where its price goes, what scenarios make of that, and what is read off it. */

import type { Factors } from './factors.ts';
import { createFunding, type Funding } from './funding.ts';
import { createProductPath, type ProductPath } from './path.ts';
import type { MarketProduct } from './products.ts';
import { createReferencePrices, type ReferencePrices } from './reference-prices.ts';
import { liveFunding, livePath, type Scenarios } from './scenarios.ts';
import { createTradeTape, type TradeTape } from './trade-tape.ts';

export interface Stall {
  readonly product: MarketProduct;
  /** History as it is made anew after every start. */
  readonly path: ProductPath;
  /** What scenarios make of it now. */
  readonly live: ProductPath;
  readonly funding: Funding;
  readonly prices: ReferencePrices;
  readonly tape: TradeTape;
  nextFundingMs: number;
}

export function createStall(
  seed: number,
  product: MarketProduct,
  shared: { nowMs: number; factors: Factors; scenarios: Scenarios },
): Stall {
  const { nowMs, factors, scenarios } = shared;
  const { symbol, tickSize, fundingIntervalSec } = product.spec;
  const path = createProductPath(seed, product, factors);
  const { listTimeMs } = product.listing;
  const live = livePath(path, scenarios);
  const own = createFunding(seed, { symbol, fundingIntervalSec, listTimeMs });
  const funding = liveFunding(own, scenarios, product.spec);
  return {
    product,
    path,
    live,
    funding,
    prices: createReferencePrices({ seed, symbol, tickSize, path: live, funding }, nowMs),
    tape: createTradeTape(path, { nowMs, seed, tradesPerSec: product.profile.tradesPerSec }),
    nextFundingMs: funding.nextMs(nowMs),
  };
}
