/** Everything that ccxt's phemex class can ask over REST, against a market that moves. */
import ccxt from 'ccxt';
import { describe, expect, it } from 'vitest';
import { restClient } from './ccxt-client.ts';
import { ALICE, BOB, start } from './harness.ts';

const server = await start();
const alice = await restClient(server, ALICE);
const BTC = 'BTC/USDT:USDT';
const ETH = 'ETH/USDT:USDT';
const HOUR_MS = 3_600_000;

const far = (price: number): number => Math.round(price * 0.9);
const bestBid = async (symbol: string): Promise<number> =>
  (await alice.fetchOrderBook(symbol)).bids[0]?.[0] ?? 0;

describe('ccxt reads the market', () => {
  it('with every product, its steps and its limits', () => {
    const swaps = Object.values(alice.markets ?? {}).filter(
      (market) => market?.swap && market.settle === 'USDT',
    );
    expect(swaps.length).toBeGreaterThanOrEqual(12);
    expect(alice.market(BTC)).toMatchObject({
      id: 'BTCUSDT',
      linear: true,
      active: true,
      contractSize: 1,
      precision: { price: 0.1, amount: 0.0001 },
    });
  });

  it('with tickers, one and all', async () => {
    const ticker = await alice.fetchTicker(BTC);
    expect(ticker.last).toBeGreaterThan(0);
    expect(ticker.high).toBeGreaterThanOrEqual(ticker.low ?? Number.POSITIVE_INFINITY);
    expect(Math.abs(Date.now() - (ticker.timestamp ?? 0))).toBeLessThan(60_000);
    const all = await alice.fetchTickers();
    expect(Object.keys(all).length).toBeGreaterThanOrEqual(12);
  });

  it('with a book of thirty levels a side that does not cross', async () => {
    const book = await alice.fetchOrderBook(BTC);
    expect([book.bids.length, book.asks.length]).toEqual([30, 30]);
    expect(book.bids[0]?.[0]).toBeLessThan(book.asks[0]?.[0] ?? 0);
  });

  it('with recent trades', async () => {
    const trades = await alice.fetchTrades(BTC);
    expect(trades.length).toBeGreaterThan(0);
    expect(trades[0]).toMatchObject({ symbol: BTC, side: expect.stringMatching(/^(buy|sell)$/) });
  });

  it('with candles of every timeframe it offers', async () => {
    // ccxt cannot tell how long its own 1Y is.
    for (const timeframe of Object.keys(alice.timeframes).filter((name) => name !== '1Y')) {
      const candles = await alice.fetchOHLCV(BTC, timeframe, undefined, 50);
      const stepMs = alice.parseTimeframe(timeframe) * 1000;
      expect(candles.length, timeframe).toBeGreaterThan(0);
      for (let index = 1; index < candles.length; index += 1) {
        const step = (candles[index]?.[0] ?? 0) - (candles[index - 1]?.[0] ?? 0);
        expect(step, timeframe).toBe(stepMs);
      }
    }
  });

  it('with candles since and until a time', async () => {
    const since = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 500 * HOUR_MS;
    const candles = await alice.fetchOHLCV(BTC, '1h', since, 100);
    expect(candles.length).toBe(100);
    expect(candles[0]?.[0]).toBe(since);
    const until = await alice.fetchOHLCV(BTC, '1h', since, 100, { until: since + 10 * HOUR_MS });
    expect(until[0]?.[0]).toBe(since);
    expect(until.length).toBeGreaterThanOrEqual(10);
    expect(until.length).toBeLessThanOrEqual(11);
  });

  it('with funding, now and before', async () => {
    const rate = await alice.fetchFundingRate(BTC);
    expect(Math.abs(rate.fundingRate ?? 1)).toBeLessThan(0.01);
    const history = await alice.fetchFundingRateHistory(BTC, undefined, 10);
    expect(history.length).toBe(10);
    expect((history[1]?.timestamp ?? 0) - (history[0]?.timestamp ?? 0)).toBe(8 * HOUR_MS);
    const interest = await alice.fetchOpenInterest(BTC);
    expect(interest.openInterestAmount).toBeGreaterThan(0);
  });
});

