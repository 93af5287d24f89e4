/** What a conditional order waits for, from a request that places or amends one. */

import type { Side } from '#contract/vocabulary.ts';
import type { OrderType, Refusal, Ticks, Trigger, TriggerSource } from '../commands.ts';
import { isConditional, triggerDirection } from '../order-types.ts';
import type { Listing } from './catalogue.ts';
import { isGiven, type Params, priceOf, Refused, text, wordOf } from './request-params.ts';

/** The documents name four more (by ask, by bid, and two with a limit) without saying what they do. */
const SOURCES = ['ByMarkPrice', 'ByLastPrice', 'ByIndexPrice'] as const satisfies readonly TriggerSource[];
const UNSPECIFIED = 'UNSPECIFIED';

const ORD_TYPE_INVALID: Refusal = { code: 11035, msg: 'TE_ORD_TYPE_INVALID' };
const TRIGGER_INVALID: Refusal = { code: 11038, msg: 'TE_TRIGGER_INVALID' };
const STOP_DIRECTION_INVALID: Refusal = { code: 11039, msg: 'TE_STOP_DIRECTION_INVALID' };
const TRIGGER_PRICE_TOO_SMALL: Refusal = { code: 11046, msg: 'TE_TRIGGER_PRICE_TOO_SMALL' };

/** "UNSPECIFIED" is how the exchange itself writes that there is none. */
export function sourceOf(
  params: Params,
  name: string,
  otherwise: TriggerSource,
  invalid: Refusal = TRIGGER_INVALID,
): TriggerSource {
  const given = text(params, name);
  return wordOf(SOURCES, given === UNSPECIFIED ? undefined : given, otherwise, invalid);
}

export const stopPxOf = (listing: Listing, given: unknown): Ticks =>
  priceOf(listing, given, TRIGGER_PRICE_TOO_SMALL);

/** The direction follows from type and side; a client that says another one means another order. */
export function triggerOf(
  listing: Listing,
  params: Params,
  { ordType, side }: { ordType: OrderType; side: Side },
): { trigger?: Trigger } {
  if (!isConditional(ordType)) {
    if (isGiven(params.stopPxRp)) throw new Refused(ORD_TYPE_INVALID);
    return {};
  }
  if (!isGiven(params.stopPxRp)) throw new Refused(TRIGGER_PRICE_TOO_SMALL);
  const direction = triggerDirection(ordType, side);
  const said = text(params, 'stopDirection') ?? UNSPECIFIED;
  if (said !== UNSPECIFIED && said !== direction) throw new Refused(STOP_DIRECTION_INVALID);
  return {
    trigger: {
      source: sourceOf(params, 'triggerType', 'ByMarkPrice'),
      price: stopPxOf(listing, params.stopPxRp),
      direction,
    },
  };
}
