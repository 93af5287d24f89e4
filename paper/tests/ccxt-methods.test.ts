/**
 * Every method that ccxt's phemex class says it has, REST and pro: run against the paper exchange, or named here with
 * the reason why it cannot be. A new version of ccxt with a new method fails the first test until it is in a table.
 */
import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import type { Rate } from '../src/commands.ts';
import { liveClient, restClient } from './ccxt-client.ts';
import { ALICE, BOB, start } from './harness.ts';

const server = await start();
const alice = await restClient(server, ALICE);
const bob = await liveClient(server, BOB);
const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';
const SWAP = { type: 'swap', code: 'USDT' };

const bid = async (): Promise<number> => (await alice.fetchOrderBook(BTC)).bids[0]?.[0] ?? 0;
const far = async (): Promise<number> => Math.round((await bid()) * 0.9);
const clean = () => alice.cancelAllOrders(BTC);

/** In `has`, and no methods. */
const PROPERTIES = ['publicAPI', 'privateAPI', 'sandbox', 'spot', 'swap'];

const WALLET = 'moves money between wallets or chains; there is one play wallet and nothing to move it to';
const IMPOSSIBLE: Readonly<Record<string, string>> = {
  createConvertTrade: WALLET,
  fetchConvertQuote: WALLET,
  fetchConvertTradeHistory: WALLET,
  fetchDepositAddress: WALLET,
  fetchDeposits: WALLET,
  fetchTransfers: WALLET,
  fetchWithdrawals: WALLET,
  transfer: WALLET,
  withdraw: WALLET,
  setMargin: 'ccxt sends it to /positions/assign, which is for COIN-M; /g-positions/assign does it here',
  fetchLeverageTiers: 'ccxt refuses all but USD-settled markets: BadSymbol',
  fetchMarketLeverageTiers: 'asks fetchLeverageTiers',
  createMarketOrderWs: 'the exchange takes no orders on its socket: ccxt itself throws NotSupported',
};

/** What those need to get as far as the exchange; the others take a currency and an amount. */
const ARGUMENTS: Readonly<Record<string, readonly unknown[]>> = {
  createConvertTrade: ['id', 'USDT', 'BTC', 10],
  fetchConvertQuote: ['USDT', 'BTC', 10],
  transfer: ['USDT', 1, 'swap', 'spot'],
  withdraw: ['USDT', 1, '0x5bfbf60e0fa7f63598e6cfd8a7fd3ffac4ccc6ad', undefined, { network: 'ETH' }],
  setMargin: [BTC, 10],
  fetchLeverageTiers: [[BTC]],
  fetchMarketLeverageTiers: [BTC],
  createMarketOrderWs: [BTC, 'buy', 0.01],
};

async function attempt(name: string): Promise<unknown> {
  const method: unknown = Reflect.get(bob, name);
  if (typeof method !== 'function') return undefined;
  return Reflect.apply(method, bob, [...(ARGUMENTS[name] ?? ['USDT', 1])]);
}

/** A conditional order that does not trigger; `place` gets the trigger price. */
async function conditional(
  place: (triggerPrice: number) => Promise<{ id?: string | undefined }>,
): Promise<void> {
  const placed = await place(Math.round((await bid()) * 1.2));
  expect(placed.id).toMatch(/^[0-9a-f-]{36}$/);
  const open = await alice.fetchOpenOrders(BTC);
  expect(open.find(({ id }) => id === placed.id)).toMatchObject({ status: 'open' });
  await alice.cancelOrder(String(placed.id), BTC);
}

const UP = { triggerDirection: 'up' };

