/** Placing an order: checked whole before anything changes, acknowledged as it stood before matching. */
import type { TimeInForce } from '#contract/vocabulary.ts';
import type {
  CommandResult,
  Instructions,
  Lots,
  OrderView,
  PlaceOrder,
  Refusal,
  Ticks,
} from '../commands.ts';
import { isConditional, isLimited, restsLeftOver } from '../order-types.ts';
import { refuseConditional } from './conditional-check.ts';
import { type Core, reportRefusal } from './core.ts';
import { enterMarket } from './execution.ts';
import { closesOnly, createOrder, OPEN_ORDERS_MAX, openOrder, viewOrder } from './order.ts';
import { type Proposal, protectedPrice, refuseCost, refuseNumbers } from './order-check.ts';
import { closableQty } from './position.ts';
import { refuseProtections } from './protection-check.ts';
import { REFUSALS, refused } from './refusal.ts';
import { type Account, type Leg, legFor, type Order } from './state.ts';
import { beginTrail } from './trailing.ts';
import { register, watchedPrice } from './trigger.ts';

/** A client's id may come again only after its order has left the account's history of closed orders. */
const isUsed = (account: Account, clOrdID: PlaceOrder['clOrdID']): boolean =>
  // Without an id ("") there is nothing to be the same.
  clOrdID !== '' &&
  (account.openByClOrdID.has(clOrdID) || account.closed.some((order) => order.clOrdID === clOrdID));

/** A market order never waits; the exchange prints ImmediateOrCancel whatever was asked, except FillOrKill. */
function timeInForceOf({ ordType, timeInForce }: PlaceOrder): TimeInForce {
  if (isLimited(ordType) || restsLeftOver(ordType) || timeInForce === 'FillOrKill') return timeInForce;
  return 'ImmediateOrCancel';
}

function propose(leg: Leg, command: PlaceOrder): Proposal {
  const { side, ordType } = command;
  const closes = closesOnly(leg.posSide, side, command.reduceOnly);
  const price = isLimited(ordType) ? command.price : protectedPrice(leg.listing, side);
  const closable = closableQty(leg, side);
  return {
    leg,
    side,
    ordType,
    price: price ?? (0 as Ticks),
    leavesQty: closes && closable > 0 ? (Math.min(command.qty, closable) as Lots) : command.qty,
    timeInForce: timeInForceOf(command),
    closesOnly: closes,
    stp: command.instructions?.stp,
  };
}

function refuseActive(command: PlaceOrder, proposal: Proposal): Refusal | undefined {
  const { leg } = proposal;
  const numbers = refuseNumbers({ ...proposal, leavesQty: command.qty });
  if (numbers !== undefined) return numbers;
  if (leg.orders.size >= OPEN_ORDERS_MAX) return REFUSALS.activeOrdersExceed;
  if (proposal.closesOnly && closableQty(leg, command.side) === 0) return REFUSALS.reduceOnlyAbort;
  return refuseCost(proposal);
}

function refuse(leg: Leg, command: PlaceOrder, draft: Draft): Refusal | undefined {
  if (!isLimited(command.ordType) && command.timeInForce === 'PostOnly') return REFUSALS.timeInForceInvalid;
  if (isUsed(leg.account, command.clOrdID)) return REFUSALS.clOrdIDDuplicate;
  return draft.refuse() ?? refuseProtections({ ...command, leg, price: draft.price });
}

/** What an order starts with, and what there is to be said against it. */
interface Draft {
  readonly price: Ticks;
  readonly qty: Lots;
  readonly leavesQty: Lots;
  readonly instructions: Instructions | undefined;
  readonly refuse: () => Refusal | undefined;
}

function draftActive(leg: Leg, command: PlaceOrder): Draft {
  const proposal = propose(leg, command);
  const { price, leavesQty } = proposal;
  const { instructions } = command;
  return { price, qty: leavesQty, leavesQty, instructions, refuse: () => refuseActive(command, proposal) };
}

function draftConditional(leg: Leg, command: PlaceOrder): Draft {
  const price = command.price ?? (0 as Ticks);
  const { side, instructions: asked } = command;
  const now = asked?.trigger && watchedPrice(leg.listing, asked.trigger.source);
  const instructions = asked && beginTrail(side, asked, now);
  return {
    price,
    instructions,
    qty: instructions?.isWholePosition === true ? closableQty(leg, command.side) : command.qty,
    leavesQty: 0 as Lots,
    refuse: () => refuseConditional({ ...command, leg, price, instructions }),
  };
}

export function placeOrder(core: Core, account: Account, command: PlaceOrder): CommandResult {
  const holding = account.holdings.get(command.symbol);
  if (holding === undefined) return refused(REFUSALS.symbolInvalid);
  const leg = legFor(holding, command.posSide);
  // An order for a side that the mode has not got is still reported, with the leg that the mode has.
  const reportedLeg = leg ?? holding.legs[command.posSide];
  const waits = isConditional(command.ordType);
  const draft = waits ? draftConditional(reportedLeg, command) : draftActive(reportedLeg, command);
  const refusal = leg === undefined ? REFUSALS.inconsistentPosMode : refuse(leg, command, draft);
  const asked = { ...draft, qty: command.qty, leavesQty: command.qty };
  const order = createOrder(reportedLeg, {
    ...(refusal === undefined ? draft : asked),
    orderID: core.ids.orderID(),
    clOrdID: command.clOrdID,
    side: command.side,
    ordType: command.ordType,
    timeInForce: timeInForceOf(command),
    reduceOnly: command.reduceOnly,
    atNs: core.clock.nowNs(),
  });
  if (refusal !== undefined) {
    const rejected: OrderView = { ...viewOrder(order), ordStatus: 'Rejected' };
    reportRefusal(core, rejected, 'Create', refusal, reportedLeg);
    return refused(refusal);
  }
  openOrder(order);
  return waits ? acceptConditional(core, order) : acceptActive(core, order);
}

function acceptConditional(core: Core, order: Order): CommandResult {
  register(core, order);
  // Nothing has been transacted yet: the exchange prints the time of the request twice.
  const acked = { ...viewOrder(order), transactNs: order.actionNs };
  return { ok: true, orders: [{ order: acked, execStatus: 'Registered' }] };
}

function acceptActive(core: Core, order: Order): CommandResult {
  const acked = viewOrder(order);
  enterMarket(core, order);
  return { ok: true, orders: [{ order: acked, execStatus: 'PendingNew' }] };
}
