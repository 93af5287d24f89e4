/** Orders that may only close, kept in line with the position as it changes. */
import type { Lots } from '../commands.ts';
import { resize } from '../engine/order-book.ts';
import { type Core, reportOrder } from './core.ts';
import { cancelOrder } from './end-order.ts';
import { closableQty } from './position.ts';
import type { Leg } from './state.ts';

/** Conditional closing orders go when there is nothing to close; those of the whole position have its size. */
export function followPosition(core: Core, leg: Leg): void {
  for (const order of leg.conditionals) {
    if (!order.closesOnly) continue;
    const closable = closableQty(leg, order.side);
    if (closable === 0) {
      cancelOrder(core, order);
    } else if (order.instructions?.isWholePosition === true && order.qty !== closable) {
      order.qty = closable;
      reportOrder(core, order, { action: 'Replace', execStatus: 'Replaced' });
      core.journal.keepOrder(order);
    }
  }
}

/** A resting reduce-only order is never larger than what it may close; with nothing to close it is canceled. */
export function trimClosers(core: Core, leg: Leg): void {
  for (const order of leg.orders) {
    if (!order.closesOnly || order.inBook.level === undefined) continue;
    const closable = closableQty(leg, order.side);
    if (closable === 0) {
      cancelOrder(core, order);
    } else if (order.inBook.leavesQty > closable) {
      resize(order.inBook, closable);
      order.qty = (order.cumQty + closable) as Lots;
      reportOrder(core, order, { action: 'Replace', execStatus: 'Replaced' });
      core.journal.keepOrder(order);
    }
  }
}
