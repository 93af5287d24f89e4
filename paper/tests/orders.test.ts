/** Orders over REST: what an acknowledgement says and in which order, what is refused, and what history remembers. */
import { describe, expect, it } from 'vitest';
import { ALICE, BOB, place, SYMBOL, send, startStill, touch } from './harness.ts';

const server = await startStill();

const ACK_KEYS = [
  'bizError', 'orderID', 'clOrdID', 'symbol', 'side', 'actionTimeNs', 'transactTimeNs', 'orderType', 'priceRp',
  'orderQtyRq', 'displayQtyRq', 'timeInForce', 'closedPnlRv', 'closedSizeRq', 'cumQtyRq', 'cumValueRv',
  'leavesQtyRq', 'leavesValueRv', 'stopDirection', 'stopPxRp', 'trigger', 'pegOffsetValueRp',
  'pegOffsetProportionRr', 'execStatus', 'pegPriceType', 'ordStatus', 'execInst', 'takeProfitRp', 'stopLossRp',
  'slPxRp', 'tpPxRp',
]; // biome-ignore format: a list to be read against the exchange's

const lowPrice = async () => String(Math.round((await touch(server)).bid * 0.9));

describe('an acknowledgement', () => {
  it('has the exchange’s keys in its order, and times as bare integers of nineteen digits', async () => {
    const { json, text } = await place(server, ALICE, { priceRp: await lowPrice(), clOrdID: 'ack-1' });
    expect(Object.keys(json)).toEqual(['code', 'msg', 'data']);
    expect(Object.keys(json.data)).toEqual(ACK_KEYS);
    expect(text).toMatch(/"actionTimeNs":\d{19},"transactTimeNs":\d{19},/);
    expect(json.data).toMatchObject({
      clOrdID: 'ack-1',
      execInst: 'None',
      displayQtyRq: '0',
      trigger: 'UNSPECIFIED',
    });
  });

  it('describes the order before matching, also when it fills at once', async () => {
    const { json } = await place(server, ALICE, { ordType: 'Market' });
    expect(json.data).toMatchObject({
      execStatus: 'PendingNew',
      ordStatus: 'Created',
      cumQtyRq: '0',
      leavesQtyRq: '0.01',
      timeInForce: 'ImmediateOrCancel',
      orderType: 'Market',
    });
    expect(Number(json.data.priceRp)).toBeGreaterThan((await touch(server)).ask);
    await place(server, ALICE, { ordType: 'Market', side: 'Sell', reduceOnly: true });
  });

  it('of an amendment has the new price and PendingReplace, of a cancel the full quantity and PendingCancel', async () => {
    const price = await lowPrice();
    const { json: placed } = await place(server, ALICE, { priceRp: price });
    const query = `symbol=${SYMBOL}&orderID=${placed.data.orderID}&posSide=Merged`;
    const amended = await send(server, ALICE, '/g-orders/replace', {
      method: 'PUT',
      query: `${query}&priceRp=${Number(price) - 1}`,
    });
    expect(amended.json.data).toMatchObject({
      execStatus: 'PendingReplace',
      ordStatus: 'New',
      priceRp: String(Number(price) - 1),
    });
    const canceled = await send(server, ALICE, '/g-orders/cancel', { method: 'DELETE', query });
    expect(canceled.json.data).toMatchObject({
      execStatus: 'PendingCancel',
      ordStatus: 'New',
      leavesQtyRq: '0.01',
    });
  });

  it('prints no trailing zeros', async () => {
    const { json } = await place(server, ALICE, { priceRp: `${await lowPrice()}.0`, orderQtyRq: '0.0100' });
    expect(json.data.orderQtyRq).toBe('0.01');
    expect(json.data.priceRp).not.toContain('.');
  });
});

describe('an order is accepted', () => {
  it('by PUT with everything in the query', async () => {
    const query = `symbol=${SYMBOL}&side=Buy&posSide=Merged&ordType=Limit&orderQtyRq=0.01&priceRp=${await lowPrice()}&timeInForce=GoodTillCancel&reduceOnly=false&text=hello%20world`;
    const { json } = await send(server, BOB, '/g-orders/create', { method: 'PUT', query });
    expect(json.data).toMatchObject({ ordStatus: 'Created', symbol: SYMBOL });
  });

  it('with a display quantity: the book shows that much, the acknowledgement and the list of open orders say so', async () => {
    const priceRp = await lowPrice();
    const { json } = await place(server, BOB, {
      priceRp,
      displayQtyRq: '0.004',
      stpInstruction: 'CancelBoth',
    });
    expect(json.data).toMatchObject({ displayQtyRq: '0.004', orderQtyRq: '0.01', leavesQtyRq: '0.01' });
    const query = `symbol=${SYMBOL}`;
    const { json: list } = await send(server, BOB, '/g-orders/activeList', { query });
    expect(list.data.rows).toContainEqual(
      expect.objectContaining({ orderID: json.data.orderID, displayQtyRq: '0.004', leavesQtyRq: '0.01' }),
    );
    await send(server, BOB, '/g-orders/cancel', {
      method: 'DELETE',
      query: `${query}&orderID=${json.data.orderID}&posSide=Merged`,
    });
  });

  it('with quantity and price as JSON numbers, and with parameters nobody asked for', async () => {
    const { json } = await place(server, BOB, {
      orderQtyRq: 0.01,
      priceRp: Number(await lowPrice()),
      leverage: 6,
      marginMode: 'isolated',
      hedged: true,
      displayQtyRq: '0',
      closeOnTrigger: false,
    });
    expect(json.code).toBe(0);
  });

  it('without a client id, any number of times', async () => {
    const priceRp = await lowPrice();
    for (let count = 0; count < 2; count += 1)
      expect((await place(server, BOB, { priceRp })).json.code).toBe(0);
  });
});

