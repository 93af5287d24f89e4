/**
 * Auto-deleverage: when the insurance fund cannot take over what a liquidation left, positions of the other side
 * are closed at the bankruptcy price of the position that is liquidated, without a fee.
 * Source: https://phemex.com/help-center/what-is-the-insurance-fund-and-auto-deleveraging
 */
import type { ClOrdID } from '#contract/brand.ts';
import type { Lots, Ticks } from '../commands.ts';
import { opposite } from '../engine/order-book.ts';
import { type Core, reportOrder } from './core.ts';
import { deleverageQueue } from './deleverage-rank.ts';
import { fillOrder } from './execution.ts';
import { createOrder } from './order.ts';
import type { Leg } from './state.ts';

function closeByForce(core: Core, leg: Leg, price: Ticks, qty: Lots): void {
  const orderID = core.ids.orderID();
  const order = createOrder(leg, {
    orderID,
    clOrdID: `adl-${orderID}` as ClOrdID,
    side: leg.size > 0 ? 'Sell' : 'Buy',
    ordType: 'Market',
    timeInForce: 'ImmediateOrCancel',
    reduceOnly: true,
    price,
    qty,
    leavesQty: qty,
    atNs: core.clock.nowNs(),
  });
  order.ordStatus = 'New';
  reportOrder(core, order, { action: 'New', execStatus: 'New' });
  order.inBook.leavesQty = 0 as Lots;
  fillOrder(core, order, { price, qty, isMaker: false, tradeType: 'AdlTrade' });
}

/** Closes positions against `loser`'s until `qty` lots have found their other side, or no such position is left. */
export function deleverage(core: Core, loser: Leg, price: Ticks, qty: Lots): void {
  const side = opposite(loser.size > 0 ? 'Buy' : 'Sell');
  let left: number = qty;
  for (const leg of left > 0 ? deleverageQueue(loser.listing, { side, price, except: loser.account }) : []) {
    const closed = Math.min(left, Math.abs(leg.size)) as Lots;
    if (closed === 0) break;
    closeByForce(core, leg, price, closed);
    left -= closed;
  }
}
