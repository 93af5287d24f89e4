/**
 * The take-profit and stop-loss that an entry brings along become conditional orders of the whole position with the
 * entry's first fill that opens something. They are ordinary ones from then on: they follow the position's size and go
 * with it, so one cancels the other. What an earlier entry brought along gives way.
 */
import type { ClOrdID } from '#contract/brand.ts';
import type { Lots, OrderType, Protection, Ticks } from '../commands.ts';
import { opposite } from '../engine/order-book.ts';
import { isStop, triggerDirection } from '../order-types.ts';
import type { Core } from './core.ts';
import { cancelOrder } from './end-order.ts';
import { createOrder, openOrder } from './order.ts';
import { closableQty } from './position.ts';
import { type Leg, type Order, positionSide } from './state.ts';
import { register } from './trigger.ts';

function giveWay(core: Core, leg: Leg, ordType: OrderType): void {
  for (const order of leg.conditionals) {
    const isOfWhole = order.instructions?.isWholePosition === true && order.instructions.trail === undefined;
    if (isOfWhole && isStop(order.ordType) === isStop(ordType)) cancelOrder(core, order);
  }
}

function place(core: Core, entry: Order, ordType: OrderType, protection: Protection): void {
  const { leg } = entry;
  const side = opposite(entry.side);
  const { source, price, limit } = protection;
  giveWay(core, leg, ordType);
  const order = createOrder(leg, {
    orderID: core.ids.orderID(),
    clOrdID: '' as ClOrdID,
    side,
    ordType,
    timeInForce: limit === undefined ? 'ImmediateOrCancel' : 'GoodTillCancel',
    reduceOnly: true,
    price: limit ?? (0 as Ticks),
    qty: closableQty(leg, side),
    leavesQty: 0 as Lots,
    instructions: {
      trigger: { source, price, direction: triggerDirection(ordType, side) },
      closeOnTrigger: true,
      isWholePosition: true,
    },
    atNs: core.clock.nowNs(),
  });
  openOrder(order);
  register(core, order);
}

/** After a fill of `entry`; `sizeBefore` is the leg's, in lots, negative when short. */
export function placeProtections(core: Core, entry: Order, sizeBefore: number): void {
  const { leg, side, instructions, cumQty } = entry;
  const { takeProfit, stopLoss } = instructions ?? {};
  if ((takeProfit === undefined && stopLoss === undefined) || positionSide(leg) !== side) return;
  const isOpened = side === 'Buy' ? sizeBefore <= 0 : sizeBefore >= 0;
  const isFirst = cumQty === Math.abs(leg.size - sizeBefore);
  if (!isOpened && !isFirst) return;
  if (takeProfit !== undefined) {
    place(core, entry, takeProfit.limit === undefined ? 'MarketIfTouched' : 'LimitIfTouched', takeProfit);
  }
  if (stopLoss !== undefined)
    place(core, entry, stopLoss.limit === undefined ? 'Stop' : 'StopLimit', stopLoss);
}