describe('ccxt trades in one-way mode', () => {
  it('has play money and no position', async () => {
    const balance = await alice.fetchBalance({ type: 'swap', code: 'USDT' });
    expect(balance.USDT).toMatchObject({ total: 100_000, used: 0, free: 100_000 });
    expect(await alice.fetchPositions()).toEqual(expect.any(Array));
    expect(await alice.fetchOpenOrders(BTC)).toEqual([]);
  });

  it('sets leverage and margin mode', async () => {
    await alice.setLeverage(20, BTC, { hedged: false });
    await alice.setMarginMode('isolated', BTC, { leverage: 25 });
    const isolated = (await alice.fetchPositions([BTC]))[0];
    expect(isolated).toMatchObject({ marginMode: 'isolated', leverage: 25 });
    await alice.setMarginMode('cross', BTC, { leverage: 10 });
    expect((await alice.fetchPositions([BTC]))[0]).toMatchObject({ marginMode: 'cross' });
  });

  it('places a limit order, finds it, edits it and cancels it', async () => {
    const price = far(await bestBid(BTC));
    const placed = await alice.createOrder(BTC, 'limit', 'buy', 0.01, price);
    expect(placed).toMatchObject({
      status: 'open',
      side: 'buy',
      price,
      amount: 0.01,
      filled: 0,
      remaining: 0.01,
    });
    const used = (await alice.fetchBalance({ type: 'swap', code: 'USDT' })).USDT?.used ?? 0;
    expect(used).toBeCloseTo(0.01 * price * 0.10114, 6);
    expect((await alice.fetchOpenOrders(BTC)).map(({ id }) => id)).toEqual([placed.id]);
    const edited = await alice.editOrder(String(placed.id), BTC, 'limit', 'buy', 0.02, price - 10);
    expect(edited).toMatchObject({ id: placed.id, price: price - 10, amount: 0.02 });
    const [open] = await alice.fetchOpenOrders(BTC);
    expect(open).toMatchObject({ price: price - 10, amount: 0.02, remaining: 0.02 });
    await alice.cancelOrder(String(placed.id), BTC);
    expect(await alice.fetchOpenOrders(BTC)).toEqual([]);
    const orders = await alice.fetchOrders(BTC);
    expect(orders.find(({ id }) => id === placed.id)).toMatchObject({ status: 'canceled' });
  });

  it('cancels by its own id', async () => {
    const price = far(await bestBid(BTC));
    const clientOrderId = 'mine-0123456789';
    await alice.createOrder(BTC, 'limit', 'buy', 0.01, price, { clientOrderId });
    await alice.cancelOrder('', BTC, { clientOrderId });
    expect(await alice.fetchOpenOrders(BTC)).toEqual([]);
  });

  it('cancels everything of a symbol', async () => {
    const price = far(await bestBid(BTC));
    for (const step of [1, 2, 3]) await alice.createOrder(BTC, 'limit', 'buy', 0.01, price - step);
    expect(await alice.fetchOpenOrders(BTC)).toHaveLength(3);
    await alice.cancelAllOrders(BTC);
    expect(await alice.fetchOpenOrders(BTC)).toEqual([]);
  });

  it('rests a post-only order that does not cross and gets none that would', async () => {
    const { bids, asks } = await alice.fetchOrderBook(BTC);
    const resting = await alice.createOrder(BTC, 'limit', 'buy', 0.01, far(bids[0]?.[0] ?? 0), {
      timeInForce: 'PostOnly',
    });
    const crossing = await alice.createOrder(BTC, 'limit', 'buy', 0.01, (asks[0]?.[0] ?? 0) + 100, {
      timeInForce: 'PostOnly',
    });
    expect((await alice.fetchOpenOrders(BTC)).map(({ id }) => id)).toEqual([resting.id]);
    const orders = await alice.fetchOrders(BTC);
    expect(orders.find(({ id }) => id === crossing.id)).toMatchObject({ status: 'canceled' });
    await alice.cancelOrder(String(resting.id), BTC);
  });

  it('buys at market, sees position and trade, and closes reduce-only', async () => {
    const bought = await alice.createOrder(BTC, 'market', 'buy', 0.05);
    // The acknowledgement describes the order before matching.
    expect(bought).toMatchObject({ status: 'open', filled: 0, type: 'market', timeInForce: 'IOC' });
    const [position] = await alice.fetchPositions([BTC]);
    expect(position).toMatchObject({ contracts: 0.05, side: 'long', symbol: BTC });
    expect(position?.entryPrice).toBeGreaterThan(0);
    const [trade] = (await alice.fetchMyTrades(BTC)).slice(-1);
    expect(trade).toMatchObject({ symbol: BTC, side: 'buy', type: 'market' });
    expect(trade?.fee?.cost).toBeCloseTo((trade?.cost ?? 0) * 0.0006, 8);
    await alice.createOrder(BTC, 'market', 'sell', 1, undefined, { reduceOnly: true });
    const closed = await alice.fetchPositions([BTC]);
    expect(closed.filter(({ contracts }) => (contracts ?? 0) > 0)).toEqual([]);
    const filled = await alice.fetchOrders(BTC);
    expect(filled.find(({ id }) => id === bought.id)).toMatchObject({ status: 'closed' });
  });
});

