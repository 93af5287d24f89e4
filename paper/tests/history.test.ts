/** Histories over REST: paging, times, filters, refusals, and shapes that the contract reads. */
import { beforeAll, describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { parseClosedPositions } from '#contract/wire/closed-positions.ts';
import { parseFundingFees } from '#contract/wire/funding-fees.ts';
import { parseOrderHistory } from '#contract/wire/order-history.ts';
import { parseOrderList } from '#contract/wire/order-list.ts';
import { parseTradeHistory } from '#contract/wire/trade-history.ts';
import { parseTradingList } from '#contract/wire/trading-list.ts';
import type { Rate } from '../src/commands.ts';
import { ALICE, type Answer, BOB, get, place, SYMBOL, send, startStill, type TestServer } from './harness.ts';

const HOUR_MS = 3_600_000;
let server: TestServer;
/** When the round trip of BTC was over. */
let closedMs = 0;

const ask = (path: string, query: string, by = ALICE): Promise<Answer> => send(server, by, path, { query });
const LISTS = {
  orders: '/exchange/order/v2/orderList',
  fills: '/exchange/order/v2/tradingList',
  closed: '/api-data/g-futures/closedPosition',
} as const;

/** A round trip in BTC with a funding settlement in between, an open ETH position, a resting order. */
beforeAll(async () => {
  server = await startStill();
  await place(server, ALICE, { ordType: 'Market', orderQtyRq: '0.05', clOrdID: 'in' });
  server.market.stop();
  server.clock.advance(5000);
  server.exchange.chargeFunding(SYMBOL as ProductSymbol, 10_000n as Rate);
  await place(server, ALICE, { ordType: 'Market', side: 'Sell', orderQtyRq: '0.05', clOrdID: 'out' });
  closedMs = server.clock.nowMs();
  server.clock.advance(1000);
  await place(server, ALICE, { symbol: 'ETHUSDT', ordType: 'Market', orderQtyRq: '1', clOrdID: 'eth' });
  server.clock.advance(1000);
  await place(server, ALICE, { priceRp: '20000', clOrdID: 'resting' });
});

describe('lists of integers', () => {
  it('[HIS1] orders: newest first, the open one among them, in pages', async () => {
    const { json } = await ask(LISTS.orders, 'currency=USDT');
    expect(json.data.map((row: { clOrdId: string }) => row.clOrdId)).toEqual(['resting', 'eth', 'out', 'in']);
    expect(parseOrderList(json)).toMatchObject({ ok: true });
    const second = await ask(LISTS.orders, 'currency=USDT&offset=1&limit=2&withCount=true');
    expect(second.json.data.total).toBe(4);
    expect(second.json.data.rows.map((row: { clOrdId: string }) => row.clOrdId)).toEqual(['eth', 'out']);
  });

  it('by status, by type and by product', async () => {
    const names = async (query: string) =>
      (await ask(LISTS.orders, `currency=USDT&${query}`)).json.data.map(
        (row: { clOrdId: string }) => row.clOrdId,
      );
    expect(await names('ordStatus=5,6')).toEqual(['resting']);
    expect(await names('ordType=1&ordStatus=7')).toEqual(['eth', 'out', 'in']);
    expect(await names('ordStatus=77')).toEqual([]);
    expect(await names('symbol=ETHUSDT')).toEqual(['eth']);
  });

  it('[HIS2] by time, both ends included', async () => {
    const query = `currency=USDT&start=${closedMs}&end=${closedMs}`;
    const { json } = await ask(LISTS.fills, query);
    expect(json.data.length).toBeGreaterThan(0);
    for (const row of json.data) expect([row.createdAt, row.side]).toEqual([closedMs, 2]);
    expect(parseTradingList(json)).toMatchObject({ ok: true });
    expect((await ask(LISTS.fills, `currency=USDT&execType=6,7`)).json.data).toEqual([]);
  });

  it('[HIS4] closed positions: one row, its result less fees and funding', async () => {
    const { json } = await ask(LISTS.closed, 'currency=USDT');
    const read = parseClosedPositions(json);
    if (!read.ok) throw new Error(JSON.stringify(read.problem));
    expect(read.value).toHaveLength(1);
    const [closed] = read.value;
    expect(closed).toMatchObject({ symbol: SYMBOL, side: 'Buy', qty: '0.05', closedAtMs: closedMs });
    const fees = await ask('/api-data/g-futures/funding-fees', `symbol=${SYMBOL}`);
    expect(closed?.fundingFee).toBe(fees.json.data.rows[0].execFeeRv);
    const [row] = json.data;
    expect(Number(row.realizedPnlRv)).toBeCloseTo(
      Number(row.closedPnlRv) - Number(row.exchangeFeeRv) - Number(row.fundingFeeRv),
      10,
    );
    expect([row.openPrice, row.closePrice, row.roi]).toEqual(
      Array(3).fill(expect.stringMatching(/\.\d{8}$/)),
    );
    expect((await ask(LISTS.closed, `symbol=${SYMBOL}&withCount=true`)).json.data.total).toBe(1);
  });
});

describe('lists of words', () => {
  it('[HIS8] orders and trades of the last two days, or of a given time', async () => {
    const orders = await ask('/api-data/g-futures/orders', 'currency=USDT&symbols=BTCUSDT%2C%20ETHUSDT');
    const readOrders = parseOrderHistory(orders.json);
    expect(readOrders).toMatchObject({ ok: true });
    expect(orders.json.data.rows.map((row: { ordStatus: string }) => row.ordStatus)).toEqual([
      'New',
      'Filled',
      'Filled',
      'Filled',
    ]);
    const trades = await ask('/api-data/g-futures/trades', 'symbol=ETHUSDT');
    expect(parseTradeHistory(trades.json)).toMatchObject({
      ok: true,
      value: [{ clOrdID: 'eth', side: 'Buy', isMaker: false }],
    });
    const longAgo = `currency=USDT&end=${closedMs - 1000}`;
    const early = await ask('/api-data/g-futures/trades', longAgo);
    expect(new Set(early.json.data.rows.map((row: { clOrdID: string }) => row.clOrdID))).toEqual(
      new Set(['in']),
    );
    // Times keep all their digits.
    expect(trades.text).toMatch(/"transactTimeNs":\d{19},/);
  });

  it('[HIS3] funding fees of a product', async () => {
    const { json } = await ask('/api-data/g-futures/funding-fees', `symbol=${SYMBOL}`);
    const read = parseFundingFees(json);
    if (!read.ok) throw new Error(JSON.stringify(read.problem));
    expect(read.value).toHaveLength(1);
    for (const { value, rate, fee, side } of read.value) {
      expect(side).toBe('Buy');
      expect(Number(fee)).toBeCloseTo(Number(value) * Number(rate), 9);
    }
  });

  it('orders by id, open or closed, and the open one alone', async () => {
    const byId = '/api-data/g-futures/orders/by-order-id';
    const { json } = await ask(byId, `symbol=${SYMBOL}&clOrdID=in`);
    expect(json.data.rows).toMatchObject([{ clOrdId: 'in', ordStatus: 'Filled', cumQtyRq: '0.05' }]);
    const { orderId } = json.data.rows[0];
    const both = await ask(byId, `symbol=${SYMBOL}&clOrdID=resting&orderID=${orderId}`);
    expect(both.json.data.rows).toHaveLength(2);
    expect((await ask(byId, `symbol=${SYMBOL}&clOrdID=in`, BOB)).json.data.rows).toEqual([]);
    expect((await ask(byId, `symbol=${SYMBOL}`)).json.code).toBe(11111);
    expect((await ask('/g-orders/active', `symbol=${SYMBOL}&clOrdID=resting`)).json.data).toMatchObject({
      clOrdID: 'resting',
      ordStatus: 'New',
    });
    expect((await ask('/g-orders/active', `symbol=${SYMBOL}&orderID=${orderId}`)).json.code).toBe(10002);
  });

  it('fee rates of every product', async () => {
    const { json } = await ask('/api-data/futures/fee-rate', 'settleCurrency=USDT');
    expect(json.data.symbolFeeRates[0]).toEqual({
      takerFeeRateEr: 60_000,
      makerFeeRateEr: 10_000,
      symbol: SYMBOL,
    });
  });
});

describe('a history request that makes no sense', () => {
  it.each([
    [LISTS.orders, 'currency=USDT&limit=201', 30018],
    [LISTS.fills, 'currency=USDT&limit=-1', 30000],
    [LISTS.fills, 'currency=USDT&offset=x', 30000],
    [LISTS.orders, 'currency=USDT&start=2000000000000&end=1000', 30000],
    [LISTS.orders, 'currency=USDT&start=yesterday', 30000],
    [LISTS.closed, '', 30000],
    [LISTS.closed, 'symbol=NOPEUSDT', 39997],
    ['/api-data/g-futures/trades', '', 30000],
    ['/api-data/g-futures/funding-fees', 'currency=USDT', 412],
    ['/api-data/g-futures/orders/by-order-id', 'clOrdID=in', 412],
    ['/api-data/futures/fee-rate', '', 412],
  ])('[HIS7] %s?%s is refused with %i', async (path, query, code) => {
    expect((await ask(path, query)).json).toMatchObject({ code, data: null });
  });

  it('another currency has no history', async () => {
    expect((await ask(LISTS.orders, 'currency=USDC')).json.data).toEqual([]);
    expect((await ask('/api-data/g-futures/trades', 'currency=BTC')).json.data.rows).toEqual([]);
  });
});

describe('funding rates', () => {
  const times = async (query: string): Promise<number[]> =>
    (await get(server, `/api-data/public/data/funding-rate-history?${query}`)).json.data.rows.map(
      (row: { fundingTime: number }) => row.fundingTime,
    );

  it('[HIS9] come oldest first: the newest, those from a start, those up to an end', async () => {
    const newest = await times('symbol=.BTCUSDTFR8H');
    expect(newest).toHaveLength(100);
    expect(newest).toEqual([...newest].sort((a, b) => a - b));
    expect(server.clock.nowMs() - (newest.at(-1) ?? 0)).toBeLessThan(8 * HOUR_MS);
    const [first = 0] = newest;
    expect(await times(`symbol=.BTCUSDTFR8H&start=${first}&limit=3`)).toEqual(newest.slice(0, 3));
    expect(await times(`symbol=.BTCUSDTFR8H&start=${first + 1}&limit=2`)).toEqual(newest.slice(1, 3));
    expect(await times(`symbol=.BTCUSDTFR8H&start=${first}&end=${newest[4]}`)).toEqual(newest.slice(0, 5));
    expect(await times(`symbol=.BTCUSDTFR8H&end=${newest[4]}&limit=2`)).toEqual(newest.slice(3, 5));
  });

  it('are the newest of every product with latestOnly', async () => {
    const { json } = await get(server, '/api-data/public/data/funding-rate-history?latestOnly=true');
    const symbols = json.data.rows.map((row: { symbol: string }) => row.symbol);
    expect(symbols.length).toBeGreaterThanOrEqual(12);
    expect(new Set(symbols).size).toBe(symbols.length);
  });

  it('that come next are sorted and paged', async () => {
    const path = '/contract-biz/public/real-funding-rates';
    const { json } = await get(server, `${path}?symbol=${SYMBOL}`);
    expect(json.data).toMatchObject([
      { symbol: SYMBOL, fundingInterval: 28800, interestRate: '0.0001', fundingRateCap: '0.02' },
    ]);
    expect(json.data[0].nextfundingTime - server.clock.nowMs()).toBeLessThanOrEqual(8 * HOUR_MS);
    const names = (await get(server, `${path}?orderBy=desc&pageSize=3`)).json.data.map(
      (row: { symbol: string }) => row.symbol,
    );
    expect(names).toEqual([...names].sort().reverse());
    expect(names).toHaveLength(3);
    expect((await get(server, `${path}?orderByColumn=mood`)).json.code).toBe(30000);
  });
});
