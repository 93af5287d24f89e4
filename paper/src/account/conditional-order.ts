/** Conditional orders: how they begin to wait, are amended while they wait, and are carried out. */
import type { AmendOrder, CommandResult, Instructions, Lots, Refusal } from '../commands.ts';
import { isLimited } from '../order-types.ts';
import { type Plan, refusePlan } from './conditional-check.ts';
import { type Core, reportOrder, reportRefusal } from './core.ts';
import { cancelOrder } from './end-order.ts';
import { enterMarket } from './execution.ts';
import { OPEN_ORDERS_MAX, viewOrder } from './order.ts';
import { type Proposal, protectedPrice, refuseCost } from './order-check.ts';
import { closableQty } from './position.ts';
import { amendProtections, refuseAmendedProtections } from './protection-check.ts';
import { REFUSALS, refused } from './refusal.ts';
import type { Order } from './state.ts';
import { amendTrail } from './trailing.ts';
import { noticeQuotes } from './trigger.ts';
import { leavesOf } from './used-balance.ts';

/** What a triggered order wants of the market, at this moment's prices and with this moment's position. */
function proposalOf(order: Order): Proposal {
  const { leg, side, ordType, timeInForce, closesOnly } = order;
  const closable = closableQty(leg, side);
  return {
    leg,
    side,
    ordType,
    price: isLimited(ordType) ? order.inBook.price : protectedPrice(leg.listing, side),
    leavesQty: (closesOnly ? Math.min(order.qty, closable) : order.qty) as Lots,
    timeInForce,
    closesOnly,
    stp: order.instructions?.stp,
  };
}

function refuseEntry(proposal: Proposal): Refusal | undefined {
  if (proposal.leavesQty === 0) return REFUSALS.reduceOnlyAbort;
  if (proposal.leg.orders.size >= OPEN_ORDERS_MAX) return REFUSALS.activeOrdersExceed;
  return refuseCost(proposal);
}

/** Close-on-trigger: other orders on its side that would leave it too little to close are canceled. */
function makeRoom(core: Core, { leg, side, qty }: Order): void {
  if (leavesOf(leg, side).qty + qty <= closableQty(leg, side)) return;
  for (const other of leg.orders) if (other.side === side) cancelOrder(core, other);
}

function carryOut(core: Core, order: Order): void {
  order.leg.conditionals.delete(order);
  order.ordStatus = 'Triggered';
  reportOrder(core, order, { action: 'New', execStatus: 'Triggered' });
  if (order.instructions?.closeOnTrigger === true) makeRoom(core, order);
  const proposal = proposalOf(order);
  const refusal = refuseEntry(proposal);
  if (refusal !== undefined) {
    order.ordStatus = 'Rejected';
    reportOrder(core, order, { action: 'New', execStatus: 'CreateRejected', refusal });
    core.journal.closeOrder(order);
    return;
  }
  order.inBook.price = proposal.price;
  order.inBook.leavesQty = proposal.leavesQty;
  order.qty = proposal.leavesQty;
  enterMarket(core, order);
}

/** Carries out the orders that are due, and those that become due on the way, by a trade or by what is quoted then. */
export function carryOutDue(core: Core): void {
  do {
    for (let order = core.due.shift(); order !== undefined; order = core.due.shift()) {
      // An earlier one may have closed its position, and so ended it.
      if (order.ordStatus === 'Untriggered') carryOut(core, order);
    }
  } while (noticeQuotes(core));
}

/** The end of everything that may move a price: what it triggered happens, then all of it is kept and told. */
export function conclude(core: Core): void {
  carryOutDue(core);
  core.journal.commit();
}

function amendInstructions(order: Order, command: AmendOrder): Instructions | undefined {
  const amended = amendProtections(order.instructions, command);
  if (amended === undefined || command.trailOffset === undefined) return amended;
  return amendTrail(order.side, amended, command.trailOffset);
}

function amendedPlan(order: Order, command: AmendOrder): Plan {
  const { trigger, ...others } = amendInstructions(order, command) ?? {};
  const amended = trigger && {
    ...trigger,
    price: command.triggerPrice ?? trigger.price,
    source: command.triggerSource ?? trigger.source,
  };
  return {
    ...order,
    price: command.price ?? order.inBook.price,
    qty: command.qty ?? order.qty,
    instructions: amended === undefined ? others : { ...others, trigger: amended },
  };
}

function refuseAmend(order: Order, command: AmendOrder, plan: Plan): Refusal | undefined {
  const { instructions } = plan;
  const before = order.instructions?.trigger;
  const trigger = instructions?.trigger;
  if (trigger === undefined || before === undefined) return REFUSALS.triggerInvalid;
  if (command.price !== undefined && !isLimited(order.ordType)) return REFUSALS.cannotReplacePrice;
  // Clients that send everything along send the size it has.
  if (plan.qty !== order.qty && instructions?.isWholePosition === true) return REFUSALS.cannotReplaceQty;
  if (command.trailOffset !== undefined && instructions?.trail === undefined) {
    return REFUSALS.pegPriceTypeInvalid;
  }
  // What it followed so far was another price.
  if (instructions?.trail?.best !== undefined && trigger.source !== before.source)
    return REFUSALS.triggerInvalid;
  const isSame =
    plan.price === order.inBook.price &&
    plan.qty === order.qty &&
    trigger.price === before.price &&
    trigger.source === before.source &&
    command.trailOffset === undefined &&
    command.takeProfit === undefined &&
    command.stopLoss === undefined;
  if (isSame) return REFUSALS.replaceNotModified;
  return refusePlan(plan, trigger) ?? refuseAmendedProtections(plan, command);
}

export function amendConditional(core: Core, order: Order, command: AmendOrder): CommandResult {
  const plan = amendedPlan(order, command);
  const refusal = refuseAmend(order, command, plan);
  if (refusal !== undefined) {
    reportRefusal(core, viewOrder(order), 'Replace', refusal, order.leg);
    return refused(refusal);
  }
  order.inBook.price = plan.price;
  order.qty = plan.qty;
  order.instructions = plan.instructions;
  order.actionNs = core.clock.nowNs();
  const acked = viewOrder(order);
  reportOrder(core, order, { action: 'Replace', execStatus: 'Replaced' });
  core.journal.keepOrder(order);
  return { ok: true, orders: [{ order: acked, execStatus: 'PendingReplace' }] };
}
