/** The take-profit and stop-loss that an order brings along, from a request that places or amends it. */
import { REFUSALS } from '../account/refusal.ts';
import type { Protection, Refusal, Ticks, TriggerSource } from '../commands.ts';
import type { Listing } from './catalogue.ts';
import { isGiven, type Params, priceOf } from './request-params.ts';
import { sourceOf } from './trigger-params.ts';

interface Names {
  readonly price: string;
  readonly limit: string;
  readonly trigger: string;
  /** As the exchange prints it when nothing was said. */
  readonly source: TriggerSource;
  readonly tooSmall: Refusal;
  readonly triggerInvalid: Refusal;
}

const TAKE_PROFIT: Names = {
  price: 'takeProfitRp',
  limit: 'tpPxRp',
  trigger: 'tpTrigger',
  source: 'ByLastPrice',
  tooSmall: REFUSALS.takeProfitTooSmall,
  triggerInvalid: REFUSALS.takeProfitTriggerInvalid,
};

const STOP_LOSS: Names = {
  price: 'stopLossRp',
  limit: 'slPxRp',
  trigger: 'slTrigger',
  source: 'ByMarkPrice',
  tooSmall: REFUSALS.stopLossTooSmall,
  triggerInvalid: REFUSALS.stopLossTriggerInvalid,
};

function protectionOf(listing: Listing, params: Params, names: Names): Protection | undefined {
  if (!isGiven(params[names.price])) return undefined;
  const limit = params[names.limit];
  return {
    source: sourceOf(params, names.trigger, names.source, names.triggerInvalid),
    price: priceOf(listing, params[names.price], names.tooSmall),
    ...(isGiven(limit) ? { limit: priceOf(listing, limit) } : {}),
  };
}

export function protectionsOf(
  listing: Listing,
  params: Params,
): { takeProfit?: Protection; stopLoss?: Protection } {
  const takeProfit = protectionOf(listing, params, TAKE_PROFIT);
  const stopLoss = protectionOf(listing, params, STOP_LOSS);
  return {
    ...(takeProfit === undefined ? {} : { takeProfit }),
    ...(stopLoss === undefined ? {} : { stopLoss }),
  };
}

function amendedPrice(listing: Listing, params: Params, names: Names): Ticks | undefined {
  const given = params[names.price];
  if (given === undefined || given === null || given === '') return undefined;
  return isGiven(given) ? priceOf(listing, given, names.tooSmall) : (0 as Ticks);
}

/** Zero takes a protection away. */
export function amendedProtectionsOf(
  listing: Listing,
  params: Params,
): { takeProfit?: Ticks; stopLoss?: Ticks } {
  const takeProfit = amendedPrice(listing, params, TAKE_PROFIT);
  const stopLoss = amendedPrice(listing, params, STOP_LOSS);
  return {
    ...(takeProfit === undefined ? {} : { takeProfit }),
    ...(stopLoss === undefined ? {} : { stopLoss }),
  };
}
