/** The ticket's draft over its life on the screen, and the end of one-click mode with it. */
import { useEffect, useReducer, useRef, useState } from 'react';
import type { ProductSymbol } from '#contract/brand.ts';
import { onPricePick, type PricePick, takePricePick } from '../../workspace/price-pick.ts';
import { setOneClick } from '../../workspace/sending.ts';
import { applyDraftAction, type Draft, FIRST_DRAFT } from './draft.ts';
import type { TicketContext } from './facts.ts';
import { suggestedPrice } from './suggestion.ts';

interface DraftNeeds {
  /** What the ticket shows must stay for now, the price that it suggests included. */
  readonly isHeld: boolean;
  /** Hears of prices that are picked while it is on the screen, and answers whether that was all there was to do. */
  onPick(pick: PricePick, draft: Draft): boolean;
}

/** The draft of the product on the screen. It listens to prices picked elsewhere, and suggests one until it has its own. */
export function useDraft(
  symbol: ProductSymbol,
  context: TicketContext | undefined,
  { isHeld, onPick }: DraftNeeds,
) {
  const [draft, dispatch] = useReducer(applyDraftAction, FIRST_DRAFT);
  const [drafted, setDrafted] = useState(symbol);
  const hear = useRef((_: PricePick): boolean => false);
  useEffect(() => {
    hear.current = (pick) => onPick(pick, draft);
  });
  if (drafted !== symbol) {
    setDrafted(symbol);
    dispatch({ do: 'change-product' });
  }
  useEffect(() => {
    const take = (isLive: boolean) => {
      const pick = takePricePick(symbol);
      if (pick === undefined) return;
      if (isLive && hear.current(pick)) return;
      dispatch({ do: 'pick-price', price: pick.price, side: pick.side, as: pick.as });
    };
    take(false);
    return onPricePick(() => take(true));
  }, [symbol]);
  const suggested = context?.product.symbol === symbol ? suggestedPrice(draft, context, isHeld) : undefined;
  // Before anything is painted with the old one.
  if (drafted === symbol && suggested !== undefined) dispatch({ do: 'offer-price', price: suggested });
  return { draft, dispatch };
}

/** One-click mode ends with Escape, for another product, and when the ticket or the page is out of sight. */
export function useOneClickEnd(symbol: ProductSymbol): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: another product is what ends it.
  useEffect(() => {
    const onKeyDown = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') setOneClick(false);
    };
    const onVisibility = () => {
      if (document.hidden) setOneClick(false);
    };
    window.addEventListener('keydown', onKeyDown);
    document.addEventListener('visibilitychange', onVisibility);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      document.removeEventListener('visibilitychange', onVisibility);
      setOneClick(false);
    };
  }, [symbol]);
}
