/** aop_p: what an account is told, in the third naming. */
import { describe, expect, it } from 'vitest';
import { readAccount } from '#contract/wire/account-stream.ts';
import { units } from '../src/testing/testbed.ts';
import {
  ALICE,
  BOB,
  type Client,
  connect,
  drain,
  login,
  type Message,
  place,
  SYMBOL,
  send,
  startStill,
  type TestServer,
  touch,
  widen,
} from './harness.ts';

const isAccount = (message: Message) => message.accounts_p !== undefined;

async function subscribed(server: TestServer, signer = ALICE): Promise<Client> {
  const client = await connect(server);
  await login(server, client, signer);
  await client.call('aop_p.subscribe');
  return client;
}

const nextOrder = async (client: Client, isMeant: (order: Message) => boolean): Promise<Message> => {
  const message = await client.next((each) => each.orders_p?.some(isMeant));
  expect(readAccount(message)).toMatchObject({ ok: true, value: { skipped: [] } });
  return message.orders_p.find(isMeant);
};

describe('aop_p', () => {
  it('counts on when somebody listens again after nobody did', async () => {
    const server = await startStill();
    const client = await subscribed(server);
    await place(server, ALICE, { priceRp: '80000' });
    const last = await client.next((message) => isAccount(message) && message.type === 'incremental');
    await client.call('aop_p.unsubscribe');
    await client.call('aop_p.subscribe');
    const again = await client.next((message) => isAccount(message) && message.type === 'snapshot');
    expect(again.sequence).toBeGreaterThan(last.sequence);
  });

  it('starts with a snapshot of wallet, positions and orders', async () => {
    const server = await startStill();
    const client = await subscribed(server);
    const snapshot = await client.next(isAccount);
    expect(Object.keys(snapshot)).toEqual([
      'accounts_p',
      'orders_p',
      'positions_p',
      'sequence',
      'timestamp',
      'type',
      'version',
    ]);
    expect(snapshot).toMatchObject({ type: 'snapshot', version: 0, orders_p: [] });
    expect(snapshot.accounts_p).toEqual([
      expect.objectContaining({
        accountBalanceRv: '100000',
        totalUsedBalanceRv: '0',
        currency: 'USDT',
        userMode: 'Classic',
      }),
    ]);
    expect(snapshot.positions_p.length).toBeGreaterThanOrEqual(12);
    expect(client.texts.at(-1)).toMatch(/"timestamp":\d{19},"type":"snapshot","version":0\}$/);
    expect(readAccount(snapshot)).toMatchObject({ ok: true, value: { skipped: [] } });
  });

  it('follows an order from new to amended to canceled', async () => {
    const server = await startStill();
    const client = await subscribed(server);
    const price = Math.round((await touch(server)).bid * 0.9);
    await place(server, ALICE, { priceRp: String(price), clOrdID: 'watched' });
    const fresh = await nextOrder(client, ({ clOrdID }) => clOrdID === 'watched');
    expect(fresh).toMatchObject({
      action: 'New',
      execStatus: 'New',
      ordStatus: 'New',
      ordType: 'Limit',
      orderQty: '0.01',
      leavesQty: '0.01',
      cumQty: '0',
      code: 0,
      message: 'No error',
      execQty: '0',
      posSide: 'Merged',
      timeInForce: 'GoodTillCancel',
    });
    expect(fresh).not.toHaveProperty('tradeType');
    const query = `symbol=${SYMBOL}&clOrdID=watched&posSide=Merged`;
    await send(server, ALICE, '/g-orders/replace', { method: 'PUT', query: `${query}&orderQtyRq=0.02` });
    const amended = await nextOrder(client, ({ action }) => action === 'Replace');
    expect(amended).toMatchObject({
      execStatus: 'Replaced',
      ordStatus: 'New',
      orderQty: '0.02',
      leavesQty: '0.02',
    });
    await send(server, ALICE, '/g-orders/cancel', { method: 'DELETE', query });
    const canceled = await nextOrder(client, ({ action }) => action === 'Cancel');
    expect(canceled).toMatchObject({ execStatus: 'Canceled', ordStatus: 'Canceled', cxlRejReason: 0 });
    expect(canceled.execSeq).toBeGreaterThan(amended.execSeq);
  });

  it('tells fills, position and balance of a taker and its maker', async () => {
    const server = await startStill();
    const taker = await subscribed(server, BOB);
    const maker = await subscribed(server, ALICE);
    server.market.stop();
    const { bid } = await widen(server);
    const price = String(Number((bid + 0.1).toFixed(1)));
    await place(server, ALICE, { priceRp: price, timeInForce: 'PostOnly' });
    await place(server, BOB, { ordType: 'Market', side: 'Sell' });
    const isFill = ({ tradeType }: Message) => tradeType === 'Trade';
    const made = await nextOrder(maker, isFill);
    expect(made).toMatchObject({
      execStatus: 'MakerFill',
      lastLiquidityInd: 'AddedLiquidity',
      execPriceRp: price,
      execQty: '0.01',
      ordStatus: 'Filled',
      feeRateRr: '0.0001',
      curPosSide: 'Buy',
      curPosSize: '0.01',
    });
    const message = await taker.next((each) => each.orders_p?.some(isFill));
    const took = message.orders_p.find(isFill);
    expect(took).toMatchObject({
      execStatus: 'TakerFill',
      lastLiquidityInd: 'RemovedLiquidity',
      execPriceRp: price,
      feeRateRr: '0.0006',
      curPosSide: 'Sell',
    });
    expect(took.execID).toMatch(/^[0-9a-f-]{36}$/);
    expect(message.positions_p).toEqual([
      expect.objectContaining({
        symbol: SYMBOL,
        side: 'Sell',
        size: '0.01',
        avgEntryPriceRp: price.replace(/\.0$/, ''),
      }),
    ]);
    expect(Number(message.accounts_p[0].accountBalanceRv)).toBeLessThan(100_000);
  });

  it('tells a refusal too, with its code and the exchange’s words', async () => {
    const server = await startStill();
    const client = await subscribed(server);
    const qty = Math.ceil(1_500_000 / (await touch(server)).bid);
    await place(server, ALICE, {
      priceRp: String(Math.round((await touch(server)).bid)),
      orderQtyRq: String(qty),
    });
    const rejected = await nextOrder(client, ({ ordStatus }) => ordStatus === 'Rejected');
    expect(rejected).toMatchObject({
      execStatus: 'CreateRejected',
      code: 11001,
      message: 'TE: no enough available balance',
      curPosSide: 'None',
      leavesQty: String(qty),
    });
  });

  it('[ACC1] tells play money at once, though no order and no position changed', async () => {
    const server = await startStill();
    const client = await subscribed(server);
    await client.next(isAccount);
    const account = server.exchange.openAccount('alice', units('0'));
    server.exchange.bank.deposit(account, units('12.5'));
    const told = await client.next(isAccount);
    expect(told).toMatchObject({ type: 'incremental', orders_p: [], positions_p: [] });
    expect(told.accounts_p).toEqual([expect.objectContaining({ accountBalanceRv: '100012.5' })]);
  });

  it('says that a post-only order would have crossed', async () => {
    const server = await startStill();
    const client = await subscribed(server);
    const { ask } = await touch(server);
    await place(server, ALICE, { priceRp: String(ask + 50), timeInForce: 'PostOnly' });
    const canceled = await nextOrder(client, ({ ordStatus }) => ordStatus === 'Canceled');
    expect(canceled).toMatchObject({ cxlRejReason: 101, code: 0, cumQty: '0' });
  });

  it('tells no late subscriber of a fill whose order ended too long ago to be told: it would read as open', async () => {
    const server = await startStill();
    server.market.stop();
    const { bid } = await widen(server);
    const price = String(Number((bid + 0.1).toFixed(1)));
    await place(server, ALICE, {
      priceRp: price,
      orderQtyRq: '0.02',
      clOrdID: 'part',
      timeInForce: 'PostOnly',
    });
    await place(server, BOB, { ordType: 'Market', side: 'Sell' });
    await send(server, ALICE, '/g-orders/cancel', {
      method: 'DELETE',
      query: `symbol=${SYMBOL}&clOrdID=part&posSide=Merged`,
    });
    const statusesOf = async (clOrdID: string) => {
      const { orders_p: orders } = await (await subscribed(server)).next(isAccount);
      return orders.filter((row: Message) => row.clOrdID === clOrdID).map((row: Message) => row.ordStatus);
    };
    expect(await statusesOf('part')).toEqual(['PartiallyFilled', 'Canceled']);
    const crossing = { priceRp: String((await touch(server)).ask + 50), timeInForce: 'PostOnly' };
    await Promise.all(Array.from({ length: 100 }, () => place(server, ALICE, crossing)));
    expect(await statusesOf('part')).toEqual([]);
  });

  it('tells a late subscriber of every part of an order that was filled in three', async () => {
    const server = await startStill();
    server.market.stop();
    const { bid } = await widen(server);
    const priceRp = String(Number((bid + 0.1).toFixed(1)));
    await place(server, ALICE, {
      priceRp,
      orderQtyRq: '0.03',
      clOrdID: 'parts',
      timeInForce: 'PostOnly',
    });
    for (let part = 0; part < 3; part += 1) await place(server, BOB, { ordType: 'Market', side: 'Sell' });
    const { orders_p: orders } = await (await subscribed(server)).next(isAccount);
    expect(orders.map(({ ordStatus, cumQty }: Message) => [ordStatus, cumQty])).toEqual([
      ['PartiallyFilled', '0.01'],
      ['PartiallyFilled', '0.02'],
      ['Filled', '0.03'],
    ]);
  });

  it('gives a late subscriber open, canceled and filled orders, and tells nobody else’s', async () => {
    const server = await startStill();
    const stranger = await subscribed(server, BOB);
    const price = String(Math.round((await touch(server)).bid * 0.9));
    await place(server, ALICE, { priceRp: price, clOrdID: 'open' });
    await place(server, ALICE, { priceRp: price, clOrdID: 'canceled' });
    await send(server, ALICE, '/g-orders/cancel', {
      method: 'DELETE',
      query: `symbol=${SYMBOL}&clOrdID=canceled&posSide=Merged`,
    });
    await place(server, ALICE, { ordType: 'Market', clOrdID: 'filled' });
    const late = await subscribed(server);
    const { orders_p: orders } = await late.next(isAccount);
    expect(orders.map(({ clOrdID, ordStatus }: Message) => [clOrdID, ordStatus])).toEqual([
      ['canceled', 'Canceled'],
      ['filled', 'Filled'],
      ['open', 'New'],
    ]);
    await drain(stranger);
    expect(stranger.messages.filter(isAccount)).toHaveLength(1);
    expect(await late.call('aop_p.unsubscribe')).toMatchObject({ error: null });
    await place(server, ALICE, { priceRp: price });
    await drain(late);
    expect(late.messages.filter(isAccount)).toHaveLength(1);
  });
});
