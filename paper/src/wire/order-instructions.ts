/** Triggers, trails, protections and execution instructions of an order, in the words of the exchange. */
import type { OrderView, Trail, TriggerSource } from '../commands.ts';
import { type ProductScale, printRate } from './scale.ts';

const UNSPECIFIED = 'UNSPECIFIED';

const trailOffset = (scale: ProductScale, offset: Trail['offset'] | undefined) => ({
  pegOffsetValueRp: offset?.by === 'ticks' ? scale.price(offset.ticks) : '0',
  pegOffsetProportionRr: offset?.by === 'rate' ? printRate(offset.rate) : '0',
});

export function execInst({ reduceOnly, instructions }: OrderView): string {
  if (instructions?.closeOnTrigger === true) return 'CloseOnTrigger';
  return reduceOnly ? 'ReduceOnly' : 'None';
}

/** Zero stands for "none" in every price. */
export function protectionFields(scale: ProductScale, { instructions }: OrderView) {
  const { takeProfit, stopLoss } = instructions ?? {};
  return {
    takeProfitRp: scale.price(takeProfit?.price ?? 0),
    stopLossRp: scale.price(stopLoss?.price ?? 0),
    slPxRp: scale.price(stopLoss?.limit ?? 0),
    tpPxRp: scale.price(takeProfit?.limit ?? 0),
  };
}

export function triggerFields(scale: ProductScale, { instructions }: OrderView) {
  const trigger = instructions?.trigger;
  return {
    stopDirection: trigger?.direction ?? UNSPECIFIED,
    stopPxRp: scale.price(trigger?.price ?? 0),
    trigger: trigger?.source ?? UNSPECIFIED,
    ...trailOffset(scale, instructions?.trail?.offset),
    pegPriceType: instructions?.trail?.peg ?? UNSPECIFIED,
  };
}

/** Codes of /exchange/order/v2/orderList. Documented are mark and last; the others, and the directions', are guesses. */
const DIRECTION_CODES = { Rising: 1, Falling: 2 };
const TRIGGER_CODES: Readonly<Record<TriggerSource, number>> = {
  ByMarkPrice: 1,
  ByIndexPrice: 2,
  ByLastPrice: 3,
  ByAskPrice: 4,
  ByBidPrice: 5,
  ByMarkPriceLimit: 6,
  ByLastPriceLimit: 7,
};

export function triggerCodes(scale: ProductScale, { instructions }: OrderView) {
  const trigger = instructions?.trigger;
  return {
    stopDirection: trigger === undefined ? 0 : DIRECTION_CODES[trigger.direction],
    stopPxRp: scale.price(trigger?.price ?? 0),
    trigger: trigger === undefined ? 0 : TRIGGER_CODES[trigger.source],
  };
}

/** As `aop_p` says it: the type of a triggered order's price is in `ordType`, its direction is left out. */
export function streamInstructions(scale: ProductScale, order: OrderView) {
  const { trigger, trail, takeProfit, stopLoss } = order.instructions ?? {};
  return {
    execInst: execInst(order),
    ...trailOffset(scale, trail?.offset),
    ...protectionFields(scale, order),
    slTrigger: stopLoss?.source ?? 'ByMarkPrice',
    stopPxRp: scale.price(trigger?.price ?? 0),
    tpTrigger: takeProfit?.source ?? 'ByLastPrice',
    ...(trigger === undefined ? {} : { stopDirection: trigger.direction, trigger: trigger.source }),
    ...(trail === undefined ? {} : { pegPriceType: trail.peg }),
  };
}
