/** The order that stands in the ticket and has not been sent: the chart shows each price of it, and takes it elsewhere. */
import { createStore } from 'zustand/vanilla';
import type { Price, ProductSymbol, Qty } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';

/** Which price of an order. */
export type DraftPart = 'limit' | 'trigger' | 'takeProfit' | 'stopLoss';

export interface DraftOrder {
  readonly symbol: ProductSymbol;
  readonly side: Side;
  /** Waits for its trigger: its limit trades nothing before. */
  readonly isConditional: boolean;
  /** Absent while none is entered. */
  readonly qty?: Qty;
  /** Those that are the trader's own. */
  readonly prices: Readonly<Partial<Record<DraftPart, Price>>>;
}

export const draftOrderStore = createStore<{ readonly draft?: DraftOrder }>(() => ({}));

export function showDraftOrder(draft: DraftOrder | undefined): void {
  draftOrderStore.setState(draft === undefined ? {} : { draft }, true);
}
