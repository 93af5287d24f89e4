/**
 * Adding margin to an isolated position and taking it back. The request names what shall be assigned in all
 * (`assignedPosBalanceRv`), not the difference. A position never has less than it costs, and what covers its
 * unrealised loss stays.
 * Source: POST /g-positions/assign, codes 11006 to 11010 of the trading error table.
 */
import type { AssignBalance, CommandResult, Refusal } from '../commands.ts';
import type { Core } from './core.ts';
import { positionCost } from './margin.ts';
import { maxOf } from './ratio.ts';
import { REFUSALS, refused } from './refusal.ts';
import { type Account, type Leg, legFor } from './state.ts';
import { availableBalance, isCross, termsOf, unrealisedPnl } from './used-balance.ts';

function refuseAssign(leg: Leg, added: bigint): Refusal | undefined {
  if (added < 0n) return REFUSALS.cannotRemoveMoreThanAdded;
  const more = added - leg.addedMargin;
  if (more > 0n && more > availableBalance(leg.account, leg.account.fees.taker))
    return REFUSALS.cannotAddMargin;
  const loss = maxOf(0n, -unrealisedPnl(leg));
  return more < 0n && added < loss ? REFUSALS.cannotRemoveDueToLoss : undefined;
}

export function assignBalance(core: Core, account: Account, command: AssignBalance): CommandResult {
  const holding = account.holdings.get(command.symbol);
  if (holding === undefined) return refused(REFUSALS.symbolInvalid);
  const leg = legFor(holding, command.posSide);
  if (leg === undefined) return refused(REFUSALS.inconsistentPosMode);
  const terms = termsOf(leg, account.fees.taker);
  if (terms === undefined) return refused(REFUSALS.noPositionForMargin);
  if (isCross(leg)) return refused(REFUSALS.crossMarginIsShared);
  const added = command.balance - positionCost(terms);
  const refusal = refuseAssign(leg, added);
  if (refusal !== undefined) return refused(refusal);
  leg.addedMargin = added;
  core.journal.touchLeg(leg);
  return { ok: true, orders: [] };
}
