/**
 * Every message recorded from the real exchange has a twin here: something that the paper exchange says with all of its
 * keys and the same kinds of values. What speaks of other markets is named with its reason. The recordings lie beside
 * the repository and are not part of it; without them this file says so and is skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  ALICE,
  connect,
  drain,
  get,
  login,
  type Message,
  place,
  SYMBOL,
  send,
  startStill,
  type TestServer,
  touch,
} from './harness.ts';

const folder = fileURLToPath(new URL('../../../shared/real-wire', import.meta.url));
const isThere = existsSync(folder);
if (!isThere) console.warn(`No recorded messages at ${folder}: their twins are not looked for.`);

const text = (name: string): string => {
  const bytes = readFileSync(join(folder, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
};

/** Some recordings quote every number; what a suffix says is text is text all the same. */
const isNumeric = (value: unknown): boolean => typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value);

function isSameKind(recorded: unknown, ours: unknown, key: string): boolean {
  // What a recording leaves empty says nothing of its kind.
  if (recorded === null) return true;
  if (isNumeric(recorded) && !/R[pqvr]$/.test(key))
    return typeof ours === 'number' || typeof ours === 'string';
  return typeof recorded === typeof ours;
}

const isPlain = (value: unknown): boolean => typeof value !== 'object' || value === null;

/** Whether `ours` has everything of `recorded`: more keys and more columns are younger than the recording. */
function isTwin(recorded: Message, ours: Message, key = ''): boolean {
  if (isPlain(recorded) || isPlain(ours)) {
    return isPlain(recorded) === isPlain(ours) && isSameKind(recorded, ours, key);
  }
  if (Array.isArray(recorded) !== Array.isArray(ours)) return false;
  if (!Array.isArray(recorded)) {
    return Object.keys(recorded).every((name) => name in ours && isTwin(recorded[name], ours[name], name));
  }
  // A row of columns, or a list of rows.
  if (recorded.every(isPlain)) {
    return recorded.length <= ours.length && recorded.every((each, index) => isTwin(each, ours[index]));
  }
  return recorded.every((each: Message) => ours.some((own: Message) => isTwin(each, own)));
}

/** The message and everything inside it. */
function* parts(message: Message): Generator<Message> {
  yield message;
  if (isPlain(message)) return;
  for (const value of Object.values(message)) yield* parts(value);
}

/** A bit of everything that the paper exchange says: replies, refusals, streams. */
async function everythingSaid(server: TestServer): Promise<Message[]> {
  const said: Message[] = [];
  const client = await connect(server);
  await login(server, client, ALICE);
  for (const [name, params] of [
    ['aop_p', []],
    ['orderbook_p', [SYMBOL]],
    ['trade_p', [SYMBOL]],
    ['kline_p', [SYMBOL, 60]],
    ['perp_market24h_pack_p', []],
  ] as const) {
    await client.call(`${name}.subscribe`, params);
  }
  const keep = async (answer: Promise<{ json: Message }>) => said.push((await answer).json);
  const priceRp = String(Math.round((await touch(server)).bid * 0.9));
  const resting = await place(server, ALICE, { priceRp });
  said.push(resting.json);
  await keep(place(server, ALICE, { ordType: 'Market' }));
  await keep(
    place(server, ALICE, {
      ordType: 'MarketIfTouched',
      side: 'Buy',
      stopPxRp: priceRp,
      triggerType: 'ByMarkPrice',
    }),
  );
  await keep(send(server, ALICE, '/g-orders/activeList', { query: `symbol=${SYMBOL}` }));
  await keep(send(server, ALICE, '/g-accounts/accountPositions', { query: 'currency=USDT' }));
  await keep(place(server, ALICE, { ordType: 'Market', side: 'Sell' }));
  await keep(
    send(server, ALICE, '/g-orders/cancel', {
      method: 'DELETE',
      query: `symbol=${SYMBOL}&orderID=${resting.json.data.orderID}&posSide=Merged`,
    }),
  );
  for (const path of [
    '/exchange/order/v2/orderList',
    '/exchange/order/v2/tradingList',
    '/api-data/g-futures/closedPosition',
  ]) {
    for (const more of ['', '&withCount=true']) {
      await keep(send(server, ALICE, path, { query: `currency=USDT${more}` }));
    }
  }
  for (const path of [
    '/public/products',
    '/v1/exchange/public/products',
    `/md/v2/ticker/24hr?symbol=${SYMBOL}`,
    '/md/v2/orderbook?symbol=NOPE',
    `/exchange/public/md/v2/kline/last?symbol=${SYMBOL}`,
    `/exchange/public/md/v2/kline/last?symbol=${SYMBOL}&resolution=60`,
    '/api-data/public/data/funding-rate-history?symbol=.BTCUSDTFR8H',
  ]) {
    await keep(get(server, path));
  }
  for (let second = 0; second < 5; second += 1) {
    server.clock.advance(1000);
    await drain(client);
  }
  return [...said, ...client.messages]
    .flatMap((message) => [...parts(message)])
    .filter((part) => !isPlain(part));
}

