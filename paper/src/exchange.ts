/**
 * The exchange's only door: commands of accounts and the simulated crowd's orders go in, events come out.
 * Deterministic: the same calls at the same clock give the same events. Prices are ticks, quantities lots,
 * money 10⁻¹² of the settle currency.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';
import { amendOrder, cancelAll, cancelOne } from './account/amend-order.ts';
import { assignBalance } from './account/assign-balance.ts';
import { type Bank, createBank } from './account/bank.ts';
import { carryOutDue, conclude } from './account/conditional-order.ts';
import type { Core } from './account/core.ts';
import { createCrowd } from './account/crowd.ts';
import { chargeFunding } from './account/funding.ts';
import { createIds, NO_COUNTS } from './account/ids.ts';
import { INSURANCE_FUND_START } from './account/insurance-fund.ts';
import { createJournal } from './account/journal.ts';
import { liquidateAccount, liquidateHolders } from './account/liquidation.ts';
import { openAccount, restoreAccounts } from './account/opening.ts';
import { viewOrder } from './account/order.ts';
import { placeOrder } from './account/place-order.ts';
import { viewPosition, viewWallet } from './account/position-view.ts';
import { setLeverage, switchPosMode } from './account/settings.ts';
import { type Account, type Ledger, type Listing, legsInUse, type Order } from './account/state.ts';
import { noticePrice } from './account/trigger.ts';
import { availableBalance } from './account/used-balance.ts';
import type { Clock } from './clock.ts';
import type { AccountID, Command, CommandResult, Lots, OrderView, Rate, Ticks, Units } from './commands.ts';
import { bestPrice, createOrderBook, topLevels } from './engine/order-book.ts';
import type { Listener, OrderEvent, PositionView, WalletView } from './events.ts';
import { MAKER_FEE_RATE, type ProductSpec, TAKER_FEE_RATE } from './product-spec.ts';
import type { AccountStore } from './store/account-store.ts';
import type { History } from './store/history.ts';

export interface ExchangeOptions {
  readonly products: readonly ProductSpec[];
  readonly clock: Clock;
  readonly store: AccountStore;
  readonly makerFeeRate?: Rate;
  readonly takerFeeRate?: Rate;
  /** What a new exchange's insurance fund begins with; one that was stored goes on with what it has. */
  readonly insuranceFund?: Units;
}

/** A resting order of the crowd. Live: `leavesQty` falls as it is filled and is zero once it is gone. */
export interface CrowdOrder {
  readonly side: Side;
  readonly price: Ticks;
  readonly leavesQty: Lots;
}

/** Orders of the simulated crowd: no account, no margin, no fees. */
export interface Crowd {
  /** The resting order, or undefined when nothing rests (filled whole, or post-only and crossing). */
  limit(
    symbol: ProductSymbol,
    side: Side,
    price: Ticks,
    qty: Lots,
    postOnly: boolean,
  ): CrowdOrder | undefined;
  /** Takes what rests up to `qty`; returns what was filled. */
  market(symbol: ProductSymbol, side: Side, qty: Lots): Lots;
  cancel(order: CrowdOrder): void;
  /** A smaller quantity keeps its place in the queue, a larger one goes to the end; zero cancels. */
  resize(order: CrowdOrder, qty: Lots): void;
}

export interface BookView {
  readonly bestBid?: Ticks;
  readonly bestAsk?: Ticks;
  /** Best first, at most `max`. */
  levels(side: Side, max: number): readonly (readonly [Ticks, Lots])[];
}

export interface Exchange {
  /** Opens (or reopens from the store) an account; a new one is funded with `depositUnits`. */
  openAccount(name: string, depositUnits: Units): AccountID;
  apply(account: AccountID, command: Command): CommandResult;
  readonly crowd: Crowd;
  readonly bank: Bank;
  /** The index price, to the nearest tick. */
  setIndexPrice(symbol: ProductSymbol, index: Ticks): void;
  /** The last price of before this exchange opened; afterwards its own trades say it. */
  setLastPrice(symbol: ProductSymbol, last: Ticks): void;
  /** Revalues positions and liquidates those below maintenance by a market order. */
  setMarkPrice(symbol: ProductSymbol, mark: Ticks): void;
  /** Fee = position value at mark × rate; long pays short when positive. */
  chargeFunding(symbol: ProductSymbol, rate: Rate): void;
  book(symbol: ProductSymbol): BookView;
  openOrders(account: AccountID, symbol?: ProductSymbol): readonly OrderView[];
  /** Up to 100 closed orders, newest first. */
  recentOrders(account: AccountID): readonly OrderView[];
  /** All that is remembered, in pages. */
  readonly history: History;
  /** Up to 100 events with an execution, newest first. */
  recentFills(account: AccountID): readonly OrderEvent[];
  /** One row per product (two when hedged), flat ones included. */
  positions(account: AccountID): readonly PositionView[];
  wallet(account: AccountID): WalletView;
  /** Every unit of money that entered or left accounts other than by trading. */
  ledger(): Readonly<Ledger>;
  /**
   * Level, trade, order and account events in the order they happened, after what they say was stored; returns the
   * function that unsubscribes.
   */
  subscribe(listener: Listener): () => void;
}

