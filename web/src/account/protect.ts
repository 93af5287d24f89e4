/** Sets, moves and takes back the take-profit and stop-loss of a held position. */
import type { Price } from '#contract/brand.ts';
import type { Position } from '#contract/model.ts';
import type { TriggerSource } from '#contract/vocabulary.ts';
import { accountStore } from './account-store.ts';
import { legKey } from './apply-account.ts';
import { sendForLeg } from './leg-orders.ts';
import { amendOpenOrder, cancelOpenOrder } from './order-actions.ts';
import type { OrderPlan } from './placement.ts';
import { protectionMove, protectionPlan, protectionsOf } from './protection.ts';
import type { Purpose } from './protection-entry.ts';

export interface ProtectionChange {
  readonly purpose: Purpose;
  /** Absent: taken back. */
  readonly price?: Price | undefined;
}

/** What stands is moved or canceled at once; what is new is placed, one after the other. */
export function protect(
  position: Position,
  changes: readonly ProtectionChange[],
  source: TriggerSource = 'ByMarkPrice',
): void {
  const known = protectionsOf(position, accountStore.getState().openOrders.values());
  const plans: OrderPlan[] = [];
  for (const { purpose, price } of changes) {
    const order = known[purpose];
    if (price === undefined) {
      if (order !== undefined) void cancelOpenOrder(order);
    } else if (order === undefined) {
      plans.push(protectionPlan(position, { purpose, price, source }));
    } else if (order.trigger?.price !== price) {
      void amendOpenOrder(order, protectionMove(order, price));
    }
  }
  const [first, ...rest] = plans;
  if (first !== undefined) sendForLeg(legKey(position), 'protect', [first, ...rest]);
}