/** Samples that have no twin here, one by one: the method of the client beside which it stands, and its number there. */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  'COIN-M: products, orders and positions settled in coins, in integers scaled by powers of ten': [
    ...['parseSwapMarket 1', 'fetchMarkets 4', 'fetchMarkets 5', 'fetchMarkets 8', 'parseOHLCV 1'],
    ...['fetchOHLCV 1', 'parseTicker 2', 'fetchTicker 2', 'fetchTrades 1', 'parseTrade 1', 'parseTrade 2'],
    ...['fetchOrderBook 1', 'parseSwapBalance 2', 'fetchBalance 3', 'parseSwapOrder 1', 'createOrder 2'],
    ...['fetchMyTrades 2', 'fetchPositions 1', 'parsePosition 1', 'fetchFundingRate 1', 'parseFundingRate 1'],
    ...['fetchLeverageTiers 1', 'parseMarketLeverageTiers 1', 'fetchPositionsADLRank 2', 'parseADLRank 2'],
    ...['parseSwapTicker 1', 'handleTicker 2', 'handleBalance 2', 'parseWSSwapOrder 1', 'handleMessage 2'],
  ],
  'spot: products, orders and balances without positions, in scaled integers too': [
    ...['parseSpotMarket 1', 'fetchMarkets 2', 'parseTicker 1', 'fetchTicker 1', 'parseSpotBalance 1'],
    ...['fetchBalance 2', 'parseSpotOrder 1', 'parseSpotOrder 2', 'createOrder 1', 'fetchClosedOrders 1'],
    ...['fetchMyTrades 1', 'handleTicker 1', 'handleBalance 1', 'handleTrades 1', 'handleOHLCV 1'],
    ...['handleOrderBook 1', 'handleMyTrades 1', 'handleOrders 1', 'handleMessage 1'],
  ],
  'wallets and chains: there is one play wallet, and nothing to move it to': [
    ...['fetchDepositAddress 1', 'fetchDeposits 1', 'parseTransaction 1', 'transfer 1', 'transfer 2'],
    ...['fetchTransfers 1', 'parseTransfer 1', 'parseTransfer 2', 'withdraw 1', 'fetchConvertQuote 1'],
    ...['createConvertTrade 1', 'fetchConvertTradeHistory 1', 'parseConversion 1', 'parseConversion 2'],
    'parseConversion 3',
  ],
};

interface Sample {
  readonly in: string;
  readonly sample: Message;
}

/** Every sample under its name in the table above. */
function named(samples: readonly Sample[]): ReadonlyMap<string, Message> {
  const counts = new Map<string, number>();
  return new Map(
    samples.map(({ in: method, sample }) => {
      const count = (counts.get(method) ?? 0) + 1;
      counts.set(method, count);
      return [`${method} ${count}`, sample];
    }),
  );
}

describe.skipIf(!isThere)('a recorded message has its twin', async () => {
  const said = isThere ? await everythingSaid(await startStill()) : [];
  const hasTwin = (recorded: Message): boolean => said.some((ours) => isTwin(recorded, ours));

  it('among the samples of third-party authors, or is named as of another market', () => {
    const samples = named(JSON.parse(text('ccxt-comment-samples.json')));
    const lonely = [...samples].filter(([, sample]) => !hasTwin(sample)).map(([name]) => name);
    expect(lonely.sort()).toEqual(Object.values(ELSEWHERE).flat().sort());
  });

  it('among the replies of a live account', () => {
    const fixture: Message = JSON.parse(text('ccxt-response-fixture.json'));
    const replies: Message[] = [
      ...fixture['createOrder_POST_g-orders'].map(({ response }: Message) => response),
      fixture['accountPositions_GET_g-accounts_accountPositions'],
      fixture.tradingList_GET_exchange_order_v2_tradingList,
      ...fixture.orderList_GET_exchange_order_v2_orderList,
    ];
    expect(replies.filter((reply) => !hasTwin(reply))).toEqual([]);
  });

  it('among the products', () => {
    const { data } = JSON.parse(text('products-trimmed.json'));
    for (const list of ['currencies', 'perpProductsV2', 'riskLimitsV2', 'leveragesV2', 'leverageMargins']) {
      for (const row of data[list])
        expect(hasTwin(row), `${list} ${JSON.stringify(row).slice(0, 200)}`).toBe(true);
    }
  });

  it('among 2021’s socket messages, their scaled integers read as today’s text', () => {
    const asText = (rows: number[][]) => rows.map((row) => row.map(String));
    const today = (message: Message): Message => {
      const { book, trades, kline, ...rest } = message;
      if (book !== undefined)
        return { ...rest, orderbook_p: { asks: asText(book.asks), bids: asText(book.bids) } };
      if (trades !== undefined) {
        return {
          ...rest,
          trades_p: trades.map(([ns, side, price, qty]: Message[]) => [ns, side, String(price), String(qty)]),
        };
      }
      if (kline === undefined) return rest;
      return {
        ...rest,
        kline_p: kline.map(([at, interval, ...values]: Message[]) => [at, interval, ...values.map(String)]),
      };
    };
    let compared = 0;
    for (const name of ['capture-2021-book-trade.ws.gz', 'capture-2021-kline.ws.gz']) {
      for (const line of text(name).split('\n')) {
        const [, json] = /^\d+\.\d+: (\{.*\})\s*$/.exec(line) ?? [];
        if (json === undefined) continue;
        const message = today(JSON.parse(json));
        const kind = Object.keys(message).find((key) => /_p$|^result$/.test(key)) ?? '';
        const candidates = said.filter((ours) => kind in ours && ours.type === message.type);
        expect(
          candidates.some((ours) => isTwin(message, ours)),
          json.slice(0, 200),
        ).toBe(true);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(1400);
  });
});
