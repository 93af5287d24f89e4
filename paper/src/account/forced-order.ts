/** Orders that the exchange itself makes to close a position: a liquidation, a deleverage, a reset of the account. */
import type { ClOrdID } from '#contract/brand.ts';
import type { Lots, Ticks } from '../commands.ts';
import { opposite } from '../engine/order-book.ts';
import type { Execution } from '../events.ts';
import { type Core, type OrderNews, reportOrder } from './core.ts';
import { fillOrder } from './execution.ts';
import { createOrder } from './order.ts';
import type { Leg, Order } from './state.ts';

export interface ForcedClose {
  readonly price: Ticks;
  readonly qty: Lots;
  /** Stands before the order's id in the client order id. */
  readonly prefix: 'liq' | 'adl' | 'rst';
  readonly action?: OrderNews['action'];
}

/** A market order of the other side, told as new; nothing of it is in the book. */
export function openForcedOrder(core: Core, leg: Leg, close: ForcedClose): Order {
  const orderID = core.ids.orderID();
  const order = createOrder(leg, {
    orderID,
    clOrdID: `${close.prefix}-${orderID}` as ClOrdID,
    side: opposite(leg.size > 0 ? 'Buy' : 'Sell'),
    ordType: 'Market',
    timeInForce: 'ImmediateOrCancel',
    reduceOnly: true,
    price: close.price,
    qty: close.qty,
    leavesQty: close.qty,
    atNs: core.clock.nowNs(),
  });
  order.ordStatus = 'New';
  reportOrder(core, order, { action: close.action ?? 'New', execStatus: 'New' });
  return order;
}

/** Fills it whole at its price, with nobody of the book on the other side. */
export function fillForcedOrder(core: Core, order: Order, tradeType?: Execution['tradeType']): void {
  const { price } = order.inBook;
  order.inBook.leavesQty = 0 as Lots;
  const fill = { price, qty: order.qty, isMaker: false };
  fillOrder(core, order, tradeType === undefined ? fill : { ...fill, tradeType });
}
