/** Tells the trader what happens to the account: fills, and orders the exchange did not take, or took back. */
import type { AccountUpdate, Fill, Order } from '#contract/model.ts';
import { placementAnswer } from '../exchange/commands.ts';
import { productNow } from '../market/products.ts';
import { type News, notify } from '../workspace/notices.ts';
import { fillNotice, rejectionNotice } from './notice-text.ts';

function byOrder(fills: readonly Fill[]): Iterable<[Fill, ...Fill[]]> {
  const groups = new Map<string, [Fill, ...Fill[]]>();
  for (const fill of fills) {
    const key = fill.orderID ?? fill.execID;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [fill]);
    else group.push(fill);
  }
  return groups.values();
}

/** A refusal that the ticket will show as the answer to its request is not told twice. */
async function tellRejection(order: Order, notice: News): Promise<void> {
  const answer = await placementAnswer(order.clOrdID);
  if (answer === undefined || answer.ok || answer.problem.kind !== 'refused-by-exchange') notify(notice);
}

export function tellOfAccount(update: AccountUpdate): void {
  for (const fills of byOrder(update.fills)) notify(fillNotice(fills, productNow));
  for (const order of update.orders) {
    const notice = rejectionNotice(order);
    if (notice !== undefined) void tellRejection(order, notice);
  }
}
