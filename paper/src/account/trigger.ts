/**
 * Watches prices for conditional orders. A price that reaches triggers makes their orders due; they are carried out
 * when whatever moved the price is done (conditional-order.ts), in the order in which the price passed them.
 */
import type { Refusal, Ticks, Trigger, TriggerSource } from '../commands.ts';
import { type Core, reportOrder } from './core.ts';
import { startWaiting } from './order.ts';
import { REFUSALS } from './refusal.ts';
import type { Listing, Order } from './state.ts';
import { awaitsActivation, follow } from './trailing.ts';

/** What the source says now; undefined until it said something once. */
export function watchedPrice(listing: Listing, source: TriggerSource): Ticks | undefined {
  if (source === 'ByMarkPrice') return listing.mark;
  return source === 'ByLastPrice' ? listing.last : listing.index;
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
export function noticePrice(core: Core, listing: Listing, source: TriggerSource): void {
  const price = listing.waiting.size === 0 ? undefined : watchedPrice(listing, source);
  if (price === undefined) return;
  const reached: Order[] = [];
  for (const order of listing.waiting) {
    const trigger = order.instructions?.trigger;
    if (trigger?.source !== source) continue;
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

export const NO_PRICE: Readonly<Record<TriggerSource, Refusal>> = {
  ByMarkPrice: REFUSALS.noMarkPrice,
  ByIndexPrice: REFUSALS.noIndexPrice,
  ByLastPrice: REFUSALS.noLastPrice,
};

/** Whether a trigger may be set up at all: a price to wait for, and one that has not come yet. */
export function refuseTrigger(listing: Listing, trigger: Trigger): Refusal | undefined {
  const now = watchedPrice(listing, trigger.source);
  if (now === undefined) return NO_PRICE[trigger.source];
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
