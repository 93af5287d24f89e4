/** The account of the page, outside React: one subscription, one store; a component selects what it shows. */
import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { ClOrdID, OrderID, ProductSymbol } from '#contract/brand.ts';
import type { AccountUpdate, Fill, Order, Position, SymbolSettings, Wallet } from '#contract/model.ts';
import { traceTold } from '../exchange/order-trace.ts';
import { restCache } from '../exchange/rest-cache.ts';
import { subscribe } from '../exchange/stream.ts';
import { type Account, applyAccount, type LegKey, UNKNOWN_ACCOUNT } from './apply-account.ts';
import { bookInLedger, ledgerStore } from './ledger-store.ts';

/** Everything traded here is margined and settled in this. */
export const SETTLE_CURRENCY = 'USDT';
/** Queries whose answers a new snapshot makes old. */
export const ACCOUNT_QUERIES = ['account'];

export const accountStore = createStore<Account>(() => UNKNOWN_ACCOUNT);

/** Of what REST alone tells, the stream gives away that there is more: it is asked at once. */
function refetchPast(before: Account, after: Account): void {
  if (before.positions === after.positions) return;
  for (const [leg, { symbol, side, cumFundingFee }] of before.positions) {
    const now = after.positions.get(leg);
    if (now?.side !== side) {
      void restCache.invalidateQueries({ queryKey: [...ACCOUNT_QUERIES, 'closed-positions'] });
    } else if (now.cumFundingFee !== cumFundingFee) {
      void restCache.invalidateQueries({ queryKey: [...ACCOUNT_QUERIES, 'funding-fees', symbol] });
    }
  }
}

/** Keeps the account coming until the answer is called; `onIncrement` hears of what happens from now on. */
export function followAccount(onIncrement: (update: AccountUpdate) => void): () => void {
  const stop = subscribe({ kind: 'account' }, (update) => {
    const { isKnown, fills, openOrders } = accountStore.getState();
    for (const order of update.orders) traceTold(order, openOrders.get(order.orderID), Date.now());
    bookInLedger(update, SETTLE_CURRENCY, fills);
    const before = accountStore.getState();
    accountStore.setState((account) => applyAccount(account, update), true);
    refetchPast(before, accountStore.getState());
    if (update.kind === 'incremental' && isKnown) onIncrement(update);
    // What happened while nobody listened is in history alone.
    if (update.kind === 'snapshot') void restCache.invalidateQueries({ queryKey: ACCOUNT_QUERIES });
  });
  return () => {
    stop();
    accountStore.setState(UNKNOWN_ACCOUNT, true);
    ledgerStore.setState({}, true);
  };
}

export const useIsAccountKnown = (): boolean => useStore(accountStore, ({ isKnown }) => isKnown);
export const useWallet = (): Wallet | undefined =>
  useStore(accountStore, ({ wallets }) => wallets.get(SETTLE_CURRENCY));
export const usePositions = (): ReadonlyMap<LegKey, Position> =>
  useStore(accountStore, ({ positions }) => positions);
export const useOpenOrders = (): ReadonlyMap<OrderID, Order> =>
  useStore(accountStore, ({ openOrders }) => openOrders);
export const useStreamFills = (): readonly Fill[] => useStore(accountStore, ({ fills }) => fills);
export const useStreamSettings = (symbol: ProductSymbol): SymbolSettings | undefined =>
  useStore(accountStore, ({ settings }) => settings.get(symbol));

/** An order of any state, by the id its sender gave it. */
export function orderNow({ openOrders, endedOrders }: Account, clOrdID: ClOrdID): Order | undefined {
  for (const orders of [openOrders, endedOrders]) {
    for (const order of orders.values()) if (order.clOrdID === clOrdID) return order;
  }
  return undefined;
}
