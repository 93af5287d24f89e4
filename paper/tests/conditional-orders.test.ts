/** Conditional orders over the wire: acknowledgement, lists, stream, refusals, and what a restart keeps. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../src/clock.ts';
import type { Ticks } from '../src/commands.ts';
import { startPaperServer } from '../src/server.ts';
import {
  ALICE,
  BOB,
  connect,
  login,
  type Order,
  place,
  START_MS,
  SYMBOL,
  send,
  startStill,
} from './harness.ts';

const server = await startStill();

const bySymbol = (symbol: string) => server.market.products.find(({ spec }) => spec.symbol === symbol)?.spec;
/** The mark price moved by this share, as the wire prints it. */
function away(share: number): string {
  const spec = bySymbol(SYMBOL);
  if (spec === undefined) throw new Error(`No ${SYMBOL}`);
  return (Math.round(server.market.markPrice(spec.symbol) * (1 + share)) * Number(spec.tickSize)).toFixed(1);
}
const plain = (price: string): string => price.replace(/\.0$/, '');

const stop = (order: Order = {}) => ({
  ordType: 'Stop',
  stopPxRp: away(0.05),
  triggerType: 'ByMarkPrice',
  ...order,
});

const activeList = async (signer = ALICE) =>
  (await send(server, signer, '/g-orders/activeList', { query: `symbol=${SYMBOL}` })).json;
const cancelAll = (untriggered: boolean, signer = ALICE) =>
  send(server, signer, '/g-orders/all', {
    method: 'DELETE',
    query: `symbol=${SYMBOL}&untriggered=${untriggered}`,
  });

describe('a conditional order over REST', () => {
  it('is acknowledged as the exchange does: registered, untriggered, without a price or anything open', async () => {
    const stopPxRp = away(-0.05);
    const { json, text } = await place(server, ALICE, stop({ ordType: 'MarketIfTouched', stopPxRp }));
    expect(json.data).toMatchObject({
      orderType: 'MarketIfTouched',
      priceRp: '0',
      orderQtyRq: '0.01',
      displayQtyRq: '0',
      timeInForce: 'ImmediateOrCancel',
      leavesQtyRq: '0',
      leavesValueRv: '0',
      stopDirection: 'Falling',
      stopPxRp: plain(stopPxRp),
      trigger: 'ByMarkPrice',
      execStatus: 'Registered',
      ordStatus: 'Untriggered',
      execInst: 'None',
    });
    const [, action, transact] = /"actionTimeNs":(\d+),"transactTimeNs":(\d+)/.exec(text) ?? [];
    expect(action).toBe(transact);
    expect((await cancelAll(true)).json.data).toBe(1);
  });

  it('is listed as open, with its trigger, and in the history by its codes', async () => {
    const { json } = await place(server, ALICE, stop({ ordType: 'StopLimit', priceRp: away(0.06) }));
    const { orderID } = json.data;
    expect((await activeList()).data.rows).toEqual([
      expect.objectContaining({
        orderID,
        ordStatus: 'Untriggered',
        execStatus: 'Registered',
        stopDirection: 'Rising',
      }),
    ]);
    const list = await send(server, ALICE, '/exchange/order/v2/orderList', {
      query: 'currency=USDT&ordStatus=1',
    });
    expect(list.json.data).toEqual([
      expect.objectContaining({
        orderId: orderID,
        ordType: 4,
        ordStatus: 1,
        trigger: 1,
        stopPxRp: plain(away(0.05)),
      }),
    ]);
    await cancelAll(true);
    const byID = await send(server, ALICE, '/api-data/g-futures/orders/by-order-id', {
      query: `symbol=${SYMBOL}&orderID=${orderID}`,
    });
    expect(byID.json.data.rows).toEqual([
      expect.objectContaining({ ordStatus: 'Deactivated', ordType: 'StopLimit', stopDirection: 'Rising' }),
    ]);
  });

  it('is amended: trigger price, size and source', async () => {
    const { json } = await place(server, ALICE, stop());
    const amended = await send(server, ALICE, '/g-orders/replace', {
      method: 'PUT',
      query: `symbol=${SYMBOL}&orderID=${json.data.orderID}&posSide=Merged&stopPxRp=${away(0.07)}&orderQtyRq=0.02&triggerType=ByLastPrice`,
    });
    expect(amended.json.data).toMatchObject({
      execStatus: 'PendingReplace',
      ordStatus: 'Untriggered',
      stopPxRp: plain(away(0.07)),
      orderQtyRq: '0.02',
      trigger: 'ByLastPrice',
    });
    await cancelAll(true);
  });

  it('is canceled by one of two cancel-alls, which counts what it canceled', async () => {
    await place(server, ALICE, stop());
    await place(server, ALICE, { priceRp: plain(away(-0.1)) });
    expect((await cancelAll(true)).json.data).toBe(1);
    expect((await activeList()).data.rows).toEqual([expect.objectContaining({ ordStatus: 'New' })]);
    expect((await cancelAll(false)).json.data).toBe(1);
    expect((await activeList()).code).toBe(10002);
  });

  it('triggers by the mark price when nothing is said, and names a closing order by its instruction', async () => {
    await place(server, ALICE, { ordType: 'Market' });
    const { json } = await place(server, ALICE, {
      ordType: 'Stop',
      side: 'Sell',
      stopPxRp: away(-0.05),
      orderQtyRq: '0',
      closeOnTrigger: true,
    });
    expect(json.data).toMatchObject({
      trigger: 'ByMarkPrice',
      execInst: 'CloseOnTrigger',
      orderQtyRq: '0.01',
    });
    await place(server, ALICE, { ordType: 'Market', side: 'Sell', reduceOnly: true });
    expect((await activeList()).code).toBe(10002);
  });
});

