/**
 * Liquidation by mark price. First the account's open orders go, since what they lock may save the position (a cross
 * account's all, an isolated leg's own); if it is still lost, the whole position is closed by a market order,
 * and whatever the book does not take, the insurance fund takes over at the bankruptcy price.
 * An isolated position never costs more than its margin: the insurance fund pays the rest.
 * Source: https://phemex.com/help-center, "Liquidation"; the order itself is simplified to one step.
 */
import type { ClOrdID } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';
import type { Lots, Ticks } from '../commands.ts';
import { opposite } from '../engine/order-book.ts';
import { type Core, reportOrder, settle } from './core.ts';
import { cancelOrder, fillOrder, trade } from './execution.ts';
import { createOrder } from './order.ts';
import { type Account, type Leg, legsInUse } from './state.ts';
import { assignedBalance, availableBalance, figuresOf, isCross } from './used-balance.ts';

function isDoomed(leg: Leg): boolean {
  const { mark } = leg.listing;
  if (mark === undefined || leg.size === 0) return false;
  const available = availableBalance(leg.account, leg.account.fees.taker);
  return figuresOf(leg, leg.account.fees.taker, available)?.isLiquidatedAt(mark) ?? false;
}

const allLegs = (account: Account): readonly Leg[] => [...account.holdings.values()].flatMap(legsInUse);

/** Liquidates what the mark prices demand. Every round closes a leg, so it ends. */
export function liquidateAccount(core: Core, account: Account): void {
  for (;;) {
    const doomed = allLegs(account).find((leg) => isDoomed(leg));
    if (doomed === undefined) return;
    freeOpenOrders(core, doomed);
    if (isDoomed(doomed)) closePosition(core, doomed);
  }
}

function freeOpenOrders(core: Core, leg: Leg): void {
  const from = isCross(leg) ? allLegs(leg.account) : [leg];
  for (const order of from.flatMap((each) => [...each.orders])) cancelOrder(core, order);
}

function closePosition(core: Core, leg: Leg): void {
  const { account, listing } = leg;
  const figures = figuresOf(leg, account.fees.taker, availableBalance(account, account.fees.taker));
  const lossMax = isCross(leg) ? undefined : assignedBalance(leg, account.fees.taker);
  const balanceBefore = account.balance;
  const side: Side = opposite(leg.size > 0 ? 'Buy' : 'Sell');
  const qty = Math.abs(leg.size) as Lots;
  const orderID = core.ids.orderID();
  const order = createOrder(leg, {
    orderID,
    clOrdID: `liq-${orderID}` as ClOrdID,
    side,
    ordType: 'Market',
    timeInForce: 'ImmediateOrCancel',
    reduceOnly: true,
    price: side === 'Buy' ? listing.product.priceMax : listing.product.priceMin,
    qty,
    leavesQty: qty,
    atNs: core.clock.nowNs(),
  });
  order.ordStatus = 'New';
  reportOrder(core, order, { action: 'New', execStatus: 'New' });
  trade(core, listing, order.inBook);
  const left = order.inBook.leavesQty;
  if (left > 0) {
    order.inBook.leavesQty = 0 as Lots;
    fillOrder(core, order, { price: figures?.bankruptPrice ?? (1 as Ticks), qty: left, isMaker: false });
  }
  if (lossMax === undefined) return;
  const excess = balanceBefore - account.balance - lossMax;
  if (excess > 0n) {
    core.ledger.insurance += excess;
    settle(core, account, excess);
  }
}
