/** Accounts as they are made and as they come back from the store. */
import type { PosSide } from '#contract/vocabulary.ts';
import type { AccountID, Rate, Units } from '../commands.ts';
import { rest, show } from '../engine/order-book.ts';
import type { StoredAccount, StoredExchange } from '../store/account-store.ts';
import type { Core } from './core.ts';
import { openOrder, reviveOrder, startWaiting } from './order.ts';
import { RATE_ONE } from './ratio.ts';
import { type Account, type Holding, type Leg, type Listing, NOTHING_CLOSED } from './state.ts';

function createLeg(account: Account, listing: Listing, posSide: PosSide): Leg {
  return {
    account,
    listing,
    posSide,
    size: 0,
    value: 0n,
    leverage: (BigInt(listing.product.defaultLeverage) * RATE_ONE) as Rate,
    addedMargin: 0n,
    termRealisedPnl: 0n,
    termClosing: NOTHING_CLOSED,
    cumClosedPnl: 0n,
    cumTransactFee: 0n,
    cumFundingFee: 0n,
    term: 1,
    execSeq: 0,
    createdNs: 0n,
    transactNs: 0n,
    lastFundingNs: 0n,
    lastTermEndNs: 0n,
    orders: new Set(),
    conditionals: new Set(),
  };
}

function createHolding(account: Account, listing: Listing): Holding {
  return {
    listing,
    posMode: 'OneWay',
    legs: {
      Merged: createLeg(account, listing, 'Merged'),
      Long: createLeg(account, listing, 'Long'),
      Short: createLeg(account, listing, 'Short'),
    },
  };
}

function createAccount(core: Core, from: StoredAccount): Account {
  const account: Account = {
    ...from,
    fees: from.fees ?? core.fees,
    holdings: new Map(),
    openByID: new Map(),
    openByClOrdID: new Map(),
    closed: [],
    fills: [],
  };
  for (const [symbol, listing] of core.listings)
    account.holdings.set(symbol, createHolding(account, listing));
  core.accounts.set(account.id, account);
  return account;
}

/** The account of this name, made and funded if there was none. */
export function openAccount(core: Core, name: string, depositUnits: Units): AccountID {
  for (const account of core.accounts.values()) if (account.name === name) return account.id;
  const id = core.ids.accountNumber() as AccountID;
  const account = createAccount(core, { id, name, deposited: depositUnits, balance: depositUnits });
  core.ledger.deposits += depositUnits;
  core.journal.touchAccount(account);
  return id;
}

/**
 * Puts back what the store holds. Resting orders return to the book in the order in which they had queued, before
 * anybody else trades; conditional ones wait on, and trigger at the first price that is beyond their trigger. Rows of a product that is no longer listed stay in the store, out of sight.
 */
export function restoreAccounts(core: Core, stored: StoredExchange): void {
  for (const row of stored.accounts) createAccount(core, row);
  const holdingOf = (row: { accountID: AccountID; symbol: Listing['product']['symbol'] }) =>
    core.accounts.get(row.accountID)?.holdings.get(row.symbol);
  for (const row of stored.holdings) {
    const holding = holdingOf(row);
    if (holding !== undefined) holding.posMode = row.posMode;
  }
  for (const { accountID, symbol, posSide, ...figures } of stored.legs) {
    const leg = holdingOf({ accountID, symbol })?.legs[posSide];
    if (leg === undefined) continue;
    Object.assign(leg, figures);
    if (leg.size !== 0) leg.listing.positions.add(leg);
  }
  for (const { view, queuedSeq } of stored.openOrders) {
    const leg = holdingOf(view)?.legs[view.posSide];
    if (leg === undefined) continue;
    const order = reviveOrder(leg, view, queuedSeq);
    openOrder(order);
    if (order.ordStatus === 'Untriggered') {
      startWaiting(order);
      continue;
    }
    leg.orders.add(order);
    rest(leg.listing.book, order.inBook);
    if (view.shownQty !== undefined) show(order.inBook, view.shownQty);
  }
  for (const view of stored.closedOrders) core.accounts.get(view.accountID)?.closed.push(view);
  for (const event of stored.fills) core.accounts.get(event.order.accountID)?.fills.push(event);
}
