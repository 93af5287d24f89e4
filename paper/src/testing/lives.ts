/**
 * The part of the auditor (auditor.ts) that follows each order from its first message to its last: whatever amends,
 * cancels and fills it at once, it goes through documented states alone and ends in exactly one.
 */
import type { OrderID } from '#contract/brand.ts';
import type { AckedOrder, Command, CommandResult, OrderView } from '../commands.ts';
import type { OrderEvent } from '../events.ts';

type Status = OrderView['ordStatus'];

/** What may be told of an order after each state, that state again included; nothing after an end. */
const NEXT: Readonly<Record<Status, readonly Status[]>> = {
  Created: [],
  Untriggered: ['Untriggered', 'Triggered', 'Deactivated'],
  Triggered: ['New', 'Rejected'],
  New: ['New', 'PartiallyFilled', 'Filled', 'Canceled'],
  PartiallyFilled: ['PartiallyFilled', 'Filled', 'Canceled'],
  Filled: [],
  Canceled: [],
  Deactivated: [],
  Rejected: [],
};
const FIRST: readonly Status[] = ['New', 'Untriggered', 'Rejected'];

const hasEnded = (status: Status): boolean => NEXT[status].length === 0;

function demand(isTrue: boolean, claim: string): void {
  if (!isTrue) throw new Error(`Does not add up: [RACE1] ${claim}`);
}

export interface Lives {
  record(event: OrderEvent): void;
  /** `open`: every open order of every account. */
  check(open: readonly OrderView[]): void;
}

export function createLives(): Lives {
  const told = new Map<OrderID, OrderView>();
  let alive = 0;
  return {
    record({ order }) {
      const { orderID, ordStatus, cumQty, qty, leavesQty } = order;
      const before = told.get(orderID);
      const mayFollow = before === undefined ? FIRST : NEXT[before.ordStatus];
      demand(
        mayFollow.includes(ordStatus),
        `${before?.ordStatus ?? 'nothing'} is not followed by ${ordStatus}`,
      );
      demand(cumQty >= (before?.cumQty ?? 0), 'what is filled stays filled');
      demand((ordStatus === 'Filled') === (cumQty > 0 && cumQty >= qty), 'filled is filled whole');
      const isOver = ordStatus === 'Filled' || ordStatus === 'Canceled' || ordStatus === 'Deactivated';
      demand(!isOver || leavesQty === 0, 'what is over has nothing open');
      if (before === undefined && !hasEnded(ordStatus)) alive += 1;
      if (before !== undefined && hasEnded(ordStatus)) alive -= 1;
      told.set(orderID, order);
    },
    check(open) {
      demand(open.length === alive, 'open is what was told to be, and nothing else');
      for (const { orderID, ordStatus, cumQty, leavesQty, qty } of open) {
        const last = told.get(orderID);
        const isTold =
          last?.ordStatus === ordStatus &&
          last.cumQty === cumQty &&
          last.leavesQty === leavesQty &&
          last.qty === qty;
        demand(isTold, 'an open order is as it was last told');
      }
    },
  };
}

const NOT_FOUND = [10002, 20004];
const PENDING: Partial<Record<Command['kind'], AckedOrder['execStatus']>> = {
  amend: 'PendingReplace',
  cancel: 'PendingCancel',
};

/** What a request about one order is answered, `wasOpen` at that moment. */
export function checkAnswer(command: Command, result: CommandResult, wasOpen: boolean): void {
  if (command.kind !== 'amend' && command.kind !== 'cancel') return;
  if (!wasOpen) demand(!result.ok && NOT_FOUND.includes(result.refusal.code), 'what is over is not found');
  else if (command.kind === 'cancel') demand(result.ok, 'what is open can be canceled');
  else if (!result.ok) demand(!NOT_FOUND.includes(result.refusal.code), 'what is open is found');
  if (result.ok)
    demand(result.orders[0]?.execStatus === PENDING[command.kind], 'what was done is acknowledged');
}