describe('ccxt trades in hedged mode', () => {
  it('holds a long and a short of the same symbol', async () => {
    await alice.setPositionMode(true, ETH);
    await alice.setLeverage(5, ETH, { hedged: true, longLeverageRr: 5, shortLeverageRr: 4 });
    await alice.createOrder(ETH, 'market', 'buy', 1, undefined, { hedged: true });
    await alice.createOrder(ETH, 'market', 'sell', 2, undefined, { hedged: true });
    const legs = await alice.fetchPositions([ETH]);
    expect(legs.map(({ side, contracts }) => [side, contracts]).sort()).toEqual([
      ['long', 1],
      ['short', 2],
    ]);
    await alice.createOrder(ETH, 'market', 'sell', 1, undefined, { hedged: true, reduceOnly: true });
    await alice.createOrder(ETH, 'market', 'buy', 2, undefined, { hedged: true, reduceOnly: true });
    const flat = await alice.fetchPositions([ETH]);
    expect(flat.filter(({ contracts }) => (contracts ?? 0) > 0)).toEqual([]);
    await alice.setPositionMode(false, ETH);
  });

  it('is refused where the side does not fit the mode', async () => {
    await expect(alice.createOrder(ETH, 'market', 'buy', 1, undefined, { hedged: true })).rejects.toThrow(
      'TE_ERR_INCONSISTENT_POS_MODE',
    );
  });
});

describe('ccxt knows the refusals by their class', () => {
  it('InsufficientFunds', async () => {
    const price = far(await bestBid(BTC));
    await expect(
      alice.createOrder(BTC, 'limit', 'buy', Math.ceil(1_500_000 / price), price),
    ).rejects.toBeInstanceOf(ccxt.InsufficientFunds);
  });

  it('OrderNotFound', async () => {
    const cancel = alice.cancelOrder('00000000-0000-4000-8000-000000000000', BTC);
    await expect(cancel).rejects.toBeInstanceOf(ccxt.OrderNotFound);
  });

  it('DuplicateOrderId', async () => {
    const price = far(await bestBid(BTC));
    const params = { clientOrderId: 'twice-0123456789' };
    await alice.createOrder(BTC, 'limit', 'buy', 0.01, price, params);
    await expect(alice.createOrder(BTC, 'limit', 'buy', 0.01, price, params)).rejects.toBeInstanceOf(
      ccxt.DuplicateOrderId,
    );
    await alice.cancelAllOrders(BTC);
  });

  it('InvalidOrder: too small, reduce-only with nothing to reduce, conditional', async () => {
    const price = far(await bestBid(BTC));
    const refusals = [
      () => alice.createOrder(BTC, 'limit', 'buy', 5000, price),
      () => alice.createOrder(BTC, 'market', 'sell', 0.01, undefined, { reduceOnly: true }),
      () =>
        alice.createOrder(BTC, 'limit', 'buy', 0.01, price, {
          triggerPrice: price + 100,
          triggerDirection: 'up',
        }),
      () => alice.setLeverage(100, 'ADA/USDT:USDT', { leverageRr: 1000 }),
    ];
    for (const refusal of refusals) await expect(refusal()).rejects.toBeInstanceOf(ccxt.InvalidOrder);
  });

  it('BadSymbol and BadRequest', async () => {
    const unknown = alice.request('g-orders', 'private', 'POST', {
      symbol: 'NOPEUSDT',
      side: 'Buy',
      orderQtyRq: '1',
    });
    await expect(unknown).rejects.toBeInstanceOf(ccxt.BadSymbol);
    const kline = alice.request('md/v2/kline/last', 'public', 'GET', { symbol: 'BTCUSDT' });
    await expect(kline).rejects.toBeInstanceOf(ccxt.BadRequest);
    const book = alice.request('md/v2/orderbook', 'v2', 'GET', { symbol: 'NOPEUSDT' });
    await expect(book).rejects.toBeInstanceOf(ccxt.BadRequest);
  });

  it('AuthenticationError for a wrong key and a wrong secret', async () => {
    for (const signer of [
      { ...BOB, secret: 'wrong' },
      { ...BOB, apiKey: 'unknown' },
    ]) {
      const stranger = await restClient(server, signer);
      await expect(stranger.fetchBalance({ type: 'swap', code: 'USDT' })).rejects.toBeInstanceOf(
        ccxt.AuthenticationError,
      );
    }
  });
});
