/**
 * Whether an entry may bring a take-profit and a stop-loss along.
 * Source: the exchange's error table. The price they are compared with is the entry's own limit price, or else its
 * trigger price, or else what their source says now.
 */
import type { Side } from '#contract/vocabulary.ts';
import type {
  AmendOrder,
  Instructions,
  OrderType,
  Protection,
  Refusal,
  Ticks,
  TriggerSource,
} from '../commands.ts';
import { isLimited, isLimitSource } from '../order-types.ts';
import { closesOnly } from './order.ts';
import { REFUSALS } from './refusal.ts';
import type { Leg } from './state.ts';
import { noPriceOf, watchedPrice } from './trigger.ts';

export interface Entry {
  readonly leg: Leg;
  readonly side: Side;
  readonly ordType: OrderType;
  readonly price: Ticks;
  readonly reduceOnly: boolean;
  readonly instructions?: Instructions | undefined;
}

type Kind = 'takeProfit' | 'stopLoss';

/** The exchange's codes name the side of the position. */
const WRONG_SIDE: Readonly<Record<Side, Readonly<Record<Kind, Refusal>>>> = {
  Buy: { takeProfit: REFUSALS.buyTpShouldGtBase, stopLoss: REFUSALS.buySlShouldLtBase },
  Sell: { takeProfit: REFUSALS.sellTpShouldLtBase, stopLoss: REFUSALS.sellSlShouldGtBase },
};
const TOO_LARGE = { takeProfit: REFUSALS.takeProfitTooLarge, stopLoss: REFUSALS.stopLossTooLarge };
const TRIGGER_INVALID = {
  takeProfit: REFUSALS.takeProfitTriggerInvalid,
  stopLoss: REFUSALS.stopLossTriggerInvalid,
};
const TOO_SMALL = { takeProfit: REFUSALS.takeProfitTooSmall, stopLoss: REFUSALS.stopLossTooSmall };

function basePrice({ leg, ordType, price, instructions }: Entry, { source }: Protection): Ticks | undefined {
  if (isLimited(ordType)) return price;
  return instructions?.trigger?.price ?? watchedPrice(leg.listing, source);
}

function refuseLimit({ leg }: Entry, limit: Ticks): Refusal | undefined {
  const { priceMin, priceMax } = leg.listing.product;
  if (!Number.isSafeInteger(limit)) return REFUSALS.badArguments;
  if (limit > priceMax) return REFUSALS.priceTooLarge;
  return limit < priceMin ? REFUSALS.priceTooSmall : undefined;
}

function refuseProtection(entry: Entry, kind: Kind, protection: Protection): Refusal | undefined {
  const { price, source, limit } = protection;
  const { priceMin, priceMax } = entry.leg.listing.product;
  if (!Number.isSafeInteger(price)) return REFUSALS.badArguments;
  if (isLimitSource(source) && limit === undefined) return TRIGGER_INVALID[kind];
  if (price > priceMax) return TOO_LARGE[kind];
  if (price < priceMin) return TOO_SMALL[kind];
  const base = basePrice(entry, protection);
  if (base === undefined) return noPriceOf(source);
  const isAbove = (entry.side === 'Buy') === (kind === 'takeProfit');
  if (isAbove ? price <= base : price >= base) return WRONG_SIDE[entry.side][kind];
  return limit === undefined ? undefined : refuseLimit(entry, limit);
}

function refusePrices(entry: Entry): Refusal | undefined {
  const { takeProfit, stopLoss } = entry.instructions ?? {};
  return (
    (takeProfit && refuseProtection(entry, 'takeProfit', takeProfit)) ??
    (stopLoss && refuseProtection(entry, 'stopLoss', stopLoss))
  );
}

export function refuseProtections(entry: Entry): Refusal | undefined {
  const { leg, side, reduceOnly, instructions } = entry;
  if (instructions?.takeProfit === undefined && instructions?.stopLoss === undefined) return undefined;
  if (closesOnly(leg.posSide, side, reduceOnly)) return REFUSALS.closeOrderCannotAttach;
  if (leg.size !== 0) return REFUSALS.cannotAttachTpSl;
  return refusePrices(entry);
}

const isAsked = ({ takeProfit, stopLoss }: AmendOrder): boolean =>
  takeProfit !== undefined || stopLoss !== undefined;

/** An entry whose own price changes must still lie between its protections. */
export const refuseAmendedProtections = (entry: Entry, command: AmendOrder): Refusal | undefined =>
  isAsked(command) ? refuseProtections(entry) : refusePrices(entry);

function amended(before: Protection | undefined, price: Ticks | undefined, source: TriggerSource) {
  if (price === undefined) return before;
  return price === 0 ? undefined : { source, ...before, price };
}

/** A new price keeps the rest of a protection, or makes one by the exchange's default source; zero takes it away. */
export function amendProtections(before: Instructions | undefined, command: AmendOrder) {
  if (!isAsked(command)) return before;
  const { takeProfit, stopLoss, ...others } = before ?? {};
  const profit = amended(takeProfit, command.takeProfit, 'ByLastPrice');
  const loss = amended(stopLoss, command.stopLoss, 'ByMarkPrice');
  return {
    ...others,
    ...(profit === undefined ? {} : { takeProfit: profit }),
    ...(loss === undefined ? {} : { stopLoss: loss }),
  };
}
