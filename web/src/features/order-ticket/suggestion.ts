/** The limit price that the ticket offers until the trader gives one: the middle of the book, as it moves. Pure. */
import type { Price } from '#contract/brand.ts';
import type { Draft } from './draft.ts';
import type { TicketContext } from './facts.ts';
import { midPrice } from './reading.ts';

/**
 * What the price field is to show; undefined: what it shows already. `isHeld`: a hand is at the ticket, and what it has
 * read must not move before it clicks. A conditional order's limit belongs to its trigger, not to the market of now.
 */
export function suggestedPrice(
  draft: Draft,
  { product, quotes }: Pick<TicketContext, 'product' | 'quotes'>,
  isHeld: boolean,
): Price | undefined {
  if (draft.isPriceTouched || draft.ordType !== 'Limit') return undefined;
  if (isHeld && draft.priceText !== '') return undefined;
  const mid = midPrice(draft.side, product, quotes);
  return mid === draft.priceText ? undefined : mid;
}