const ORDERS: Readonly<Record<string, () => Promise<void>>> = {
  async createOrder() {
    const placed = await alice.createOrder(BTC, 'limit', 'buy', 0.01, await far());
    expect(placed).toMatchObject({ status: 'open', amount: 0.01 });
  },
  async createLimitOrder() {
    expect(await alice.createLimitOrder(BTC, 'buy', 0.01, await far())).toMatchObject({ type: 'limit' });
  },
  async fetchOpenOrders() {
    expect(await alice.fetchOpenOrders(BTC)).toHaveLength(2);
  },
  async editOrder() {
    const [order] = await alice.fetchOpenOrders(BTC);
    const price = (await far()) - 50;
    expect(await alice.editOrder(String(order?.id), BTC, 'limit', 'buy', 0.02, price)).toMatchObject({
      price,
    });
  },
  async cancelOrder() {
    const [order] = await alice.fetchOpenOrders(BTC);
    await alice.cancelOrder(String(order?.id), BTC);
    expect(await alice.fetchOpenOrders(BTC)).toHaveLength(1);
  },
  async cancelAllOrders() {
    await clean();
    expect(await alice.fetchOpenOrders(BTC)).toEqual([]);
  },
  async createMarketOrder() {
    expect(await alice.createMarketOrder(BTC, 'buy', 0.05)).toMatchObject({ type: 'market' });
  },
  createStopOrder: () =>
    conditional(async (trigger) =>
      alice.createStopOrder(BTC, 'limit', 'buy', 0.01, trigger + 100, trigger, UP),
    ),
  createStopLimitOrder: () =>
    conditional(async (trigger) => alice.createStopLimitOrder(BTC, 'buy', 0.01, trigger + 100, trigger, UP)),
  createStopMarketOrder: () =>
    conditional((trigger) => alice.createStopMarketOrder(BTC, 'buy', 0.01, trigger, UP)),
};

const ACCOUNT: Readonly<Record<string, () => Promise<void>>> = {
  async fetchPositions() {
    expect((await alice.fetchPositions([BTC]))[0]).toMatchObject({ contracts: 0.05, side: 'long' });
  },
  async fetchPositionsADLRank() {
    const ranks = await alice.fetchPositionsADLRank([BTC]);
    expect(ranks[0]).toMatchObject({ symbol: BTC });
  },
  async fetchPositionADLRank() {
    expect(await alice.fetchPositionADLRank(BTC, SWAP)).toMatchObject({ symbol: BTC });
  },
  async createReduceOnlyOrder() {
    await alice.createReduceOnlyOrder(BTC, 'market', 'sell', 0.05);
    expect((await alice.fetchPositions([BTC])).filter(({ contracts }) => (contracts ?? 0) > 0)).toEqual([]);
  },
  async fetchBalance() {
    expect((await alice.fetchBalance(SWAP)).USDT?.total).toBeLessThan(100_000);
  },
  async setLeverage() {
    await alice.setLeverage(7, BTC, { hedged: false });
    expect((await alice.fetchPositions([BTC]))[0]).toMatchObject({ leverage: 7 });
  },
  async setMarginMode() {
    await alice.setMarginMode('cross', BTC, { leverage: 10 });
    expect((await alice.fetchPositions([BTC]))[0]).toMatchObject({ marginMode: 'cross' });
  },
  async setPositionMode() {
    await alice.setPositionMode(true, ETH);
    expect(await alice.fetchPositions([ETH])).toHaveLength(2);
    await alice.setPositionMode(false, ETH);
  },
};

const HISTORY: Readonly<Record<string, () => Promise<void>>> = {
  async fetchOrders() {
    expect((await alice.fetchOrders(BTC)).length).toBeGreaterThanOrEqual(7);
  },
  async fetchClosedOrders() {
    const statuses = new Set((await alice.fetchClosedOrders(BTC)).map(({ status }) => status));
    expect(statuses).toEqual(new Set(['closed', 'canceled']));
  },
  async fetchOrder() {
    const [order] = await alice.fetchOrders(BTC);
    // The exchange answers rows (so do we), which ccxt does not look into: it finds no order in them.
    expect((await alice.fetchOrder(String(order?.id), BTC)).id).toBeUndefined();
    const raw = await alice.request('api-data/g-futures/orders/by-order-id', 'private', 'GET', {
      symbol: 'BTCUSDT',
      orderID: order?.id,
    });
    expect(raw.data.rows[0].orderId).toBe(order?.id);
  },
  async fetchMyTrades() {
    const trades = await alice.fetchMyTrades(BTC);
    const sum = (side: string) =>
      trades.filter((trade) => trade.side === side).reduce((total, { amount }) => total + (amount ?? 0), 0);
    expect([sum('buy'), sum('sell')].map((total) => total.toFixed(4))).toEqual(['0.0500', '0.0500']);
  },
  async fetchPositionHistory() {
    const [closed] = await alice.fetchPositionHistory(BTC);
    expect(closed).toMatchObject({ symbol: BTC, contracts: 0.05, side: 'long', hedged: expect.anything() });
    expect(closed?.realizedPnl).toBeLessThan(closed?.entryPrice ?? 0);
  },
  async fetchFundingHistory() {
    await alice.createMarketOrder(ETH, 'buy', 1);
    server.exchange.chargeFunding('ETHUSDT' as ProductSymbol, 10_000n as Rate);
    const [fee] = await alice.fetchFundingHistory(ETH);
    // ccxt leaves the exchange's own name where its symbol belongs.
    expect(fee).toMatchObject({ symbol: 'ETHUSDT', code: 'USDT' });
    expect(Number(fee?.amount)).toBeGreaterThan(0);
  },
};

