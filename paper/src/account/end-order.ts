/** An order's end, other than by being filled. */
import type { Refusal } from '../commands.ts';
import { takeOut } from '../engine/order-book.ts';
import { type Core, reportOrder } from './core.ts';
import type { Order } from './state.ts';

/** Ends an order, resting, waiting or neither, with what it has. */
export function cancelOrder(core: Core, order: Order, refusal?: Refusal): void {
  takeOut(order.inBook);
  order.ordStatus = order.ordStatus === 'Untriggered' ? 'Deactivated' : 'Canceled';
  const why = refusal === undefined ? {} : { refusal };
  reportOrder(core, order, { action: 'Cancel', execStatus: 'Canceled', ...why });
  core.journal.closeOrder(order);
}
