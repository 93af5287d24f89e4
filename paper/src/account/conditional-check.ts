/**
 * Whether a conditional order may be registered. What it would cost is asked when it triggers, not before: until then
 * it locks nothing.
 * Source: the exchange's error table. Which of its codes speaks of a closing order: 11013 and 11014 of one of the whole
 * position (sent without a size), 11059 and 11060 of one with a size and close-on-trigger, 11057 of a reduce-only one.
 */
import type { Lots, PlaceOrder, Refusal, Ticks, Trigger } from '../commands.ts';
import { isLimited, isLimitSource, isStop } from '../order-types.ts';
import { CONDITIONALS_MAX, closesOnly } from './order.ts';
import { refuseClosingPrice, refuseNumbers } from './order-check.ts';
import { closableQty } from './position.ts';
import { REFUSALS } from './refusal.ts';
import type { Leg } from './state.ts';
import { awaitsActivation } from './trailing.ts';
import { refuseTrigger } from './trigger.ts';
import { availableBalance, figuresOf } from './used-balance.ts';

/** What a conditional order waits for and would then do. */
export interface Plan {
  readonly leg: Leg;
  readonly side: PlaceOrder['side'];
  readonly ordType: PlaceOrder['ordType'];
  readonly timeInForce: PlaceOrder['timeInForce'];
  readonly price: Ticks;
  /** Zero: the position's. */
  readonly qty: Lots;
  readonly reduceOnly: boolean;
  readonly instructions: PlaceOrder['instructions'];
}

function refuseClosing({ leg, side, instructions }: Plan): Refusal | undefined {
  if (closableQty(leg, side) > 0) return undefined;
  const isFlat = leg.size === 0;
  if (instructions?.isWholePosition === true) {
    return isFlat ? REFUSALS.conditionalNoPosition : REFUSALS.conditionalWrongSide;
  }
  if (instructions?.closeOnTrigger === true) {
    return isFlat ? REFUSALS.tpSlQtyNotMatchPos : REFUSALS.sideNotClosePos;
  }
  return REFUSALS.qtyNotMatchReduceOnly;
}

/** Of a long a sell closes: the exchange's codes name the position's side. */
function wrongSideOfPrice({ side, ordType, instructions }: Plan): Refusal {
  if (awaitsActivation(instructions?.trail)) {
    return side === 'Sell' ? REFUSALS.buyTtpShouldActivateAboveBase : REFUSALS.sellTtpShouldActivateBelowBase;
  }
  if (instructions?.trail !== undefined) {
    return side === 'Sell' ? REFUSALS.buyTsShouldLtBase : REFUSALS.sellTsShouldGtBase;
  }
  if (side === 'Sell') return isStop(ordType) ? REFUSALS.buySlShouldLtBase : REFUSALS.buyTpShouldGtBase;
  return isStop(ordType) ? REFUSALS.sellSlShouldGtBase : REFUSALS.sellTpShouldLtBase;
}

/** A stop beyond the liquidation price would never trigger. */
function refuseBeyondLiquidation({ leg, side, ordType, instructions }: Plan, { price }: Trigger) {
  if (!isStop(ordType) || awaitsActivation(instructions?.trail)) return undefined;
  const { taker } = leg.account.fees;
  const available = availableBalance(leg.account, taker);
  const liquidation = figuresOf(leg, taker, available)?.liquidationPrice ?? 0;
  if (liquidation === 0) return undefined;
  if (side === 'Sell' ? price > liquidation : price < liquidation) return undefined;
  if (instructions?.trail === undefined) {
    return side === 'Sell' ? REFUSALS.buySlShouldGtLiq : REFUSALS.sellSlShouldLtLiq;
  }
  return side === 'Sell' ? REFUSALS.buyTsShouldGtLiq : REFUSALS.sellTsShouldLtLiq;
}

/** The trigger must trail on the side from which the market would come back. */
function refuseTrail({ side, ordType, instructions }: Plan): Refusal | undefined {
  if (instructions?.trail === undefined) return undefined;
  if (ordType !== 'Stop') return REFUSALS.pegPriceTypeInvalid;
  const { offset } = instructions.trail;
  const distance = offset.by === 'ticks' ? BigInt(offset.ticks) : offset.rate;
  if (side === 'Sell') return distance < 0n ? undefined : REFUSALS.buyRevertValueShouldLtZero;
  return distance > 0n ? undefined : REFUSALS.sellRevertValueShouldGtZero;
}

const DIRECTLY: readonly Refusal[] = [REFUSALS.risingTriggerDirectly, REFUSALS.fallingTriggerDirectly];

/** What a new plan and an amended one must both satisfy. */
export function refusePlan(plan: Plan, trigger: Trigger): Refusal | undefined {
  const { leg, side, instructions } = plan;
  if (isLimitSource(trigger.source) && !isLimited(plan.ordType)) return REFUSALS.triggerInvalid;
  const closes = closesOnly(leg.posSide, side, plan.reduceOnly);
  const refusal = refuseTrail(plan) ?? refuseTrigger(leg.listing, trigger);
  if (refusal !== undefined) {
    const isOwnCode = instructions?.closeOnTrigger === true || instructions?.trail !== undefined;
    return isOwnCode && DIRECTLY.includes(refusal) ? wrongSideOfPrice(plan) : refusal;
  }
  const isWhole = instructions?.isWholePosition === true;
  const numbers = refuseNumbers({
    ...plan,
    price: isLimited(plan.ordType) ? plan.price : trigger.price,
    leavesQty: isWhole ? closableQty(leg, side) : plan.qty,
    closesOnly: closes,
    stp: undefined,
  });
  if (numbers !== undefined || instructions?.closeOnTrigger !== true) return numbers;
  return refuseBeyondLiquidation(plan, trigger) ?? refuseClosingPrice(plan);
}

/** A position has one stop-loss, one take-profit and one trailing stop for all of it. */
function refuseSecond({ leg, ordType, instructions }: Plan): Refusal | undefined {
  if (instructions?.isWholePosition !== true) return undefined;
  const isTrailing = instructions.trail !== undefined;
  for (const { instructions: other, ordType: otherType } of leg.conditionals) {
    const isOfWhole = other?.isWholePosition === true && (other.trail !== undefined) === isTrailing;
    if (!isOfWhole || isStop(otherType) !== isStop(ordType)) continue;
    if (isTrailing) return REFUSALS.trailingDuplicated;
    return isStop(ordType) ? REFUSALS.stopLossDuplicated : REFUSALS.takeProfitDuplicated;
  }
  return undefined;
}

export function refuseConditional(plan: Plan): Refusal | undefined {
  const { leg, side, instructions } = plan;
  if (instructions?.trigger === undefined) return REFUSALS.triggerInvalid;
  if (leg.conditionals.size >= CONDITIONALS_MAX) return REFUSALS.conditionalOrdersExceed;
  const closing = closesOnly(leg.posSide, side, plan.reduceOnly) ? refuseClosing(plan) : undefined;
  return closing ?? refusePlan(plan, instructions.trigger) ?? refuseSecond(plan);
}
