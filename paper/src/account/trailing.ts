/**
 * Trailing stops: the trigger follows the best price since the order began to follow, at a fixed distance or share
 * below it (sells) or above it (buys), and never goes back. A TrailingTakeProfitPeg begins when its activation price,
 * its trigger until then, is reached; a TrailingStopPeg at once, from the tighter of its stop price and the distance.
 * Source: the exchange's documentation, "Trailing stop order" with and without activation price.
 */
import type { Side } from '#contract/vocabulary.ts';
import type { Instructions, Ticks, Trail, Trigger } from '../commands.ts';
import { type Core, reportOrder } from './core.ts';
import { ceilDiv, RATE_ONE } from './ratio.ts';
import type { Order } from './state.ts';

export const awaitsActivation = (trail: Trail | undefined): boolean =>
  trail?.peg === 'TrailingTakeProfitPeg' && trail.best === undefined;

/** A share is rounded away from the market: never tighter than asked. */
export function trailedPrice(side: Side, offset: Trail['offset'], best: Ticks): Ticks {
  if (offset.by === 'ticks') return (best + offset.ticks) as Ticks;
  const share = offset.rate < 0n ? -offset.rate : offset.rate;
  const distance = Number(ceilDiv(BigInt(best) * share, RATE_ONE));
  return (side === 'Sell' ? best - distance : best + distance) as Ticks;
}

const tighter = (side: Side, a: Ticks, b: Ticks): Ticks =>
  (side === 'Sell' ? Math.max(a, b) : Math.min(a, b)) as Ticks;

/** What a trailing stop starts with, the price now being `now`; a stop price of zero is none. */
export function beginTrail(side: Side, asked: Instructions, now: Ticks | undefined): Instructions {
  const { trigger, trail } = asked;
  if (trigger === undefined || trail?.peg !== 'TrailingStopPeg' || now === undefined) return asked;
  const price = trailedPrice(side, trail.offset, now);
  const start = trigger.price === 0 ? price : tighter(side, trigger.price, price);
  return { ...asked, trigger: { ...trigger, price: start }, trail: { ...trail, best: now } };
}

const isBetter = (side: Side, price: Ticks, best: Ticks): boolean =>
  side === 'Sell' ? price > best : price < best;

/** Where the trigger goes with this price; what just began to follow waits for the way back from now on. */
function movedTrigger(side: Side, trigger: Trigger, trail: Trail, price: Ticks): Trigger {
  const trailed = trailedPrice(side, trail.offset, price);
  if (trail.best === undefined) {
    return { ...trigger, direction: side === 'Sell' ? 'Falling' : 'Rising', price: trailed };
  }
  return { ...trigger, price: tighter(side, trigger.price, trailed) };
}

/** A price that did not trigger the order: it may begin to follow, or follow on. `isReached`: it came to the trigger. */
export function follow(core: Core, order: Order, price: Ticks, isReached: boolean): void {
  const { side, instructions } = order;
  if (instructions?.trigger === undefined || instructions.trail === undefined) return;
  const { trigger, trail } = instructions;
  const isDue = trail.best === undefined ? isReached : isBetter(side, price, trail.best);
  if (!isDue) return;
  const next = movedTrigger(side, trigger, trail, price);
  order.instructions = { ...instructions, trigger: next, trail: { ...trail, best: price } };
  core.journal.keepOrder(order);
  if (next.price === trigger.price) core.journal.touchCounters();
  else reportOrder(core, order, { action: 'Replace', execStatus: 'Replaced' });
}

/** After an amendment: a new distance counts from the best price so far. */
export function amendTrail(side: Side, before: Instructions, offset: Trail['offset']): Instructions {
  const { trigger, trail } = before;
  if (trigger === undefined || trail === undefined) return before;
  const amended = { ...trail, offset };
  if (trail.best === undefined) return { ...before, trail: amended };
  const price = trailedPrice(side, offset, trail.best);
  return { ...before, trail: amended, trigger: { ...trigger, price } };
}
