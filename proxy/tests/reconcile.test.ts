/** [R8] What the private stream has lost without a trace is found by asking, and made good by a fresh snapshot. */
import { afterEach, expect, it } from 'vitest';
import { openTab, type Rig, startRig, TRADING } from './rig.ts';

const event = (orderID: string, fields: object = {}) => ({
  ...{
    accountID: 1,
    orderID,
    clOrdID: orderID,
    symbol: 'BTCUSDT',
    side: 'Buy',
    posSide: 'Merged',
    ordType: 'Limit',
  },
  ...{ timeInForce: 'GoodTillCancel', ordStatus: 'New', execStatus: 'New', priceRp: '60000', orderQty: '1' },
  ...{ cumQty: '0', leavesQty: '1', actionTimeNs: 1, transactTimeNs: 1, execSeq: 1 },
  ...fields,
});
const message = (type: string, orders: readonly object[]) =>
  JSON.stringify({
    ...{ accounts_p: [], positions_p: [], sequence: 1, timestamp: 1, type, version: 0 },
    orders_p: orders,
  });
const row = (orderID: string, fields: object = {}) => ({
  ...{
    orderID,
    clOrdID: orderID,
    symbol: 'BTCUSDT',
    side: 'Buy',
    orderType: 'Limit',
    timeInForce: 'GoodTillCancel',
  },
  ...{ ordStatus: 'New', priceRp: '60000', orderQtyRq: '1', cumQtyRq: '0', leavesQtyRq: '1' },
  ...{ actionTimeNs: 1, transactTimeNs: 1 },
  ...fields,
});

let rig: Rig;
afterEach(() => rig.close());

/** An exchange that has these orders open, whatever its stream has told. */
async function start(open: () => readonly object[], told: () => readonly object[]): Promise<void> {
  rig = await startRig({ trading: { ...TRADING, reconcileTiming: { roundMs: 10, againMs: 1 } } });
  rig.exchange.follow(({ method }) =>
    method === 'aop_p.subscribe' ? { followedBy: [message('snapshot', told())] } : undefined,
  );
  rig.exchange.answerWith(({ target }, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const rows = open();
    const account = { currency: 'USDT', accountBalanceRv: '1', totalUsedBalanceRv: '0' };
    const data = target.startsWith('/g-orders') ? { rows } : { account, positions: [] };
    response.end(JSON.stringify({ code: 0, msg: '', data }));
  });
}
const subscriptions = () => rig.exchange.subscribed('aop_p.subscribe').length;
const asked = () =>
  rig.exchange.asked().filter(({ target }) => target.startsWith('/g-orders/activeList')).length;

it('an order that is gone leaves the screen, though nobody told of its end', async () => {
  let open = ['a', 'b'];
  await start(
    () => open.map((id) => row(id)),
    () => open.map((id) => event(id)),
  );
  rig.exchange.push(message('snapshot', [event('a'), event('b')]));
  const tab = await openTab(rig, await rig.signIn());
  tab.request('aop_p.subscribe');
  await rig.exchange.until(() => asked() >= 3);
  const before = subscriptions();
  // The exchange has filled it; the event is lost.
  open = ['a'];
  await rig.exchange.until(() => subscriptions() > before);
  await tab.until(() => {
    const last = tab.received.findLast((text) => text.includes('orders_p'));
    return last?.includes('"a"') === true && !last.includes('"b"');
  });
  const metrics = await (await fetch(`${rig.proxy.url}/metrics`)).text();
  expect(metrics).toMatch(/perpdeck_account_gaps_total [1-9]/);
});

it('what the stream tells a moment later is no loss', async () => {
  await start(
    () => [row('a')],
    () => [event('a')],
  );
  rig.exchange.push(message('snapshot', [event('a')]));
  await rig.exchange.until(() => asked() >= 5);
  const before = subscriptions();
  await rig.exchange.until(() => asked() >= 10);
  expect(subscriptions()).toBe(before);
});

it('a conditional order has the price it was amended to, though nobody told of it', async () => {
  const waiting = { ordStatus: 'Untriggered', stopPxRp: '61000', triggerType: 'ByMarkPrice' };
  let price = '61100';
  await start(
    () => [row('a', { ...waiting, orderType: 'StopLimit', priceRp: price })],
    () => [event('a', { ...waiting, ordType: 'StopLimit', priceRp: price })],
  );
  const told = event('a', { ...waiting, ordType: 'StopLimit', priceRp: price });
  rig.exchange.push(message('snapshot', [told]));
  await rig.exchange.until(() => asked() >= 5);
  const before = subscriptions();
  await rig.exchange.until(() => asked() >= 10);
  expect(subscriptions()).toBe(before);
  // The exchange has amended it; the event is lost.
  price = '61200';
  await rig.exchange.until(() => subscriptions() > before);
});
