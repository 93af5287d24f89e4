/** Everything that ccxt.pro's phemex class can watch, against a market that moves. */
import { describe, expect, it } from 'vitest';
import { liveClient } from './ccxt-client.ts';
import { ALICE, start } from './harness.ts';

const server = await start();
const alice = await liveClient(server, ALICE);
const BTC = 'BTC/USDT:USDT';

describe('ccxt.pro watches the market', () => {
  it('by its book, which never crosses', async () => {
    for (let count = 0; count < 20; count += 1) {
      const book = await alice.watchOrderBook(BTC);
      expect(book.bids[0]?.[0]).toBeLessThan(book.asks[0]?.[0] ?? 0);
      expect([book.bids.length, book.asks.length]).toEqual([30, 30]);
    }
  });

  it('by its trades', async () => {
    const trades = await alice.watchTrades(BTC);
    expect(trades[0]).toMatchObject({ symbol: BTC });
    const more = await alice.watchTrades(BTC);
    expect(more.length).toBeGreaterThan(0);
  });

  it('by its candles', async () => {
    const candles = await alice.watchOHLCV(BTC, '1m');
    expect(candles[0]).toHaveLength(6);
    const newest = (candles.at(-1)?.[0] ?? 0) as number;
    expect(Date.now() - newest).toBeLessThan(120_000);
  });

  it('by its ticker', async () => {
    const ticker = await alice.watchTicker(BTC);
    expect(ticker.last).toBeGreaterThan(0);
    expect((await alice.watchTicker(BTC)).symbol).toBe(BTC);
  });
});

describe('ccxt.pro watches its account', () => {
  it('by orders, trades and balance, from the order to the fill', async () => {
    const first = await alice.watchBalance({ type: 'swap', settle: 'USDT' });
    expect(first.USDT).toMatchObject({ total: 100_000 });
    const bid = (await alice.fetchOrderBook(BTC)).bids[0]?.[0] ?? 0;
    const resting = alice.watchOrders(BTC);
    const placed = await alice.createOrder(BTC, 'limit', 'buy', 0.01, Math.round(bid * 0.9));
    expect((await resting).at(-1)).toMatchObject({
      id: placed.id,
      status: 'open',
      amount: 0.01,
      remaining: 0.01,
    });

    const canceled = alice.watchOrders(BTC);
    await alice.cancelOrder(String(placed.id), BTC);
    expect((await canceled).at(-1)).toMatchObject({ id: placed.id, status: 'canceled' });

    const traded = alice.watchMyTrades(BTC);
    const balance = alice.watchBalance({ type: 'swap', settle: 'USDT' });
    const bought = await alice.createOrder(BTC, 'market', 'buy', 0.01);
    expect((await traded).some(({ order }) => order === bought.id)).toBe(true);
    expect((await balance).USDT?.total).toBeLessThan(100_000);
    const filled = (await alice.fetchOrders(BTC)).find(({ id }) => id === bought.id);
    expect(filled).toMatchObject({ status: 'closed' });
  });
});
