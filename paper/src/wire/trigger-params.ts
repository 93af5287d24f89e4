/** What a conditional order waits for, from a request that places or amends one. */

import { type Side, TRIGGER_SOURCES } from '#contract/vocabulary.ts';
import type { OrderType, Refusal, Ticks, Trail, Trigger, TriggerSource } from '../commands.ts';
import { isConditional, triggerDirection } from '../order-types.ts';
import type { Listing } from './catalogue.ts';
import { BAD_ARGUMENTS } from './replies.ts';
import { isGiven, type Params, priceOf, Refused, text, wordOf } from './request-params.ts';
import { decimalText, readRate } from './scale.ts';

const PEGS = ['TrailingStopPeg', 'TrailingTakeProfitPeg'] as const satisfies readonly Trail['peg'][];
const UNSPECIFIED = 'UNSPECIFIED';

const ORD_TYPE_INVALID: Refusal = { code: 11035, msg: 'TE_ORD_TYPE_INVALID' };
const TRIGGER_INVALID: Refusal = { code: 11038, msg: 'TE_TRIGGER_INVALID' };
const STOP_DIRECTION_INVALID: Refusal = { code: 11039, msg: 'TE_STOP_DIRECTION_INVALID' };
const PEG_PRICE_TYPE_INVALID: Refusal = { code: 11086, msg: 'TE_PEG_PRICE_TYPE_INVALID' };
const TRIGGER_PRICE_TOO_SMALL: Refusal = { code: 11046, msg: 'TE_TRIGGER_PRICE_TOO_SMALL' };

/** "UNSPECIFIED" is how the exchange itself writes that there is none. */
export function sourceOf(
  params: Params,
  name: string,
  otherwise: TriggerSource,
  invalid: Refusal = TRIGGER_INVALID,
): TriggerSource {
  const given = text(params, name);
  return wordOf(TRIGGER_SOURCES, given === UNSPECIFIED ? undefined : given, otherwise, invalid);
}

export const stopPxOf = (listing: Listing, given: unknown): Ticks =>
  priceOf(listing, given, TRIGGER_PRICE_TOO_SMALL);

/** The signed price offset of a trail, in ticks. */
function offsetTicks(listing: Listing, given: unknown): number {
  const text = decimalText(given) ?? '';
  const isNegative = text.startsWith('-');
  const ticks = priceOf(listing, isNegative ? text.slice(1) : text);
  return isNegative ? -ticks : ticks;
}

/** A distance or a share of the price; undefined when neither is given. */
export function trailOffsetOf(listing: Listing, params: Params): Trail['offset'] | undefined {
  const { pegOffsetValueRp: value, pegOffsetProportionRr: proportion } = params;
  if (isGiven(value) && isGiven(proportion)) throw new Refused(BAD_ARGUMENTS);
  if (isGiven(value)) return { by: 'ticks', ticks: offsetTicks(listing, value) };
  if (!isGiven(proportion)) return undefined;
  const rate = readRate(decimalText(proportion) ?? '');
  if (rate === undefined) throw new Refused(BAD_ARGUMENTS);
  return { by: 'rate', rate };
}

/** The other peg types of the documents (last, middle, market, primary) are not said to do anything. */
function trailOf(listing: Listing, params: Params, ordType: OrderType): Trail | undefined {
  const given = text(params, 'pegPriceType') ?? UNSPECIFIED;
  const offset = trailOffsetOf(listing, params);
  if (given === UNSPECIFIED && offset === undefined) return undefined;
  const peg = wordOf(PEGS, given, PEG_PRICE_TYPE_INVALID, PEG_PRICE_TYPE_INVALID);
  if (ordType !== 'Stop') throw new Refused(PEG_PRICE_TYPE_INVALID);
  // Without an offset the core says that it has the wrong sign, as of any zero.
  return { peg, offset: offset ?? { by: 'ticks', ticks: 0 } };
}

const FLIPPED = { Rising: 'Falling', Falling: 'Rising' } as const;

/** The direction follows from type and side; a client that says another one means another order. */
function directionOf(params: Params, ordType: OrderType, side: Side, trail: Trail | undefined) {
  const stop = triggerDirection(ordType, side);
  const direction = trail?.peg === 'TrailingTakeProfitPeg' ? FLIPPED[stop] : stop;
  const said = text(params, 'stopDirection') ?? UNSPECIFIED;
  if (said !== UNSPECIFIED && said !== direction) throw new Refused(STOP_DIRECTION_INVALID);
  return direction;
}

export function triggerOf(
  listing: Listing,
  params: Params,
  { ordType, side }: { ordType: OrderType; side: Side },
): { trigger?: Trigger; trail?: Trail } {
  const trail = trailOf(listing, params, ordType);
  const hasPrice = isGiven(params.stopPxRp);
  if (!isConditional(ordType)) {
    if (hasPrice) throw new Refused(ORD_TYPE_INVALID);
    return {};
  }
  // A trailing stop without one begins at its distance.
  if (!hasPrice && trail?.peg !== 'TrailingStopPeg') throw new Refused(TRIGGER_PRICE_TOO_SMALL);
  const trigger: Trigger = {
    source: sourceOf(params, 'triggerType', 'ByMarkPrice'),
    price: hasPrice ? stopPxOf(listing, params.stopPxRp) : (0 as Ticks),
    direction: directionOf(params, ordType, side, trail),
  };
  return trail === undefined ? { trigger } : { trigger, trail };
}
