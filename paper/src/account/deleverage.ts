/**
 * Auto-deleverage: when the insurance fund cannot take over what a liquidation left, positions of the other side
 * are closed at the bankruptcy price of the position that is liquidated, without a fee.
 * Source: https://phemex.com/help-center/what-is-the-insurance-fund-and-auto-deleveraging
 */
import type { Lots, Ticks } from '../commands.ts';
import { opposite } from '../engine/order-book.ts';
import type { Core } from './core.ts';
import { deleverageQueue } from './deleverage-rank.ts';
import { fillForcedOrder, openForcedOrder } from './forced-order.ts';
import type { Leg } from './state.ts';

/** Closes positions against `loser`'s until `qty` lots have found their other side, or no such position is left. */
export function deleverage(core: Core, loser: Leg, price: Ticks, qty: Lots): void {
  const side = opposite(loser.size > 0 ? 'Buy' : 'Sell');
  let left: number = qty;
  for (const leg of left > 0 ? deleverageQueue(loser.listing, { side, price, except: loser.account }) : []) {
    const closed = Math.min(left, Math.abs(leg.size)) as Lots;
    if (closed === 0) break;
    fillForcedOrder(core, openForcedOrder(core, leg, { price, qty: closed, prefix: 'adl' }), 'AdlTrade');
    left -= closed;
  }
}