const MARKET: Readonly<Record<string, () => Promise<void>>> = {
  async fetchMarkets() {
    expect((await alice.fetchMarkets()).filter((market) => market?.linear).length).toBeGreaterThanOrEqual(12);
  },
  async fetchCurrencies() {
    expect(Object.keys((await alice.fetchCurrencies()) ?? {})).toContain('USDT');
  },
  async fetchTicker() {
    expect((await alice.fetchTicker(BTC)).last).toBeGreaterThan(0);
  },
  async fetchTickers() {
    expect(Object.keys(await alice.fetchTickers()).length).toBeGreaterThanOrEqual(12);
  },
  async fetchOrderBook() {
    expect((await alice.fetchOrderBook(BTC)).asks).toHaveLength(30);
  },
  async fetchL2OrderBook() {
    expect((await alice.fetchL2OrderBook(BTC)).bids).toHaveLength(30);
  },
  async fetchTrades() {
    expect((await alice.fetchTrades(BTC)).length).toBeGreaterThan(0);
  },
  async fetchOHLCV() {
    expect(await alice.fetchOHLCV(BTC, '1m', undefined, 10)).toHaveLength(10);
  },
  async fetchFundingRate() {
    expect((await alice.fetchFundingRate(BTC)).symbol).toBe(BTC);
  },
  async fetchFundingRateHistory() {
    expect(await alice.fetchFundingRateHistory(BTC, undefined, 5)).toHaveLength(5);
  },
  async fetchOpenInterest() {
    expect((await alice.fetchOpenInterest(BTC)).openInterestAmount).toBeGreaterThan(0);
  },
};

const PRO: Readonly<Record<string, () => Promise<void>>> = {
  async fetchCurrenciesWs() {
    expect(Object.keys((await bob.fetchCurrenciesWs()) ?? {})).toContain('USDT');
  },
  async watchTicker() {
    expect((await bob.watchTicker(BTC)).symbol).toBe(BTC);
  },
  async watchTickers() {
    expect(Object.keys(await bob.watchTickers([BTC, ETH])).length).toBeGreaterThan(0);
  },
  async watchOrderBook() {
    const book = await bob.watchOrderBook(BTC);
    expect(book.bids[0]?.[0]).toBeLessThan(book.asks[0]?.[0] ?? 0);
  },
  async watchTrades() {
    expect((await bob.watchTrades(BTC)).length).toBeGreaterThan(0);
  },
  async watchOHLCV() {
    expect((await bob.watchOHLCV(BTC, '1m')).length).toBeGreaterThan(0);
  },
  async watchBalance() {
    expect((await bob.watchBalance({ type: 'swap', settle: 'USDT' })).USDT?.total).toBe(100_000);
  },
  async watchOrders() {
    const seen = bob.watchOrders(BTC);
    const placed = await bob.createOrder(BTC, 'limit', 'buy', 0.01, await far());
    expect((await seen).some(({ id }) => id === placed.id)).toBe(true);
  },
  async watchMyTrades() {
    const seen = bob.watchMyTrades(BTC);
    const placed = await bob.createOrder(BTC, 'market', 'buy', 0.01);
    expect((await seen).some(({ order }) => order === placed.id)).toBe(true);
  },
};

const TABLES = { ORDERS, ACCOUNT, HISTORY, MARKET, PRO };

describe('ccxt', () => {
  it('has no method that is neither run below nor named as impossible', () => {
    const has = Object.entries({ ...alice.has, ...bob.has });
    const methods = has.filter(([, value]) => value === true || value === 'emulated').map(([name]) => name);
    const known = [...PROPERTIES, ...Object.keys(IMPOSSIBLE), ...Object.values(TABLES).flatMap(Object.keys)];
    expect(methods.filter((name) => name !== 'ws' && !known.includes(name))).toEqual([]);
    expect(known.filter((name) => !methods.includes(name))).toEqual([]);
  });

  it.each(Object.keys(IMPOSSIBLE))('cannot %s, and is told so', async (name) => {
    await expect(attempt(name)).rejects.toThrow();
  });

  for (const table of Object.values(TABLES)) {
    for (const [name, run] of Object.entries(table)) it(name, run);
  }
});
