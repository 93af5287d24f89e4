/**
 * Amending and canceling. A smaller quantity at the same price keeps its place in the queue; anything else leaves
 * the book and comes back at the end, and may trade on the way.
 */
import type {
  AmendOrder,
  CancelAll,
  CancelOrder,
  CommandResult,
  Lots,
  OrderRef,
  Refusal,
} from '../commands.ts';
import { resize, takeOut } from '../engine/order-book.ts';
import { isConditional } from '../order-types.ts';
import { amendConditional } from './conditional-order.ts';
import { type Core, reportOrder, reportRefusal } from './core.ts';
import { cancelOrder } from './end-order.ts';
import { work } from './execution.ts';
import { viewOrder } from './order.ts';
import { type Proposal, refuseCost, refuseNumbers } from './order-check.ts';
import { closableQty } from './position.ts';
import { amendProtections, refuseAmendedProtections } from './protection-check.ts';
import { REFUSALS, refused } from './refusal.ts';
import { type Account, legFor, type Order } from './state.ts';

type Found = { readonly ok: true; readonly order: Order } | { readonly ok: false; readonly refusal: Refusal };

const byRef = (account: Account, ref: OrderRef): Order | undefined =>
  ref.by === 'orderID' ? account.openByID.get(ref.orderID) : account.openByClOrdID.get(ref.clOrdID);

/** The open order that a request means. `posSide` is a check: it must fit the mode, and then the order. */
function findOrder(account: Account, command: AmendOrder | CancelOrder): Found {
  const holding = account.holdings.get(command.symbol);
  if (holding === undefined) return { ok: false, refusal: REFUSALS.symbolInvalid };
  const leg = legFor(holding, command.posSide);
  if (leg === undefined) return { ok: false, refusal: REFUSALS.inconsistentPosMode };
  const order = byRef(account, command.order);
  if (order === undefined || order.leg !== leg) return { ok: false, refusal: REFUSALS.orderNotFound };
  return { ok: true, order };
}

function proposeAmend(order: Order, command: AmendOrder): Proposal {
  const asked = (command.qty ?? order.qty) - order.cumQty;
  const closable = closableQty(order.leg, order.side);
  return {
    leg: order.leg,
    side: order.side,
    ordType: order.ordType,
    price: command.price ?? order.inBook.price,
    leavesQty: (order.closesOnly ? Math.min(asked, closable) : asked) as Lots,
    timeInForce: order.timeInForce,
    closesOnly: order.closesOnly,
    stp: order.instructions?.stp,
    replaces: order,
  };
}

function refuseAmend(order: Order, command: AmendOrder, proposal: Proposal): Refusal | undefined {
  // It waits no more, or never did.
  if (command.triggerPrice !== undefined || command.trailOffset !== undefined) {
    return isConditional(order.ordType) ? REFUSALS.conditionalTriggered : REFUSALS.triggerInvalid;
  }
  if (command.qty !== undefined && command.qty <= order.cumQty) return REFUSALS.replaceToInvalidQty;
  const asked = { ...proposal, leavesQty: ((command.qty ?? order.qty) - order.cumQty) as Lots };
  const numbers = refuseNumbers(asked);
  if (numbers !== undefined) return numbers;
  const instructions = amendProtections(order.instructions, command);
  const isSame =
    proposal.price === order.inBook.price &&
    proposal.leavesQty === order.inBook.leavesQty &&
    instructions === order.instructions;
  if (isSame) return REFUSALS.replaceNotModified;
  const entry = { ...order, price: proposal.price, instructions };
  const protections = refuseAmendedProtections(entry, command);
  if (protections !== undefined) return protections;
  return refuseCost(proposal);
}

export function amendOrder(core: Core, account: Account, command: AmendOrder): CommandResult {
  const found = findOrder(account, command);
  if (!found.ok) return refused(found.refusal);
  const { order } = found;
  if (order.ordStatus === 'Untriggered') return amendConditional(core, order, command);
  const proposal = proposeAmend(order, command);
  const refusal = refuseAmend(order, command, proposal);
  if (refusal !== undefined) {
    reportRefusal(core, viewOrder(order), 'Replace', refusal, order.leg);
    return refused(refusal);
  }
  const keepsPlace = proposal.price === order.inBook.price && proposal.leavesQty <= order.inBook.leavesQty;
  if (keepsPlace) {
    resize(order.inBook, proposal.leavesQty);
  } else {
    takeOut(order.inBook);
    order.inBook.price = proposal.price;
    order.inBook.leavesQty = proposal.leavesQty;
  }
  order.qty = (order.cumQty + proposal.leavesQty) as Lots;
  order.instructions = amendProtections(order.instructions, command);
  order.actionNs = core.clock.nowNs();
  const acked = viewOrder(order);
  reportOrder(core, order, { action: 'Replace', execStatus: 'Replaced' });
  if (keepsPlace) core.journal.keepOrder(order);
  else work(core, order);
  return { ok: true, orders: [{ order: acked, execStatus: 'PendingReplace' }] };
}

export function cancelOne(core: Core, account: Account, command: CancelOrder): CommandResult {
  const found = findOrder(account, command);
  if (!found.ok) return refused(found.refusal);
  const acked = viewOrder(found.order);
  found.order.actionNs = core.clock.nowNs();
  cancelOrder(core, found.order);
  return { ok: true, orders: [{ order: acked, execStatus: 'PendingCancel' }] };
}

/** Either the orders in the market or those that wait for their trigger: the exchange has no word for both. */
export function cancelAll(core: Core, account: Account, command: CancelAll): CommandResult {
  const holding = account.holdings.get(command.symbol);
  if (holding === undefined) return refused(REFUSALS.symbolInvalid);
  const open = Object.values(holding.legs).flatMap((leg) => [
    ...(command.untriggered ? leg.conditionals : leg.orders),
  ]);
  const acked = open.map((order) => ({ order: viewOrder(order), execStatus: 'PendingCancel' as const }));
  for (const order of open) {
    order.actionNs = core.clock.nowNs();
    cancelOrder(core, order);
  }
  return { ok: true, orders: acked };
}
