/** What the rules beside this file share: the accounts, the books, and where changes are noted. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Clock } from '../clock.ts';
import type { AccountID, Lots, OrderView, Refusal } from '../commands.ts';
import type { ClosedPositionEvent, Execution, OrderEvent } from '../events.ts';
import type { Ids } from './ids.ts';
import { changeFund } from './insurance-fund.ts';
import type { Journal } from './journal.ts';
import { viewOrder } from './order.ts';
import type { EndedPosition } from './position.ts';
import {
  type Account,
  asUnits,
  type FeeRates,
  type Ledger,
  type Leg,
  type Listing,
  type Order,
  positionSide,
} from './state.ts';

export interface Core {
  readonly clock: Clock;
  /** Of a new account. */
  readonly fees: FeeRates;
  readonly listings: ReadonlyMap<ProductSymbol, Listing>;
  readonly accounts: Map<AccountID, Account>;
  readonly ids: Ids;
  readonly ledger: Ledger;
  readonly journal: Journal;
  /** Conditional orders whose trigger a price has reached, first come first. */
  readonly due: Order[];
  /** Books that changed while orders wait there: what is quoted now has not been looked at yet. */
  readonly requoted: Set<Listing>;
}

export interface OrderNews {
  readonly action: OrderEvent['action'];
  readonly execStatus: OrderEvent['execStatus'];
  readonly execution?: Execution;
  /** Why the matching engine ended it, where it says so. */
  readonly refusal?: Refusal;
}

/** Says what happened to an order; the event carries the order as it now stands. */
export function reportOrder(core: Core, order: Order, news: OrderNews): OrderEvent {
  order.execSeq = core.ids.execSeq();
  order.leg.execSeq = order.execSeq;
  order.transactNs = core.clock.nowNs();
  const event: OrderEvent = Object.freeze({
    kind: 'order',
    order: viewOrder(order),
    ...news,
    posSizeAfter: Math.abs(order.leg.size) as Lots,
    posSideAfter: positionSide(order.leg),
    balanceAfter: asUnits(order.account.balance),
  });
  core.journal.emit(event);
  core.journal.touchLeg(order.leg);
  return event;
}

/** Says that a request concerning an order was refused. The order, its leg and the account stay as they were. */
export function reportRefusal(
  core: Core,
  order: OrderView,
  of: 'Create' | 'Replace',
  refusal: Refusal,
  leg: Leg,
): void {
  core.journal.emit(
    Object.freeze({
      kind: 'order',
      order: Object.freeze({ ...order, execSeq: core.ids.execSeq(), transactNs: core.clock.nowNs() }),
      action: of === 'Create' ? 'New' : 'Replace',
      execStatus: `${of}Rejected` as const,
      refusal,
      posSizeAfter: Math.abs(leg.size) as Lots,
      posSideAfter: positionSide(leg),
      balanceAfter: asUnits(leg.account.balance),
    }),
  );
  core.journal.touchCounters();
}

/** Says that a position is over, and enters it into the history. */
export function reportClosedPosition(core: Core, leg: Leg, ended: EndedPosition): void {
  const { entryValue, exitValue, closedPnl, fee, fundingFee } = ended;
  const event: ClosedPositionEvent = Object.freeze({
    kind: 'closed-position',
    accountID: leg.account.id,
    symbol: leg.listing.product.symbol,
    posSide: leg.posSide,
    side: ended.side,
    qty: ended.qty as Lots,
    entryValue: asUnits(entryValue),
    exitValue: asUnits(exitValue),
    closedPnl: asUnits(closedPnl),
    fee: asUnits(fee),
    fundingFee: asUnits(fundingFee),
    leverage: leg.leverage,
    term: ended.term,
    openedNs: ended.openedNs,
    closedNs: leg.transactNs,
    execSeq: core.ids.execSeq(),
  });
  core.journal.emit(event);
  core.journal.keepClosedPosition(event);
}

/** Moves money into (or out of) an account. What it cannot pay, the insurance fund does: no balance is negative. */
export function settle(core: Core, account: Account, amount: bigint): void {
  account.balance += amount;
  if (account.balance < 0n) {
    const shortfall = -account.balance;
    core.ledger.insurance += shortfall;
    account.balance = 0n;
    changeFund(core, -shortfall, 'shortfall');
  }
  core.journal.touchAccount(account);
}