function createCore(options: ExchangeOptions): Core {
  const stored = options.store.load();
  const listings = new Map<ProductSymbol, Listing>();
  const ids = createIds(stored.counters ?? NO_COUNTS);
  const ledger: Ledger = {
    ...{ deposits: 0n, fees: 0n, funding: 0n, insurance: 0n },
    insuranceFund: options.insuranceFund ?? INSURANCE_FUND_START,
    ...stored.ledger,
  };
  const fees = {
    maker: options.makerFeeRate ?? MAKER_FEE_RATE,
    taker: options.takerFeeRate ?? TAKER_FEE_RATE,
  };
  const journal = createJournal({ store: options.store, ids, ledger });
  const requoted = new Set<Listing>();
  for (const product of options.products) {
    const { symbol } = product;
    const book = createOrderBook<Order>((side, price, qty) => {
      journal.emit({ kind: 'level', symbol, side, price, qty });
      if (listing.waiting.size > 0) requoted.add(listing);
    });
    const prices = { mark: undefined, index: undefined, last: undefined };
    const listing: Listing = { product, book, ...prices, waiting: new Set(), positions: new Set() };
    listings.set(symbol, listing);
  }
  const core: Core = {
    clock: options.clock,
    fees,
    listings,
    accounts: new Map(),
    ids,
    ledger,
    journal,
    due: [],
    requoted,
  };
  restoreAccounts(core, stored);
  journal.commit();
  return core;
}

function carryOut(core: Core, account: Account, command: Command): CommandResult {
  switch (command.kind) {
    case 'place':
      return placeOrder(core, account, command);
    case 'amend':
      return amendOrder(core, account, command);
    case 'cancel':
      return cancelOne(core, account, command);
    case 'cancel-all':
      return cancelAll(core, account, command);
    case 'set-leverage':
      return setLeverage(core, account, command);
    case 'assign-balance':
      return assignBalance(core, account, command);
    case 'switch-pos-mode':
      return switchPosMode(core, account, command);
  }
}

/** A stop lies before the liquidation price, so the mark price passes it first. */
function setMarkPrice(core: Core, listing: Listing, mark: Ticks): void {
  listing.mark = mark;
  noticePrice(core, listing, 'ByMarkPrice');
  // What a liquidation trades may fill others, and set off stops, so that it takes another look.
  do carryOutDue(core);
  while (liquidateHolders(core, listing));
}

function setIndexPrice(core: Core, listing: Listing, index: Ticks): void {
  listing.index = index;
  noticePrice(core, listing, 'ByIndexPrice');
}

function setLastPrice(core: Core, listing: Listing, last: Ticks): void {
  listing.last = last;
  noticePrice(core, listing, 'ByLastPrice');
}

function viewPositions(account: Account): readonly PositionView[] {
  const available = availableBalance(account, account.fees.taker);
  return [...account.holdings.values()].flatMap((holding) =>
    legsInUse(holding).map((leg) => viewPosition(leg, account.fees.taker, available)),
  );
}

function viewBook({ book }: Listing): BookView {
  const bestBid = bestPrice(book, 'Buy');
  const bestAsk = bestPrice(book, 'Sell');
  return {
    ...(bestBid === undefined ? {} : { bestBid }),
    ...(bestAsk === undefined ? {} : { bestAsk }),
    levels: (side, max) => topLevels(book, side, max),
  };
}

/** Reopens what the store holds. @throws StoreError when the store cannot be read; so does any call that cannot write. */
export function createExchange(options: ExchangeOptions): Exchange {
  const core = createCore(options);
  const { journal } = core;
  const accountOf = (id: AccountID): Account => {
    const account = core.accounts.get(id);
    if (account === undefined) throw new RangeError(`No account ${id}`);
    return account;
  };
  const listingOf = (symbol: ProductSymbol): Listing => {
    const listing = core.listings.get(symbol);
    if (listing === undefined) throw new RangeError(`No product ${symbol}`);
    return listing;
  };
  const concluded = <T>(result: T): T => {
    conclude(core);
    return result;
  };
  return {
    openAccount: (name, depositUnits) => concluded(openAccount(core, name, depositUnits)),
    apply: (id, command) => concluded(carryOut(core, accountOf(id), command)),
    crowd: createCrowd(core, listingOf),
    setIndexPrice: (symbol, index) => concluded(setIndexPrice(core, listingOf(symbol), index)),
    setLastPrice: (symbol, last) => concluded(setLastPrice(core, listingOf(symbol), last)),
    setMarkPrice: (symbol, mark) => concluded(setMarkPrice(core, listingOf(symbol), mark)),
    chargeFunding(symbol, rate) {
      chargeFunding(core, listingOf(symbol), rate);
      for (const account of core.accounts.values()) liquidateAccount(core, account);
      conclude(core);
    },
    book: (symbol) => viewBook(listingOf(symbol)),
    openOrders: (id, symbol) =>
      [...accountOf(id).openByID.values()]
        .map(viewOrder)
        .filter((order) => symbol === undefined || order.symbol === symbol),
    recentOrders: (id) => [...accountOf(id).closed].reverse(),
    recentFills: (id) => [...accountOf(id).fills].reverse(),
    positions: (id) => viewPositions(accountOf(id)),
    wallet: (id) => viewWallet(accountOf(id), accountOf(id).fees.taker),
    bank: createBank(core, accountOf),
    ledger: () => ({ ...core.ledger }),
    history: options.store.history,
    subscribe: journal.subscribe,
  };
}
