/** The exchange's products and their rules. Nothing may be sent for a product before it is known here. */
import { useQuery } from '@tanstack/react-query';
import type { ProductSymbol } from '#contract/brand.ts';
import type { Product } from '#contract/model.ts';
import { parseProducts } from '#contract/wire/products.ts';
import { productsRequest } from '#contract/wire/requests.ts';
import { askExchange } from '../exchange/rest.ts';
import { restCache, valueOrThrow } from '../exchange/rest-cache.ts';
import { selectedSymbolStore, selectSymbol } from '../workspace/selected-symbol.ts';

const PRODUCTS_KEY = ['products'];
/** New listings and changed rules are rare. */
const REFRESH_MS = 60 * 60_000;

async function fetchProducts(): Promise<readonly Product[]> {
  const { products } = valueOrThrow(await askExchange(productsRequest(), parseProducts));
  const listed = products.filter(({ isListed, settle }) => isListed && settle === 'USDT');
  leaveUnknownSymbol(listed);
  return listed;
}

/** A symbol remembered from another environment may not exist on this one. */
function leaveUnknownSymbol(products: readonly Product[]): void {
  const { symbol } = selectedSymbolStore.getState();
  const first = products[0];
  if (first !== undefined && !products.some((product) => product.symbol === symbol))
    selectSymbol(first.symbol);
}

/** Listed USDT-margined products, in the exchange's order. */
export function useProducts() {
  return useQuery({ queryKey: PRODUCTS_KEY, queryFn: fetchProducts, staleTime: REFRESH_MS });
}

/** One product, or undefined until the list is there. */
export function useProduct(symbol: ProductSymbol): Product | undefined {
  return useProducts().data?.find((product) => product.symbol === symbol);
}

/** As `useProduct`, outside React. */
export function productNow(symbol: ProductSymbol): Product | undefined {
  return restCache
    .getQueryData<readonly Product[]>(PRODUCTS_KEY)
    ?.find((product) => product.symbol === symbol);
}
