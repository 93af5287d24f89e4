/** What of the ticket's order the chart is to show before it is sent: every price that is the trader's own. Pure. */
import type { Price } from '#contract/brand.ts';
import { protectionPrice } from '../../account/protection-entry.ts';
import type { DraftOrder, DraftPart } from '../../workspace/draft-order.ts';
import { type Draft, hasLimitPrice, isConditional, isProtecting, type ProtectionKind } from './draft.ts';
import type { TicketContext } from './facts.ts';
import { PURPOSES } from './protection.ts';
import { readPrice, readTickPrice, reckonedPrice } from './reading.ts';
import { protectedEntry, readSize } from './sizing.ts';

type Prices = Partial<Record<DraftPart, Price>>;

function ownPrices(draft: Draft, { product }: TicketContext): Prices {
  // A suggested price is nobody's, and a line for it would follow the market about.
  const limit =
    hasLimitPrice(draft) && draft.isPriceTouched
      ? readPrice(draft.priceText, draft.side, product)
      : undefined;
  const trigger = isConditional(draft) ? readTickPrice(draft.triggerText, product) : undefined;
  return { ...(limit && { limit }), ...(trigger && { trigger }) };
}

function protections(draft: Draft, context: TicketContext): Prices {
  const { product, quotes, settings } = context;
  const price = reckonedPrice(draft, product, quotes);
  if (price === undefined || !isProtecting(draft, settings.posMode)) return {};
  const entry = protectedEntry(draft, context, { price, qty: readSize(draft, context) });
  const at = (kind: ProtectionKind) => protectionPrice(PURPOSES[kind], draft[kind], entry);
  const [takeProfit, stopLoss] = [at('takeProfit'), at('stopLoss')];
  return { ...(takeProfit && { takeProfit }), ...(stopLoss && { stopLoss }) };
}

/** Undefined while there is nothing to show. */
export function shownDraft(draft: Draft, context: TicketContext): DraftOrder | undefined {
  const prices = { ...ownPrices(draft, context), ...protections(draft, context) };
  if (Object.keys(prices).length === 0) return undefined;
  const qty = readSize(draft, context);
  const { side } = draft;
  return {
    symbol: context.product.symbol,
    side,
    isConditional: isConditional(draft),
    prices,
    ...(qty && { qty }),
  };
}