describe('a conditional order is refused', () => {
  it.each<[number, string, Order]>([
    [11035, 'a plain order with a trigger price', { ordType: 'Limit', priceRp: '50000', stopPxRp: '60000' }],
    [11038, 'a source that is not known', { ordType: 'Stop', stopPxRp: '60000', triggerType: 'ByMidPrice' }],
    [
      11038,
      'a source for limit prices',
      { ordType: 'Stop', stopPxRp: '900000', triggerType: 'ByMarkPriceLimit' },
    ],
    [11039, 'the other direction', { ordType: 'Stop', stopPxRp: '900000', stopDirection: 'Falling' }],
    [11046, 'no trigger price', { ordType: 'Stop' }],
    [11046, 'a trigger price below a tick', { ordType: 'Stop', stopPxRp: '0.01' }],
    [30000, 'a trigger price between ticks', { ordType: 'Stop', stopPxRp: '400000.05' }],
    [412, 'a limit without a price', { ordType: 'StopLimit', stopPxRp: '400000' }],
    [
      412,
      'an active order without a size',
      { ordType: 'Market', orderQtyRq: undefined, closeOnTrigger: true },
    ],
    [11126, 'a bracket order', { ordType: 'Bracket', priceRp: '50000' }],
    [11123, 'the leg of a bracket', { ordType: 'BoSlMarket', priceRp: '50000' }],
    [11143, 'an order for market makers only', { timeInForce: 'RPIPostOnly', priceRp: '50000' }],
  ])('[REJ9] %i: %s', async (code, _what, order) => {
    expect((await place(server, BOB, order)).json.code).toBe(code);
  });

  it('[ORD2] but a protected market order is what every market order is here', async () => {
    const { json } = await place(server, BOB, { ordType: 'ProtectedMarket' });
    expect(json.data).toMatchObject({ orderType: 'Market', timeInForce: 'ImmediateOrCancel' });
    await place(server, BOB, { ordType: 'Market', side: 'Sell', reduceOnly: true });
  });
});

