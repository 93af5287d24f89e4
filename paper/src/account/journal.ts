/**
 * What one command, one trade or one mark price did: the events it raised and the rows it changed.
 * `commit` first writes the rows in one transaction, then tells the listeners, so nobody hears of what was not kept.
 * A listener may act on the exchange; what it causes is told after everything that happened before it.
 */

import type { OrderView } from '../commands.ts';
import type { ClosedPositionEvent, ExchangeEvent, FundingFeeEvent, Listener, OrderEvent } from '../events.ts';
import type {
  AccountStore,
  StoredAccount,
  StoredHolding,
  StoredLeg,
  StoredOrder,
} from '../store/account-store.ts';
import type { Ids } from './ids.ts';
import { CLOSED_ORDERS_MAX, FILLS_MAX, trimHistory, viewOrder } from './order.ts';
import { viewPosition, viewWallet } from './position-view.ts';
import type { Account, Holding, Ledger, Leg, Order } from './state.ts';
import { availableBalance } from './used-balance.ts';

export interface Journal {
  emit(event: ExchangeEvent): void;
  /** The account's balance, or anything else that its wallet shows. */
  touchAccount(account: Account): void;
  touchHolding(account: Account, holding: Holding): void;
  touchLeg(leg: Leg): void;
  /** The order rests, and something about it changed. */
  keepOrder(order: Order): void;
  /** The order is over: it leaves the account's open orders and enters its history. */
  closeOrder(order: Order): void;
  keepFill(account: Account, event: OrderEvent): void;
  keepFundingFee(event: FundingFeeEvent): void;
  keepClosedPosition(event: ClosedPositionEvent): void;
  /** Ids were used that must not come again. */
  touchCounters(): void;
  commit(): void;
  subscribe(listener: Listener): () => void;
}

export interface JournalParts {
  readonly store: AccountStore;
  readonly ids: Ids;
  readonly ledger: Ledger;
}

interface Dirty {
  readonly accounts: Set<Account>;
  readonly holdings: Map<Holding, Account>;
  readonly legs: Set<Leg>;
  readonly openOrders: Set<Order>;
  closed: OrderView[];
  fills: OrderEvent[];
  fundingFees: FundingFeeEvent[];
  closedPositions: ClosedPositionEvent[];
  counters: boolean;
}

export function createJournal(parts: JournalParts): Journal {
  const dirty: Dirty = {
    accounts: new Set(),
    holdings: new Map(),
    legs: new Set(),
    openOrders: new Set(),
    closed: [],
    fills: [],
    fundingFees: [],
    closedPositions: [],
    counters: false,
  };
  const outbox = createOutbox();
  return {
    emit: outbox.push,
    touchAccount: (account) => {
      dirty.accounts.add(account);
    },
    touchHolding: (account, holding) => {
      dirty.accounts.add(account);
      dirty.holdings.set(holding, account);
    },
    touchLeg: (leg) => {
      dirty.accounts.add(leg.account);
      dirty.legs.add(leg);
    },
    keepOrder: (order) => {
      dirty.openOrders.add(order);
    },
    closeOrder(order) {
      dirty.openOrders.delete(order);
      dirty.closed.push(retire(order));
    },
    keepFill(account, event) {
      account.fills.push(event);
      trimHistory(account.fills, FILLS_MAX);
      dirty.fills.push(event);
    },
    keepFundingFee: (event) => {
      dirty.fundingFees.push(event);
    },
    keepClosedPosition: (event) => {
      dirty.closedPositions.push(event);
    },
    touchCounters: () => {
      dirty.counters = true;
    },
    commit() {
      if (dirty.accounts.size > 0 || dirty.counters) {
        writeDirty(parts, dirty);
        for (const account of dirty.accounts) outbox.push(accountEvent(account, dirty.legs));
        clear(dirty);
      }
      outbox.deliver();
    },
    subscribe: outbox.subscribe,
  };
}

function retire(order: Order): OrderView {
  const { account, leg } = order;
  leg.orders.delete(order);
  leg.conditionals.delete(order);
  leg.listing.waiting.delete(order);
  account.openByID.delete(order.orderID);
  account.openByClOrdID.delete(order.clOrdID);
  const view = viewOrder(order);
  account.closed.push(view);
  trimHistory(account.closed, CLOSED_ORDERS_MAX);
  return view;
}

function createOutbox() {
  const listeners = new Set<Listener>();
  let waiting: ExchangeEvent[] = [];
  let isDelivering = false;
  return {
    push(event: ExchangeEvent) {
      waiting.push(event);
    },
    deliver() {
      if (isDelivering) return;
      isDelivering = true;
      try {
        while (waiting.length > 0) {
          const batch = waiting;
          waiting = [];
          for (const event of batch) for (const listener of listeners) listener(event);
        }
      } finally {
        isDelivering = false;
      }
    },
    subscribe(listener: Listener) {
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
      };
    },
  };
}

function accountEvent(account: Account, dirtyLegs: ReadonlySet<Leg>): ExchangeEvent {
  const available = availableBalance(account, account.fees.taker);
  const positions = [...dirtyLegs]
    .filter((leg) => leg.account === account)
    .map((leg) => viewPosition(leg, account.fees.taker, available));
  return {
    kind: 'account',
    accountID: account.id,
    wallet: viewWallet(account, account.fees.taker),
    positions,
  };
}

function writeDirty({ store, ids, ledger }: JournalParts, dirty: Dirty): void {
  store.write({
    counters: ids.counters,
    ledger,
    accounts: [...dirty.accounts].map(storedAccount),
    holdings: [...dirty.holdings].map(([holding, account]) => storedHolding(account, holding)),
    legs: [...dirty.legs].map(storedLeg),
    openOrders: [...dirty.openOrders].map(storedOrder),
    closedOrders: dirty.closed,
    fills: dirty.fills,
    fundingFees: dirty.fundingFees,
    closedPositions: dirty.closedPositions,
  });
}

function clear(dirty: Dirty): void {
  dirty.accounts.clear();
  dirty.holdings.clear();
  dirty.legs.clear();
  dirty.openOrders.clear();
  dirty.closed = [];
  dirty.fills = [];
  dirty.fundingFees = [];
  dirty.closedPositions = [];
  dirty.counters = false;
}

const storedAccount = ({ id, name, deposited, balance, fees }: Account): StoredAccount => ({
  id,
  name,
  deposited,
  balance,
  fees,
});

const storedHolding = (account: Account, { listing, posMode }: Holding): StoredHolding => ({
  accountID: account.id,
  symbol: listing.product.symbol,
  posMode,
});

const storedOrder = (order: Order): StoredOrder => ({ view: viewOrder(order), queuedSeq: order.queuedSeq });

function storedLeg({
  account,
  listing,
  orders: _orders,
  conditionals: _waiting,
  ...figures
}: Leg): StoredLeg {
  return { accountID: account.id, symbol: listing.product.symbol, ...figures };
}
