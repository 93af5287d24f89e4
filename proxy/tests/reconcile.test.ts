/** [R8] What the private stream has lost without a trace is found by asking, and made good by a fresh snapshot. */
import { afterEach, expect, it } from 'vitest';
import { createManualTime } from './manual-time.ts';
import { call, openTab, type Rig, startRig, TRADING } from './rig.ts';

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
const message = (type: string, orders: readonly object[], positions: readonly object[] = []) =>
  JSON.stringify({
    ...{ accounts_p: [], positions_p: positions, sequence: 1, timestamp: 1, type, version: 0 },
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

it('what the list of open orders does not tell is no loss', async () => {
  const told = () => [event('a', { takeProfitRp: '61000', tpPxRp: '60990', tpTrigger: 'ByLastPrice' })];
  await start(() => [row('a', { takeProfitRp: '61000' })], told);
  rig.exchange.push(message('snapshot', told()));
  await rig.exchange.until(() => asked() >= 5);
  const before = subscriptions();
  await rig.exchange.until(() => asked() >= 10);
  expect(subscriptions()).toBe(before);
});

const WAITING = { ordStatus: 'Untriggered', stopPxRp: '61000', triggerType: 'ByMarkPrice' };
const STOP = { stopLossRp: '59000' };
const PRICES = ['61100', '61200'] as const;
const SOURCES = ['ByMarkPrice', 'ByLastPrice'] as const;
it.each([
  ['a conditional order has the price', 'StopLimit', 'priceRp', 'priceRp', WAITING, PRICES],
  ['a conditional order has the size', 'StopLimit', 'orderQtyRq', 'orderQty', WAITING, PRICES],
  ['a conditional order goes by the price', 'StopLimit', 'trigger', 'trigger', WAITING, SOURCES],
  ['an order has the take profit', 'Limit', 'takeProfitRp', 'takeProfitRp', {}, PRICES],
  ['an order has the stop loss', 'Limit', 'stopLossRp', 'stopLossRp', {}, PRICES],
  ['a stop loss has the limit', 'Limit', 'slPxRp', 'slPxRp', STOP, PRICES],
  ['a stop loss goes by the price', 'Limit', 'slTrigger', 'slTrigger', STOP, SOURCES],
])('%s it was amended to, though nobody told of it', async (...[, type, name, inStream, fields, values]) => {
  let [value]: readonly string[] = values;
  await start(
    () => [row('a', { ...fields, orderType: type, [name]: value })],
    () => [event('a', { ...fields, ordType: type, [inStream]: value })],
  );
  const told = event('a', { ...fields, ordType: type, [inStream]: value });
  rig.exchange.push(message('snapshot', [told]));
  await rig.exchange.until(() => asked() >= 5);
  const before = subscriptions();
  await rig.exchange.until(() => asked() >= 10);
  expect(subscriptions()).toBe(before);
  // The exchange has amended it; the event is lost.
  [, value] = values;
  await rig.exchange.until(() => subscriptions() > before);
});

/** Nothing is asked for: what is found, the stream's own messages tell. */
async function listen(
  leg: object,
  lostFillsTiming = { settleMs: 3_600_000, pauseMs: 3_600_000 },
): Promise<void> {
  rig = await startRig({ trading: { ...TRADING, lostFillsTiming } });
  const snapshot = message('snapshot', [event('a')], [leg]);
  rig.exchange.follow(({ method }) =>
    method === 'aop_p.subscribe' ? { followedBy: [snapshot] } : undefined,
  );
  rig.exchange.push(snapshot);
}
/** A leg of so much, below zero for a short; and a fill that says what its leg holds after it. */
const sideOf = (size: number) => (size === 0 ? 'None' : size > 0 ? 'Buy' : 'Sell');
const leg = (size: number, posSide = 'Merged') => ({
  ...{ accountID: 1, symbol: 'BTCUSDT', posSide, posMode: posSide === 'Merged' ? 'OneWay' : 'Hedged' },
  ...{ side: sideOf(size), size: String(Math.abs(size)), leverageRr: '10', avgEntryPriceRp: '60000' },
  ...{ valueRv: '1', assignedPosBalanceRv: '1', positionMarginRv: '1' },
});
let seq = 1;
const fill = (orderID: string, qty: string, held: number, fields: object = {}) => {
  seq += 1;
  return event(orderID, {
    ...{ ordStatus: 'PartiallyFilled', execStatus: 'MakerFill', execID: `exec-${seq}`, execSeq: seq },
    ...{ execQty: qty, cumQty: qty, execPriceRp: '60000', tradeType: 'Trade' },
    ...{ curPosSide: sideOf(held), curPosSize: String(Math.abs(held)) },
    ...fields,
  });
};
const gaps = async () => {
  const metrics = await (await fetch(`${rig.proxy.url}/metrics`)).text();
  return Number(/perpdeck_account_gaps_total (\d+)/.exec(metrics)?.[1]);
};
/** Tells it, and comes back when the proxy has taken it in. */
async function tell(...told: readonly string[]): Promise<void> {
  const tab = await openTab(rig, await rig.signIn());
  tab.request('aop_p.subscribe');
  seq += 1;
  const last = `last-${seq}`;
  for (const text of [...told, message('incremental', [event(last, { symbol: 'ETHUSDT' })])])
    rig.exchange.push(text);
  await tab.until(() => tab.received.some((text) => text.includes(last)));
}

it.each([
  [
    'its order was filled by more than was told',
    leg(0.3),
    message('incremental', [fill('a', '0.2', 0.5, { cumQty: '0.5' })], [leg(0.5)]),
  ],
  ['its leg holds more than was told', leg(1), message('incremental', [fill('a', '0.2', 1.5)], [leg(1.5)])],
  [
    'a short leg of two holds less than was told',
    leg(-1, 'Short'),
    message('incremental', [fill('a', '0.2', -0.5, { posSide: 'Short' })], [leg(-0.5, 'Short')]),
  ],
])('the account is read anew at once when a fill says that %s', async (_why, held, told) => {
  await listen(held);
  const before = subscriptions();
  await tell(told);
  await rig.exchange.until(() => subscriptions() > before);
  expect(await gaps()).toBe(1);
});

it('a position that its fill announced and that never comes is asked for', async () => {
  await listen(leg(1), { settleMs: 1, pauseMs: 3_600_000 });
  const before = subscriptions();
  await tell(message('incremental', [fill('a', '0.2', 1.2)]));
  await rig.exchange.until(() => subscriptions() > before);
});

it.each([
  ['more than its fills have told', leg(1), leg(1.5)],
  ['something that no fill opened', leg(0, 'Long'), leg(0.2, 'Short')],
])(
  'a leg that shows %s is asked for, once another order brings its row along',
  async (_what, held, shown) => {
    await listen(held, { settleMs: 1, pauseMs: 3_600_000 });
    const before = subscriptions();
    await tell(message('incremental', [event('b')], [shown]));
    await rig.exchange.until(() => subscriptions() > before);
    expect(await gaps()).toBe(1);
  },
);

it('fills that add up are no loss, told twice or after their row, through zero, or in one message', async () => {
  await listen(leg(1));
  const before = subscriptions();
  const early = message('incremental', [], [leg(1.2)]);
  const first = message('incremental', [fill('a', '0.2', 1.2)], [leg(1.2)]);
  const sold = fill('b', '2', -0.8, { side: 'Sell', ordStatus: 'Filled', orderQty: '2', leavesQty: '0' });
  const both = [fill('a', '0.3', -0.5, { cumQty: '0.5' }), fill('a', '0.5', 0, { cumQty: '1' })].reverse();
  await tell(
    early,
    first,
    first,
    message('incremental', [sold], [leg(-0.8)]),
    message('incremental', both, [leg(0)]),
  );
  expect(await gaps()).toBe(0);
  expect(subscriptions()).toBe(before);
});

it('an exchange whose fills never add up is not asked anew each time', async () => {
  await listen(leg(1));
  const before = subscriptions();
  await tell(message('incremental', [fill('a', '0.2', 9)], [leg(9)]));
  await rig.exchange.until(() => subscriptions() === before + 1);
  await tell(message('incremental', [fill('a', '0.2', 9)], [leg(9)]));
  await tell(message('incremental', [fill('a', '0.2', 9)], [leg(9)]));
  expect(subscriptions()).toBe(before + 1);
  expect(await gaps()).toBe(2);
});

const newOrder = { symbol: 'BTCUSDT', clOrdID: 'b', side: 'Buy', orderQtyRq: '1', priceRp: '60000' };
const canceled = { ordStatus: 'Canceled', execStatus: 'Canceled', execSeq: 2 };
interface Wished {
  readonly what: string;
  readonly method: string;
  readonly target: string;
  readonly body?: object;
  /** Where it is not flat. */
  readonly held?: object;
  /** What the stream has to tell. */
  readonly orders?: readonly object[];
  readonly legs?: readonly object[];
  /** What overtakes it a moment later. */
  readonly next?: { readonly orders?: readonly object[]; readonly legs?: readonly object[] };
}
it.each<Wished>([
  { what: 'an order', method: 'POST', target: 'orders', body: newOrder, orders: [event('b')] },
  {
    what: 'an amendment',
    ...{ method: 'PUT', target: 'orders/replace?orderID=a&priceRp=61000&symbol=BTCUSDT' },
    orders: [event('a', { priceRp: '61000', execSeq: 2 })],
    next: { orders: [event('a', { priceRp: '62000', execSeq: 3 })] },
  },
  {
    what: 'a cancel',
    ...{ method: 'DELETE', target: 'orders/cancel?orderID=a&symbol=BTCUSDT' },
    orders: [event('a', canceled)],
  },
  {
    what: 'a cancel of several',
    ...{ method: 'DELETE', target: 'orders?orderID=a&symbol=BTCUSDT' },
    orders: [event('a', canceled)],
  },
  {
    what: 'a cancel of all',
    ...{ method: 'DELETE', target: 'orders/all?untriggered=false&symbol=BTCUSDT' },
    orders: [event('a', canceled)],
  },
  {
    what: 'a leverage',
    ...{ method: 'PUT', target: 'positions/leverage?leverageRr=5&symbol=BTCUSDT' },
    legs: [{ ...leg(0), leverageRr: '5' }],
    next: { legs: [{ ...leg(0), leverageRr: '7' }] },
  },
  {
    what: 'a position mode',
    ...{ method: 'PUT', target: 'positions/switch-pos-mode-sync?targetPosMode=Hedged&symbol=BTCUSDT' },
    legs: [leg(0, 'Long'), leg(0, 'Short')],
  },
  {
    what: 'a margin',
    ...{ method: 'POST', target: 'positions/assign?posBalanceRv=5&posSide=Merged&symbol=BTCUSDT' },
    held: leg(1),
    legs: [{ ...leg(1), assignedPosBalanceRv: '5' }],
    next: { legs: [{ ...leg(1), assignedPosBalanceRv: '7' }] },
  },
  {
    what: 'a margin of a position that was traded before it could be told of,',
    ...{ method: 'POST', target: 'positions/assign?posBalanceRv=5&posSide=Merged&symbol=BTCUSDT' },
    orders: [
      fill('a', '1', 2, { ordStatus: 'Filled', leavesQty: '0', transactTimeNs: 4_000_000_000_000_000_000 }),
    ],
    held: leg(1),
    legs: [leg(2)],
  },
])('$what that was taken and not told of has the account read anew', async ({ method, target, ...wish }) => {
  for (const isTold of [true, false]) {
    const time = createManualTime();
    const untoldTiming = { withinMs: 1_500, pauseMs: 5_000 };
    rig = await startRig({ trading: { ...TRADING, untoldTiming }, time });
    rig.exchange.push(message('snapshot', [event('a')], [wish.held ?? leg(0)]));
    const me = await rig.signIn();
    await tell();
    const before = subscriptions();
    const { body, orders = [], legs = [], next = {} } = wish;
    const answer = await call(rig, me, method, `/exchange/g-${target}`, body && JSON.stringify(body));
    expect(answer.status).toBe(200);
    if (isTold) {
      await tell(message('incremental', orders, legs));
      await tell(message('incremental', next.orders ?? [], next.legs ?? []));
    }
    // What a tab has heard the proxy itself has read a moment later.
    await tell();
    time.advance(1_500);
    await rig.exchange.settled();
    expect([isTold, subscriptions()]).toEqual([isTold, isTold ? before : before + 1]);
    expect(await gaps()).toBe(isTold ? 0 : 1);
    if (isTold) await rig.close();
  }
});
