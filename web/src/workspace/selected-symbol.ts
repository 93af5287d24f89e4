/** The product on the screen: one home, read by every feature, remembered across reloads. */

import { createStore } from 'zustand/vanilla';
import type { ProductSymbol } from '#contract/brand.ts';

const STORAGE_KEY = 'perpdeck.symbol';
const FIRST_SYMBOL = 'BTCUSDT' as ProductSymbol;

export const selectedSymbolStore = createStore<{ symbol: ProductSymbol }>(() => ({
  symbol: (localStorage.getItem(STORAGE_KEY) as ProductSymbol | null) ?? FIRST_SYMBOL,
}));

export function selectSymbol(symbol: ProductSymbol): void {
  localStorage.setItem(STORAGE_KEY, symbol);
  selectedSymbolStore.setState({ symbol });
}
