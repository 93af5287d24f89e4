/** Placing an order: checked whole before anything changes, acknowledged as it stood before matching. */
import type { CommandResult, Lots, OrderView, PlaceOrder, Refusal, Ticks } from '../commands.ts';
import { fillable } from '../engine/order-book.ts';
import { type Core, reportOrder, reportRefusal } from './core.ts';
import { cancelOrder, work } from './execution.ts';
import { closesOnly, createOrder, type NewOrder, OPEN_ORDERS_MAX, viewOrder } from './order.ts';
import { type Proposal, protectedPrice, refuseCost, refuseNumbers } from './order-check.ts';
import { closableQty } from './position.ts';
import { REFUSALS, refused } from './refusal.ts';
import { type Account, type Leg, legFor } from './state.ts';

/** A client's id may come again only after its order has left the account's history of closed orders. */
const isUsed = (account: Account, clOrdID: PlaceOrder['clOrdID']): boolean =>
  // Without an id ("") there is nothing to be the same.
  clOrdID !== '' &&
  (account.openByClOrdID.has(clOrdID) || account.closed.some((order) => order.clOrdID === clOrdID));

/** A market order never waits; the exchange prints ImmediateOrCancel whatever was asked, except FillOrKill. */
const timeInForceOf = ({ ordType, timeInForce }: PlaceOrder) =>
  ordType === 'Market' && timeInForce !== 'FillOrKill' ? 'ImmediateOrCancel' : timeInForce;

function propose(leg: Leg, command: PlaceOrder): Proposal {
  const { side, ordType } = command;
  const closes = closesOnly(leg.posSide, side, command.reduceOnly);
  const price = ordType === 'Market' ? protectedPrice(leg.listing, side) : command.price;
  const closable = closableQty(leg, side);
  return {
    leg,
    side,
    ordType,
    price: price ?? (0 as Ticks),
    leavesQty: closes && closable > 0 ? (Math.min(command.qty, closable) as Lots) : command.qty,
    timeInForce: timeInForceOf(command),
    closesOnly: closes,
  };
}

function refuse(leg: Leg, command: PlaceOrder, proposal: Proposal): Refusal | undefined {
  if (command.ordType === 'Market' && command.timeInForce === 'PostOnly') return REFUSALS.timeInForceInvalid;
  const numbers = refuseNumbers({ ...proposal, leavesQty: command.qty });
  if (numbers !== undefined) return numbers;
  if (isUsed(leg.account, command.clOrdID)) return REFUSALS.clOrdIDDuplicate;
  if (leg.orders.size >= OPEN_ORDERS_MAX) return REFUSALS.activeOrdersExceed;
  if (proposal.closesOnly && closableQty(leg, command.side) === 0) return REFUSALS.reduceOnlyAbort;
  return refuseCost(proposal);
}

function isKilled(leg: Leg, { side, price, leavesQty, timeInForce }: Proposal): boolean {
  if (timeInForce !== 'FillOrKill') return false;
  const isOwn = (order: { account: Account }) => order.account === leg.account;
  return fillable(leg.listing.book, { side, limit: price, qty: leavesQty, isOwn }).qty < leavesQty;
}

export function placeOrder(core: Core, account: Account, command: PlaceOrder): CommandResult {
  const holding = account.holdings.get(command.symbol);
  if (holding === undefined) return refused(REFUSALS.symbolInvalid);
  const leg = legFor(holding, command.posSide);
  const atNs = core.clock.nowNs();
  // An order for a side that the mode has not got is still reported, with the leg that the mode has.
  const reportedLeg = leg ?? holding.legs[command.posSide];
  const proposal = propose(reportedLeg, command);
  const refusal = leg === undefined ? REFUSALS.inconsistentPosMode : refuse(leg, command, proposal);
  const details: NewOrder = {
    orderID: core.ids.orderID(),
    clOrdID: command.clOrdID,
    side: command.side,
    ordType: command.ordType,
    timeInForce: proposal.timeInForce,
    reduceOnly: command.reduceOnly,
    price: proposal.price,
    qty: refusal === undefined ? proposal.leavesQty : command.qty,
    leavesQty: refusal === undefined ? proposal.leavesQty : command.qty,
    atNs,
  };
  const order = createOrder(reportedLeg, details);
  if (refusal !== undefined) {
    const rejected: OrderView = { ...viewOrder(order), ordStatus: 'Rejected' };
    reportRefusal(core, rejected, 'Create', refusal, reportedLeg);
    return refused(refusal);
  }
  const acked = viewOrder(order);
  accept(core, account, order, isKilled(reportedLeg, proposal));
  return { ok: true, orders: [{ order: acked, execStatus: 'PendingNew' }] };
}

function accept(core: Core, account: Account, order: ReturnType<typeof createOrder>, killed: boolean): void {
  account.openByID.set(order.orderID, order);
  account.openByClOrdID.set(order.clOrdID, order);
  order.leg.orders.add(order);
  order.ordStatus = 'New';
  reportOrder(core, order, { action: 'New', execStatus: 'New' });
  if (killed) cancelOrder(core, order, REFUSALS.noEnoughQty);
  else work(core, order);
}