describe('a take-profit and a stop-loss that an entry brings along', () => {
  it('stand in its acknowledgement, and after the fill in the list of open orders', async () => {
    const { json } = await place(server, ALICE, {
      ordType: 'Market',
      takeProfitRp: away(0.05),
      tpPxRp: away(0.06),
      stopLossRp: away(-0.05),
    });
    expect(json.data).toMatchObject({
      takeProfitRp: plain(away(0.05)),
      tpPxRp: plain(away(0.06)),
      stopLossRp: plain(away(-0.05)),
      slPxRp: '0',
    });
    const { data } = await activeList();
    expect(data.rows).toEqual([
      expect.objectContaining({
        orderType: 'LimitIfTouched',
        trigger: 'ByLastPrice',
        execInst: 'CloseOnTrigger',
      }),
      expect.objectContaining({ orderType: 'Stop', trigger: 'ByMarkPrice', orderQtyRq: '0.01' }),
    ]);
    await place(server, ALICE, { ordType: 'Market', side: 'Sell', reduceOnly: true });
    expect((await activeList()).code).toBe(10002);
  });

  it('are amended with the entry; zero takes one away', async () => {
    const { json } = await place(server, ALICE, {
      priceRp: away(-0.1),
      takeProfitRp: away(0.05),
      stopLossRp: away(-0.2),
    });
    const query = `symbol=${SYMBOL}&orderID=${json.data.orderID}&posSide=Merged&takeProfitRp=${away(0.07)}&stopLossRp=0`;
    const amended = await send(server, ALICE, '/g-orders/replace', { method: 'PUT', query });
    expect(amended.json.data).toMatchObject({ takeProfitRp: plain(away(0.07)), stopLossRp: '0' });
    await cancelAll(false);
  });

  it.each<[number, Order]>([
    [11077, { takeProfitRp: '900000', tpTrigger: 'ByMidPrice' }],
    [11080, { stopLossRp: '1', slTrigger: 'Never' }],
    [11076, { takeProfitRp: '0.01' }],
    [11079, { stopLossRp: '0.01' }],
    [11047, { takeProfitRp: '50000' }],
  ])('[REJ10] %i', async (code, order) => {
    expect((await place(server, BOB, { priceRp: '60000', ...order })).json.code).toBe(code);
  });
});

describe('a trailing stop over REST', () => {
  const trailing = (order: Order) =>
    place(server, ALICE, {
      ordType: 'Stop',
      side: 'Sell',
      closeOnTrigger: true,
      orderQtyRq: '0',
      pegPriceType: 'TrailingStopPeg',
      ...order,
    });

  it('is acknowledged with its distance and where its trigger stands now, and amended', async () => {
    await place(server, ALICE, { ordType: 'Market' });
    const { json } = await trailing({ pegOffsetValueRp: '-100' });
    const tick = Number(bySymbol(SYMBOL)?.tickSize);
    const mark = Number(away(0));
    expect(json.data).toMatchObject({
      pegPriceType: 'TrailingStopPeg',
      pegOffsetValueRp: '-100',
      ordStatus: 'Untriggered',
    });
    expect(Number(json.data.stopPxRp)).toBeCloseTo(mark - 100, 1);
    const query = `symbol=${SYMBOL}&orderID=${json.data.orderID}&posSide=Merged&pegOffsetValueRp=-${200 + tick}`;
    const amended = await send(server, ALICE, '/g-orders/replace', { method: 'PUT', query });
    expect(amended.json.data).toMatchObject({
      pegOffsetValueRp: `-${200 + tick}`,
      execStatus: 'PendingReplace',
    });
    expect(Number(amended.json.data.stopPxRp)).toBeCloseTo(mark - 200 - tick, 1);
    await cancelAll(true);
  });

  it('takes a share of the price, and an activation price', async () => {
    const { json } = await trailing({
      pegPriceType: 'TrailingTakeProfitPeg',
      pegOffsetProportionRr: '-0.01',
      stopPxRp: away(0.05),
    });
    expect(json.data).toMatchObject({
      pegPriceType: 'TrailingTakeProfitPeg',
      pegOffsetProportionRr: '-0.01',
      pegOffsetValueRp: '0',
      stopDirection: 'Rising',
      stopPxRp: plain(away(0.05)),
    });
    await cancelAll(true);
    await place(server, ALICE, { ordType: 'Market', side: 'Sell', reduceOnly: true });
  });

  it.each<[number, Order]>([
    [11086, { pegPriceType: 'LastPeg', pegOffsetValueRp: '-1' }],
    [11086, { pegPriceType: undefined, pegOffsetValueRp: '-1', stopPxRp: '400' }],
    [11086, { ordType: 'MarketIfTouched', pegOffsetValueRp: '-1', stopPxRp: '900000' }],
    [11046, { pegPriceType: 'TrailingTakeProfitPeg', pegOffsetValueRp: '-1' }],
    [30000, { pegOffsetValueRp: '-1', pegOffsetProportionRr: '-0.01' }],
    [30000, { pegOffsetValueRp: '-1.05' }],
    [30000, { pegOffsetProportionRr: 'much' }],
    [11013, { pegOffsetValueRp: '-1' }],
  ])('[REJ11] %i', async (code, order) => {
    expect((await trailing(order)).json.code).toBe(code);
  });
});