describe('an order is refused', () => {
  const cases: readonly [string, Record<string, unknown>, number][] = [
    ['for a symbol that is not listed', { symbol: 'NOPEUSDT' }, 11027],
    ['for a side that is none', { side: 'Long' }, 11034],
    ['for a type that is none', { ordType: 'Iceberg' }, 11035],
    ['for a type that JavaScript knows but the exchange does not', { ordType: 'constructor' }, 11035],
    ['for a time in force that is none', { timeInForce: 'GTC' }, 11036],
    ['for a market order that is post-only', { ordType: 'Market', timeInForce: 'PostOnly' }, 11036],
    ['for a position side that does not fit the mode', { posSide: 'Long' }, 20004],
    ['for a self-trade instruction that is none', { stpInstruction: 'CancelNobody' }, 11037],
    ['for a display quantity of half a lot', { displayQtyRq: '0.00105' }, 30000],
    ['for a position side that is none', { posSide: 'Both' }, 30000],
    ['for no quantity', { orderQtyRq: undefined }, 412],
    ['for no price', { priceRp: undefined }, 412],
    ['for less than one lot', { orderQtyRq: '0.00001' }, 11058],
    ['for half a lot', { orderQtyRq: '0.01005' }, 30000],
    ['for half a tick', { priceRp: '50000.05' }, 30000],
    ['for a quantity in words', { orderQtyRq: 'ten' }, 30000],
    ['for more than may be ordered at once', { orderQtyRq: '5000' }, 11056],
    ['for a price that is too high', { side: 'Sell', priceRp: '900000' }, 11053],
    ['for a client id of 41 characters', { clOrdID: 'x'.repeat(41) }, 30000],
    ['for reducing what is not there', { reduceOnly: true }, 11011],
  ];
  it.each(cases)('%s', async (_name, order, code) => {
    const { status, json } = await place(server, BOB, { priceRp: '50000', ...order });
    expect([status, json.code, json.data]).toEqual([200, code, null]);
    expect(json.msg).not.toBe('');
  });

  it('when amended or canceled without an id, or by one that is unknown', async () => {
    const query = `symbol=${SYMBOL}&posSide=Merged`;
    const nameless = await send(server, BOB, '/g-orders/cancel', { method: 'DELETE', query });
    expect(nameless.json).toEqual({ code: 11111, msg: 'TE_MISSING_ORDER_ID', data: null });
    const unknown = await send(server, BOB, '/g-orders/replace', {
      method: 'PUT',
      query: `${query}&clOrdID=nobody&priceRp=50000`,
    });
    expect(unknown.json).toEqual({ code: 10002, msg: 'OM_ORDER_NOT_FOUND', data: null });
  });
});

describe('several orders at once', () => {
  it('are canceled by a list of ids, percent-encoded comma included', async () => {
    const own = await startStill();
    const price = String(Math.round((await touch(own)).bid * 0.9));
    const ids: string[] = [];
    for (let count = 0; count < 3; count += 1)
      ids.push((await place(own, ALICE, { priceRp: price })).json.data.orderID);
    const query = `symbol=${SYMBOL}&orderID=${ids[0]}%2C${ids[1]}&posSide=Merged`;
    const { json } = await send(own, ALICE, '/g-orders', { method: 'DELETE', query });
    expect(json.data.map((row: { orderID: string }) => row.orderID)).toEqual(ids.slice(0, 2));
    const open = await send(own, ALICE, '/g-orders/activeList', { query: `symbol=${SYMBOL}` });
    expect(open.json.data.rows.map((row: { orderID: string }) => row.orderID)).toEqual([ids[2]]);
    expect(open.json.data.rows[0]).toMatchObject({ reduceOnly: false, execStatus: 'New', ordStatus: 'New' });
    const untriggered = await send(own, ALICE, '/g-orders/all', {
      method: 'DELETE',
      query: `symbol=${SYMBOL}&untriggered=true`,
    });
    expect(untriggered.json.data).toBe(0);
    // The misspelling that ccxt sends is a parameter nobody reads: the active orders go.
    const all = await send(own, ALICE, '/g-orders/all', {
      method: 'DELETE',
      query: `symbol=${SYMBOL}&untriggerred=true`,
    });
    expect(all.text).toBe('{"code":0,"msg":"","data":1}');
    const none = await send(own, ALICE, '/g-orders/activeList', { query: `symbol=${SYMBOL}` });
    expect(none.text).toBe('{"code":10002,"msg":"OM_ORDER_NOT_FOUND","data":null}');
  });
});

