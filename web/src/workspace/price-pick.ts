/** A price the trader picked somewhere else on the screen (the book, the chart); it waits until the ticket takes it. */
import type { Price, ProductSymbol } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';
import type { DraftPart } from './draft-order.ts';

export interface PricePick {
  readonly symbol: ProductSymbol;
  /** The price that was drawn under the pointer, not the one that has replaced it since. */
  readonly price: Price;
  /** The order's side, where the trader chose one with the price. */
  readonly side?: Side;
  /** What it is meant for: a new limit order, or one price of the draft; absent: whatever the ticket is set to. */
  readonly as?: 'limit-order' | DraftPart;
  /** The side of the book that a pointer clicked on: a bid buys, an ask sells, where a click is an order. */
  readonly clicked?: Side;
}

const listeners = new Set<() => void>();
let waiting: PricePick | undefined;

export function pickPrice(pick: PricePick): void {
  waiting = pick;
  for (const listener of listeners) listener();
}

/** The pick that waits for this product's ticket, once. */
export function takePricePick(symbol: ProductSymbol): PricePick | undefined {
  if (waiting?.symbol !== symbol) return undefined;
  const pick = waiting;
  waiting = undefined;
  return pick;
}

export function onPricePick(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
