/** Sets, moves and takes back the take-profit and stop-loss of a held position, from wherever on the screen it is asked. */
import type { Position } from '#contract/model.ts';
import { monoMs } from '../lib/mono-ms.ts';
import { notify } from '../workspace/notices.ts';
import { accountStore, orderNow } from './account-store.ts';
import { exchangePlacer } from './exchange-placer.ts';
import { amendOpenOrder, cancelOpenOrder } from './order-actions.ts';
import type { ProtectionChange } from './protection.ts';
import { createProtector } from './protector.ts';

const protector = createProtector({
  openOrders: () => accountStore.getState().openOrders.values(),
  amend: amendOpenOrder,
  cancel: cancelOpenOrder,
  newPlacer: exchangePlacer,
  isTold: (clOrdID) => orderNow(accountStore.getState(), clOrdID) !== undefined,
  nowMs: monoMs,
  notify,
});

/** Answers with the purposes of which the change was not taken (or nobody knows); why has been told in a notice. */
export const protect = (position: Position, changes: readonly ProtectionChange[]) =>
  protector.protect(position, changes);
