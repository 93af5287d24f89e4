/**
 * Watches prices for conditional orders. A price that reaches triggers makes their orders due; they are carried out
 * when whatever moved the price is done (conditional-order.ts), in the order in which the price passed them.
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Refusal, Ticks, Trigger, TriggerSource, WatchedSource } from '../commands.ts';
import { bestPrice } from '../engine/order-book.ts';
import { watchedSource } from '../order-types.ts';
import { type Core, reportOrder } from './core.ts';
import { startWaiting } from './order.ts';
import { REFUSALS } from './refusal.ts';
import type { Listing, Order } from './state.ts';
import { awaitsActivation, follow } from './trailing.ts';

/** Before there is a mark price, the book is what was left of it, and no market yet. */
const quotedPrice = ({ book, mark }: Listing, side: Side): Ticks | undefined =>
  mark === undefined ? undefined : bestPrice(book, side);

/** What the source says now; undefined until it said something once, and where nobody bids or offers. */
export function watchedPrice(listing: Listing, source: TriggerSource): Ticks | undefined {
  switch (watchedSource(source)) {
    case 'ByMarkPrice':
      return listing.mark;
    case 'ByLastPrice':
      return listing.last;
    case 'ByIndexPrice':
      return listing.index;
    case 'ByAskPrice':
      return quotedPrice(listing, 'Sell');
    case 'ByBidPrice':
      return quotedPrice(listing, 'Buy');
  }
}

const isReached = ({ direction, price }: Trigger, at: Ticks): boolean =>
  direction === 'Rising' ? at >= price : at <= price;

/** The price passes the nearest trigger first; at one price the order that came first. */
function inPassing(a: Order, b: Order): number {
  const [first, second] = [a.instructions?.trigger, b.instructions?.trigger];
  if (first === undefined || second === undefined) return 0;
  const away = first.direction === 'Rising' ? first.price - second.price : second.price - first.price;
  return away === 0 ? a.queuedSeq - b.queuedSeq : away;
}

/** Looks at the price that the source says now: what it reaches is due. */
export function noticePrice(core: Core, listing: Listing, source: WatchedSource): void {
  const price = listing.waiting.size === 0 ? undefined : watchedPrice(listing, source);
  if (price === undefined) return;
  const reached: Order[] = [];
  for (const order of listing.waiting) {
    const trigger = order.instructions?.trigger;
    if (trigger === undefined || watchedSource(trigger.source) !== source) continue;
    const trail = order.instructions?.trail;
    const hasCome = isReached(trigger, price);
    if (hasCome && !awaitsActivation(trail)) reached.push(order);
    else if (trail !== undefined) follow(core, order, price, hasCome);
  }
  for (const order of reached.sort(inPassing)) {
    listing.waiting.delete(order);
    core.due.push(order);
  }
}

/** Looks at the quotes of the books that changed, as they stand now; says whether that made orders due. */
export function noticeQuotes(core: Core): boolean {
  for (const listing of core.requoted) {
    core.requoted.delete(listing);
    noticePrice(core, listing, 'ByBidPrice');
    noticePrice(core, listing, 'ByAskPrice');
  }
  return core.due.length > 0;
}

/** The exchange has no code of its own for an empty side of the book. */
const NO_PRICE: Readonly<Record<WatchedSource, Refusal>> = {
  ByMarkPrice: REFUSALS.noMarkPrice,
  ByIndexPrice: REFUSALS.noIndexPrice,
  ByLastPrice: REFUSALS.noLastPrice,
  ByAskPrice: REFUSALS.noLastPrice,
  ByBidPrice: REFUSALS.noLastPrice,
};

export const noPriceOf = (source: TriggerSource): Refusal => NO_PRICE[watchedSource(source)];

/** Whether a trigger may be set up at all: a price to wait for, and one that has not come yet. */
export function refuseTrigger(listing: Listing, trigger: Trigger): Refusal | undefined {
  const now = watchedPrice(listing, trigger.source);
  if (now === undefined) return noPriceOf(trigger.source);
  const { priceMin, priceMax } = listing.product;
  if (!Number.isSafeInteger(trigger.price)) return REFUSALS.badArguments;
  if (trigger.price > priceMax) return REFUSALS.triggerPriceTooLarge;
  if (trigger.price < priceMin) return REFUSALS.triggerPriceTooSmall;
  if (!isReached(trigger, now)) return undefined;
  return trigger.direction === 'Rising' ? REFUSALS.risingTriggerDirectly : REFUSALS.fallingTriggerDirectly;
}

/** A conditional order begins to wait; one whose price has come already is due at once. */
export function register(core: Core, order: Order): void {
  const { listing } = order.leg;
  order.ordStatus = 'Untriggered';
  order.queuedSeq = core.ids.queuedSeq();
  startWaiting(order);
  reportOrder(core, order, { action: 'New', execStatus: 'Registered' });
  core.journal.keepOrder(order);
  const trigger = order.instructions?.trigger;
  const now = trigger && watchedPrice(listing, trigger.source);
  if (trigger === undefined || now === undefined || !isReached(trigger, now)) return;
  listing.waiting.delete(order);
  core.due.push(order);
}