describe('on aop_p', () => {
  it('it is told when it is registered, triggered, new and filled, each with its trigger', async () => {
    const client = await connect(server);
    await login(server, client, BOB);
    await client.call('aop_p.subscribe');
    const stopPxRp = away(0.001);
    await place(server, BOB, stop({ stopPxRp, clOrdID: 'told' }));
    const spec = bySymbol(SYMBOL);
    if (spec === undefined) throw new Error('No product');
    server.exchange.setMarkPrice(spec.symbol, Math.ceil(Number(stopPxRp) / Number(spec.tickSize)) as Ticks);
    const seen: Record<string, unknown>[] = [];
    while (seen.at(-1)?.ordStatus !== 'Filled') {
      const message = await client.next((each) => each.type === 'incremental' && each.orders_p?.length > 0);
      seen.push(...message.orders_p.filter((order: Order) => order.clOrdID === 'told'));
    }
    expect(seen.slice(0, 3).map(({ execStatus, ordStatus }) => [execStatus, ordStatus])).toEqual([
      ['Registered', 'Untriggered'],
      ['Triggered', 'Triggered'],
      ['New', 'New'],
    ]);
    expect(seen[0]).toMatchObject({
      ordType: 'Stop',
      priceRp: '0',
      leavesQty: '0',
      stopPxRp: plain(stopPxRp),
      trigger: 'ByMarkPrice',
      stopDirection: 'Rising',
      action: 'New',
      code: 0,
    });
    await place(server, BOB, { ordType: 'Market', side: 'Sell', reduceOnly: true });
  });
});

describe('a restart', () => {
  it('[STO10] keeps what waits, with everything that was asked of it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'perpdeck-conditional-'));
    const options = { port: 0, seed: 7, accounts: [ALICE], hasRateLimit: false, folder };
    const first = await startPaperServer({ ...options, clock: createVirtualClock(START_MS) });
    const { json } = await place(first, ALICE, stop({ ordType: 'StopLimit', priceRp: away(0.06) }));
    await first.close();
    const second = await startStill({ ...options, clock: createVirtualClock(START_MS + 1000) });
    const open = await send(second, ALICE, '/g-orders/activeList', { query: `symbol=${SYMBOL}` });
    const { orderID, stopPxRp, priceRp, trigger } = json.data;
    expect(open.json.data.rows).toEqual([
      expect.objectContaining({ orderID, stopPxRp, priceRp, trigger, ordStatus: 'Untriggered' }),
    ]);
  });
});
