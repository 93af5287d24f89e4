/** Amendments of an order, held against what is known of it: what it asks for, and whether the order shows it. */
import { compare } from '#contract/decimal.ts';
import type { OrderFate, OrderInstructions, Protection, Trail } from '#contract/model.ts';
import type { Amendment } from '#contract/wire/mutation.ts';

/** `untold`: what was asked for and is not there may have been there once, or is not shown at all. */
export type Showing = 'shown' | 'not-shown' | 'untold';

const showing = (isShown: boolean, orElse: Showing = 'not-shown'): Showing => (isShown ? 'shown' : orElse);

function triggerShowing(
  { triggerPrice, triggerSource }: Amendment,
  { trigger, trail }: OrderFate,
): readonly Showing[] {
  const source = trigger?.source;
  // Its source comes along with a new trigger price, and not every reply repeats it.
  const asksForSource = triggerSource !== undefined && (source !== undefined || triggerPrice === undefined);
  return [
    // A trail takes its trigger along.
    ...(triggerPrice === undefined
      ? []
      : [showing(trigger?.price === triggerPrice, trail === undefined ? 'not-shown' : 'untold')]),
    ...(asksForSource
      ? [showing(source === triggerSource, source === undefined ? 'untold' : 'not-shown')]
      : []),
  ];
}

const isProtectedAt = (protection: Protection | undefined, at: string): boolean =>
  (protection?.price ?? '0') === at;

function trailShowing({ trailDistance, trailProportion }: Amendment, trail: Trail | undefined): Showing[] {
  const distance = trail?.by === 'price' ? trail.distance : '0';
  const proportion = trail?.by === 'proportion' ? trail.proportion : '0';
  return [
    ...(trailDistance === undefined ? [] : [showing(distance === trailDistance)]),
    ...(trailProportion === undefined ? [] : [showing(proportion === trailProportion)]),
  ];
}

/** Whether the order is as the amendment asks. */
export function showingOf(amendment: Amendment, order: OrderFate & { reduceOnly?: boolean }): Showing {
  const { price, qty, takeProfit, stopLoss } = amendment;
  const unlessUntold = (name: keyof OrderInstructions, showings: readonly Showing[]): readonly Showing[] =>
    showings.length > 0 && order.untold?.has(name) === true ? ['untold'] : showings;
  // An order that only closes is cut down to what there is to close.
  const isCut = qty !== undefined && order.reduceOnly === true && compare(order.qty, qty) < 0;
  const showings = [
    ...(price === undefined ? [] : [showing(order.price === price)]),
    ...(qty === undefined ? [] : [showing(order.qty === qty, isCut ? 'untold' : 'not-shown')]),
    ...unlessUntold('trigger', triggerShowing(amendment, order)),
    ...unlessUntold('trail', trailShowing(amendment, order.trail)),
    ...unlessUntold(
      'takeProfit',
      takeProfit === undefined ? [] : [showing(isProtectedAt(order.takeProfit, takeProfit))],
    ),
    ...unlessUntold(
      'stopLoss',
      stopLoss === undefined ? [] : [showing(isProtectedAt(order.stopLoss, stopLoss))],
    ),
  ];
  if (showings.includes('not-shown')) return 'not-shown';
  return showings.includes('untold') ? 'untold' : 'shown';
}
