/** The limit order that stands in the ticket and has not been sent: the chart shows where it would rest. */
import { createStore } from 'zustand/vanilla';
import type { Price, ProductSymbol, Qty } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';

export interface DraftOrder {
  readonly symbol: ProductSymbol;
  readonly side: Side;
  readonly price: Price;
  /** Absent while none is entered. */
  readonly qty?: Qty;
}

export const draftOrderStore = createStore<{ readonly draft?: DraftOrder }>(() => ({}));

export function showDraftOrder(draft: DraftOrder | undefined): void {
  draftOrderStore.setState(draft === undefined ? {} : { draft }, true);
}
