/** Conditional orders as ccxt's phemex class asks for them. */
import ccxt from 'ccxt';
import { describe, expect, it } from 'vitest';
import { restClient } from './ccxt-client.ts';
import { ALICE, startStill } from './harness.ts';

const server = await startStill();
const alice = await restClient(server, ALICE);
const BTC = 'BTC/USDT:USDT';

/** The mark price moved by this share, whole dollars. */
const away = async (share: number): Promise<number> =>
  Math.round(
    ((await alice.fetchTicker(BTC)).markPrice ?? (await alice.fetchFundingRate(BTC)).markPrice ?? 0) *
      (1 + share),
  );

const openOrders = async () => (await alice.fetchOpenOrders(BTC)).map(({ id, status }) => [id, status]);

describe('ccxt and conditional orders', () => {
  it.each([
    ['buy', 'up', 'market', 'Stop'],
    ['buy', 'down', 'market', 'MarketIfTouched'],
    ['sell', 'up', 'market', 'MarketIfTouched'],
    ['sell', 'down', 'market', 'Stop'],
    ['buy', 'up', 'limit', 'StopLimit'],
    ['sell', 'up', 'limit', 'LimitIfTouched'],
  ] as const)(
    'a %s triggered on the way %s, at %s, is a %s: open until it is canceled',
    async (side, triggerDirection, type, ordType) => {
      const triggerPrice = await away(triggerDirection === 'up' ? 0.05 : -0.05);
      const price = type === 'limit' ? triggerPrice : undefined;
      const order = await alice.createOrder(BTC, type, side, 0.01, price, { triggerPrice, triggerDirection });
      expect(order).toMatchObject({ status: 'open', side, triggerPrice, amount: 0.01, filled: 0 });
      expect(order.info).toMatchObject({
        orderType: ordType,
        ordStatus: 'Untriggered',
        trigger: 'ByMarkPrice',
      });
      expect(await openOrders()).toEqual([[order.id, 'open']]);
      await alice.cancelOrder(String(order.id), BTC);
      expect(await openOrders()).toEqual([]);
      const orders = await alice.fetchOrders(BTC);
      expect(orders.find(({ id }) => id === order.id)).toMatchObject({ status: 'canceled' });
    },
  );

  it('editOrder moves the trigger', async () => {
    const params = { triggerPrice: await away(0.05), triggerDirection: 'up' };
    const { id } = await alice.createOrder(BTC, 'market', 'buy', 0.01, undefined, params);
    const triggerPrice = await away(0.06);
    const edited = await alice.editOrder(String(id), BTC, 'market', 'buy', 0.02, undefined, { triggerPrice });
    expect(edited).toMatchObject({ id, triggerPrice, amount: 0.02 });
    expect((await alice.fetchOpenOrders(BTC))[0]).toMatchObject({ triggerPrice, amount: 0.02 });
    await alice.cancelOrder(String(id), BTC);
  });

  it('cancelAllOrders spells the parameter wrongly, so that it cancels active orders only; spelled rightly it works', async () => {
    const params = { triggerPrice: await away(0.05), triggerDirection: 'up' };
    const { id } = await alice.createOrder(BTC, 'market', 'buy', 0.01, undefined, params);
    await alice.cancelAllOrders(BTC, { trigger: true });
    expect(await openOrders()).toEqual([[id, 'open']]);
    await alice.cancelAllOrders(BTC, { untriggered: true });
    expect(await openOrders()).toEqual([]);
  });

  it('closeOnTrigger of the whole position goes with the position', async () => {
    await alice.createOrder(BTC, 'market', 'buy', 0.01);
    const params = { triggerPrice: await away(-0.05), triggerDirection: 'down', closeOnTrigger: true };
    const order = await alice.createOrder(BTC, 'market', 'sell', 0.01, undefined, {
      ...params,
      orderQtyRq: '0',
    });
    expect(order).toMatchObject({ amount: 0.01, info: { execInst: 'CloseOnTrigger' } });
    await alice.createOrder(BTC, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
    expect(await openOrders()).toEqual([]);
  });

  it('takeProfit and stopLoss of an entry become orders of the position', async () => {
    const [above, further, below] = [await away(0.05), await away(0.06), await away(-0.05)];
    const order = await alice.createOrder(BTC, 'market', 'buy', 0.01, undefined, {
      takeProfit: { triggerPrice: above, price: further, triggerPriceType: 'mark' },
      stopLoss: { triggerPrice: below },
    });
    expect(order).toMatchObject({ takeProfitPrice: above, stopLossPrice: below });
    expect(await alice.fetchOpenOrders(BTC)).toMatchObject([
      { side: 'sell', triggerPrice: above, amount: 0.01, info: { orderType: 'LimitIfTouched' } },
      { side: 'sell', triggerPrice: below, amount: 0.01, info: { orderType: 'Stop' } },
    ]);
    await alice.createOrder(BTC, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
    expect(await openOrders()).toEqual([]);
  });

  it('takeProfitPrice and stopLossPrice ask for the same, at market', async () => {
    const params = { takeProfitPrice: await away(0.05), stopLossPrice: await away(-0.05) };
    await alice.createOrder(BTC, 'market', 'buy', 0.01, undefined, params);
    const types = (await alice.fetchOpenOrders(BTC)).map(({ info }) => info.orderType);
    expect(types).toEqual(['MarketIfTouched', 'Stop']);
    await alice.createOrder(BTC, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
  });

  it('a trailing stop, which ccxt knows no words for, by the exchange’s own', async () => {
    await alice.createOrder(BTC, 'market', 'buy', 0.01);
    const order = await alice.createOrder(BTC, 'market', 'sell', 0.01, undefined, {
      triggerPrice: await away(-0.05),
      triggerDirection: 'down',
      pegPriceType: 'TrailingStopPeg',
      pegOffsetValueRp: '-500',
      closeOnTrigger: true,
    });
    expect(order).toMatchObject({
      status: 'open',
      info: { pegOffsetValueRp: '-500', ordStatus: 'Untriggered' },
    });
    expect(order.triggerPrice).toBeGreaterThan(await away(-0.05));
    await alice.createOrder(BTC, 'market', 'sell', 0.01, undefined, { reduceOnly: true });
    expect(await openOrders()).toEqual([]);
  });

  it('what triggers at once is an InvalidOrder', async () => {
    const params = { triggerPrice: await away(-0.05), triggerDirection: 'up' };
    await expect(alice.createOrder(BTC, 'market', 'buy', 0.01, undefined, params)).rejects.toBeInstanceOf(
      ccxt.InvalidOrder,
    );
  });
});
