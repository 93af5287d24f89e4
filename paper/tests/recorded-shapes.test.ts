/**
 * Messages recorded from the real exchange have twins here: the same keys in the same order, the same kinds of values.
 * The recordings lie beside the repository and are not part of it; without them this file says so and is skipped.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  ALICE,
  type Client,
  connect,
  get,
  login,
  type Message,
  place,
  SYMBOL,
  send,
  startStill,
  touch,
} from './harness.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', 'shared', 'real-wire');
const isThere = existsSync(folder);
if (!isThere) console.warn(`No recorded messages at ${folder}: their shapes are not compared.`);

const read = (file: string): Message => (isThere ? JSON.parse(readFileSync(join(folder, file), 'utf8')) : {});

type Row = Record<string, unknown>;

/** The recorder quoted integers, so a recorded text of digits may be a number here. */
function kind(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'list';
  return typeof value === 'string' && /^-?\d+$/.test(value) ? 'digits' : typeof value;
}

const isSameKind = (recorded: unknown, ours: unknown): boolean => {
  const [theirs, own] = [kind(recorded), kind(ours)];
  if (theirs === 'digits') return own === 'digits' || own === 'number' || own === 'string';
  return theirs === own || (theirs === 'string' && own === 'digits') || theirs === 'null' || own === 'null';
};

function expectSameKinds(recorded: Row, ours: Row): void {
  const differing = Object.keys(recorded).filter((key) => !isSameKind(recorded[key], ours[key]));
  expect(differing).toEqual([]);
}

/** The same keys in the same order. */
function expectTwin(recorded: Row, ours: Row): void {
  expect(Object.keys(ours)).toEqual(Object.keys(recorded));
  expectSameKinds(recorded, ours);
}

/** Every recorded key, among younger ones that the recording did not have yet. */
function expectElder(recorded: Row, ours: Row): void {
  expect(Object.keys(ours)).toEqual(expect.arrayContaining(Object.keys(recorded)));
  expectSameKinds(recorded, ours);
}

const samples: { in: string; sample: Message }[] = isThere ? read('ccxt-comment-samples.json') : [];
const sampleWith = (isMeant: (sample: Message) => boolean): Message =>
  samples.find(({ sample }) => isMeant(sample))?.sample;

