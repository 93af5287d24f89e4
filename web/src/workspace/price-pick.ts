/** A price the trader picked somewhere else on the screen (the book, the chart); the order ticket listens. */
import type { Price, ProductSymbol } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';

export interface PricePick {
  readonly symbol: ProductSymbol;
  /** The price that was drawn under the pointer, not the one that has replaced it since. */
  readonly price: Price;
  /** The side of the book it was taken from; absent when picked off the chart. */
  readonly bookSide?: Side;
}

const listeners = new Set<(pick: PricePick) => void>();

export function pickPrice(pick: PricePick): void {
  for (const listener of listeners) listener(pick);
}

export function onPricePick(listener: (pick: PricePick) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