describe('history', () => {
  it('lists orders newest first with integer enums, as an array or counted', async () => {
    const own = await startStill();
    const price = String(Math.round((await touch(own)).bid * 0.9));
    const { json: resting } = await place(own, ALICE, { priceRp: price, clOrdID: 'rests' });
    await place(own, ALICE, { ordType: 'Market' });
    const list = await send(own, ALICE, '/exchange/order/v2/orderList', {
      query: `symbol=${SYMBOL}&currency=USDT`,
    });
    expect(list.json.data).toHaveLength(2);
    expect(list.json.data[0]).toMatchObject({
      side: 1,
      posSide: 3,
      ordType: 1,
      ordStatus: 7,
      execStatus: 7,
      tradeType: 1,
    });
    expect(list.json.data[0].clOrdId).toBe(list.json.data[0].orderId.slice(0, 7));
    expect(list.json.data[1]).toMatchObject({
      clOrdId: 'rests',
      ordType: 2,
      ordStatus: 5,
      execStatus: 5,
      cumValueRv: '0',
    });
    const open = await send(own, ALICE, '/exchange/order/v2/orderList', {
      query: 'currency=USDT&ordStatus=5,6&withCount=true',
    });
    expect(open.json.data).toMatchObject({ total: 1, rows: [{ orderId: resting.data.orderID }] });
    const trades = await send(own, ALICE, '/exchange/order/v2/tradingList', {
      query: 'currency=USDT&offset=0&limit=200',
    });
    expect(trades.json.msg).toBe('OK');
    expect(trades.json.data[0]).toMatchObject({
      currency: 'USDT',
      execStatus: 7,
      feeRateRr: '0.0006',
      action: 1,
    });
    expect(trades.json.data[0].execId).toHaveLength(7);
    const byID = await send(own, ALICE, '/api-data/g-futures/orders/by-order-id', {
      query: `symbol=${SYMBOL}&clOrdID=rests`,
    });
    expect(byID.json.data.rows).toEqual([
      expect.objectContaining({ orderId: resting.data.orderID, ordStatus: 'New', side: 'Buy' }),
    ]);
    const tooMany = await send(own, ALICE, '/exchange/order/v2/tradingList', {
      query: 'currency=USDT&limit=201',
    });
    expect(tooMany.json.code).toBe(30018);
  });
});

describe('the account', () => {
  it('has a row per symbol in one-way mode and two in hedged mode, flat ones included', async () => {
    const rows = async () =>
      (await send(server, BOB, '/g-accounts/accountPositions', { query: 'currency=USDT&symbol=SOLUSDT' }))
        .json.data.positions;
    expect((await rows()).map((row: { posSide: string }) => row.posSide)).toEqual(['Merged']);
    const switched = await send(server, BOB, '/g-positions/switch-pos-mode-sync', {
      method: 'PUT',
      query: 'symbol=SOLUSDT&targetPosMode=Hedged',
    });
    expect(switched.json.code).toBe(0);
    expect((await rows()).map((row: { posSide: string; side: string }) => [row.posSide, row.side])).toEqual([
      ['Long', 'None'],
      ['Short', 'None'],
    ]);
  });

  it('says margin mode by the sign of the leverage', async () => {
    const query = 'symbol=BNBUSDT&leverageRr=5';
    expect((await send(server, BOB, '/g-positions/leverage', { method: 'PUT', query })).json.code).toBe(0);
    const { json } = await send(server, BOB, '/g-accounts/positions', { query: 'currency=USDT' });
    const row = json.data.positions.find(({ symbol }: { symbol: string }) => symbol === 'BNBUSDT');
    expect(row).toMatchObject({
      leverageRr: '5',
      crossMargin: false,
      initMarginReqRr: '0.2',
      unRealisedPnlRv: '0',
    });
    expect(row.buyValueToCostRr).toBe('0.20108');
    expect(json.data.account).toMatchObject({
      currency: 'USDT',
      status: 0,
      userMode: 1,
      bonusBalanceRv: '0',
    });
  });

  it('needs a currency that there is', async () => {
    expect((await send(server, BOB, '/g-accounts/accountPositions')).json.code).toBe(412);
    const { json } = await send(server, BOB, '/g-accounts/accountPositions', { query: 'currency=BTC' });
    expect(json).toEqual({ code: 11028, msg: 'TE_CURRENCY_INVALID', data: null });
  });
});
