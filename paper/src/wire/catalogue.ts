/** The listed products, each with its scale, looked up by the name that stands in a request. */
import type { ProductSpec } from '../product-spec.ts';
import { createScale, type ProductScale } from './scale.ts';

export interface Listing {
  readonly product: ProductSpec;
  readonly scale: ProductScale;
}

export interface Catalogue {
  readonly listings: readonly Listing[];
  readonly find: (symbol: string) => Listing | undefined;
  /** @throws RangeError on a symbol that the core itself named but nobody listed: a bug. */
  readonly get: (symbol: string) => Listing;
}

export function createCatalogue(products: readonly ProductSpec[]): Catalogue {
  const listings = products.map((product): Listing => ({ product, scale: createScale(product) }));
  const bySymbol = new Map<string, Listing>(listings.map((listing) => [listing.product.symbol, listing]));
  return {
    listings,
    find: (symbol) => bySymbol.get(symbol),
    get(symbol) {
      const listing = bySymbol.get(symbol);
      if (listing === undefined) throw new RangeError(`Not a listed product: ${symbol}`);
      return listing;
    },
  };
}