describe.skipIf(!isThere)('a recorded message has its twin', async () => {
  const server = await startStill();
  const fixture = read('ccxt-response-fixture.json');

  it('in the products', async () => {
    const recorded = read('products-trimmed.json').data;
    const ours = (await get(server, '/public/products')).json.data;
    expect(Object.keys(ours).filter((key) => key in recorded)).toEqual(Object.keys(recorded));
    for (const list of ['currencies', 'perpProductsV2', 'riskLimitsV2', 'leveragesV2', 'leverageMargins']) {
      expectTwin(recorded[list][0], ours[list][0]);
    }
    expectTwin(recorded.leverageMargins[0].items[0], ours.leverageMargins[0].items[0]);
    expectTwin(recorded.riskLimitsV2[0].riskLimits[0], ours.riskLimitsV2[0].riskLimits[0]);
  });

  it('in the acknowledgement of an order', async () => {
    const recorded = fixture['createOrder_POST_g-orders'][2].response;
    const priceRp = String(Math.round((await touch(server)).bid * 0.9));
    const { json } = await place(server, ALICE, { priceRp });
    expect(Object.keys(json)).toEqual(Object.keys(recorded));
    expectTwin(recorded.data, json.data);
  });

  it('in the acknowledgement of a conditional order, down to its words', async () => {
    const recorded = fixture['createOrder_POST_g-orders'][0].response;
    const stopPxRp = String(Math.round((await touch(server)).ask * 1.1));
    const { json } = await place(server, ALICE, { side: 'Sell', ordType: 'MarketIfTouched', stopPxRp });
    expectTwin(recorded.data, json.data);
    const { orderID, clOrdID, symbol, actionTimeNs, transactTimeNs, bizError, ...words } = recorded.data;
    expect(json.data).toMatchObject({ ...words, stopPxRp });
  });

  it('in the account and its positions', async () => {
    const recorded = fixture['accountPositions_GET_g-accounts_accountPositions'].data;
    const { json } = await send(server, ALICE, '/g-accounts/accountPositions', { query: 'currency=USDT' });
    expectElder(recorded.account, json.data.account);
    // Two quantities of open orders are younger than this recording.
    for (const row of recorded.positions) expectElder(row, json.data.positions[0]);
  });

  it('in orders and trades of the past', async () => {
    await place(server, ALICE, { ordType: 'Market' });
    const query = 'currency=USDT&limit=200';
    const trades = await send(server, ALICE, '/exchange/order/v2/tradingList', { query });
    expectTwin(fixture.tradingList_GET_exchange_order_v2_tradingList.data[0], trades.json.data[0]);
    const orders = await send(server, ALICE, '/exchange/order/v2/orderList', { query });
    for (const { data } of fixture.orderList_GET_exchange_order_v2_orderList) {
      expectTwin(data[0], orders.json.data[0]);
    }
  });

  it('in tickers and funding', async () => {
    const ticker = sampleWith((sample) => sample.closeRp !== undefined);
    expectTwin(ticker, (await get(server, `/md/v2/ticker/24hr?symbol=${SYMBOL}`)).json.result);
    const funding = sampleWith((sample) => sample.data?.rows?.[0]?.fundingRate !== undefined);
    const path = '/api-data/public/data/funding-rate-history?symbol=.BTCUSDTFR8H&limit=1';
    expectTwin(funding.data.rows[0], (await get(server, path)).json.data.rows[0]);
  });

  it('in refusals, to the byte', async () => {
    const resolution = samples.find(({ sample }) => sample.code === 412)?.sample;
    const kline = await get(server, `/exchange/public/md/v2/kline/last?symbol=${SYMBOL}`);
    expect(kline.text).toBe(JSON.stringify(resolution));
    const invalid = sampleWith((sample) => sample.error?.code === 6001);
    expect((await get(server, '/md/v2/orderbook?symbol=NOPE')).text).toBe(JSON.stringify(invalid));
  });

  it('in the streams', async () => {
    const client: Client = await connect(server);
    const first = async (method: string, params: unknown[], isMeant: (message: Message) => boolean) => {
      await client.call(method, params);
      return client.next(isMeant);
    };
    const compared = [
      ['orderbook_p', [SYMBOL], (message: Message) => message.orderbook_p !== undefined],
      ['trade_p', [SYMBOL], (message: Message) => message.trades_p !== undefined],
      ['kline_p', [SYMBOL, 60], (message: Message) => message.kline_p !== undefined],
      ['perp_market24h_pack_p', [], (message: Message) => message.fields !== undefined],
    ] as const;
    for (const [name, params, isMeant] of compared) {
      const ours = await first(`${name}.subscribe`, [...params], isMeant);
      const recorded = sampleWith(isMeant);
      expectElder(recorded, ours);
      expect(Object.keys(ours)).toEqual(Object.keys(ours).toSorted());
      const [row, own] = [
        recorded.kline_p?.[0] ?? recorded.trades_p?.[0],
        ours.kline_p?.[0] ?? ours.trades_p?.[0],
      ];
      if (row !== undefined) expectTwin(row, own);
      if (recorded.fields !== undefined)
        expect(ours.fields.slice(0, recorded.fields.length)).toEqual(recorded.fields);
    }
  });

  it('in the account stream', async () => {
    const client = await connect(server);
    await login(server, client, ALICE);
    await client.call('aop_p.subscribe');
    await place(server, ALICE, { ordType: 'Market' });
    const isFill = (order: Message) => order.tradeType === 'Trade';
    const message = await client.next((each) => each.orders_p?.some(isFill));
    const order = samples
      .map(({ sample }) => sample[0])
      .find(
        (each) =>
          each?.ordType !== undefined && each.execStatus === 'TakerFill' && each.orderQty !== undefined,
      );
    expectElder(order, message.orders_p.find(isFill));
    const account = samples
      .map(({ sample }) => sample[0])
      .find((each) => each?.accountBalanceRv !== undefined);
    expectElder(account, message.accounts_p[0]);
  });
});
