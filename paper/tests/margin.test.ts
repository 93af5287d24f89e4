/** Margin, leverage and risk as a client meets them on the wire. */
import { describe, expect, it } from 'vitest';
import type { Units } from '../src/commands.ts';
import {
  ALICE,
  connect,
  login,
  type Message,
  place,
  SYMBOL,
  send,
  startStill,
  type TestServer,
} from './harness.ts';

describe('GET /g-accounts/risk-unit', () => {
  it('[RSK1] has the documented keys in their order, with numbers for numbers', async () => {
    const server = await startStill();
    await place(server, ALICE, { ordType: 'Market' });
    const { json } = await send(server, ALICE, '/g-accounts/risk-unit');
    expect(json).toMatchObject({ code: 0, msg: '' });
    const [unit] = json.data;
    expect(Object.keys(unit)).toEqual([
      'userId',
      'riskMode',
      'valuationCcy',
      'symbol',
      'posSide',
      'marginRatioRr',
      'totalBalanceRv',
      'totalEquityRv',
      'estAvailableBalanceRv',
      'totalFreeRv',
      'totalPosUnpnlRv',
      'totalPosCostRv',
      'totalPosMMRv',
      'totalOrdUsedBalanceRv',
      'totalOrdOpenLossRv',
      'fixedUsedRv',
    ]);
    expect(unit).toMatchObject({ riskMode: 'CrossAsset', valuationCcy: 3, symbol: '', posSide: '' });
    expect(unit.totalEquityRv).toBeCloseTo(unit.totalBalanceRv + unit.totalPosUnpnlRv, 8);
    expect(unit.marginRatioRr).toBeCloseTo(unit.totalEquityRv / unit.totalPosMMRv, 6);
  });

  it('[RSK2] shows an isolated position as a unit of its own', async () => {
    const server = await startStill();
    const query = `symbol=${SYMBOL}&leverageRr=5`;
    await send(server, ALICE, '/g-positions/leverage', { method: 'PUT', query });
    await place(server, ALICE, { ordType: 'Market' });
    const { json } = await send(server, ALICE, '/g-accounts/risk-unit');
    expect(json.data).toMatchObject([
      { riskMode: 'CrossAsset' },
      { riskMode: 'Isolated', symbol: SYMBOL, posSide: 'Merged' },
    ]);
  });
});

describe('POST /g-positions/assign', () => {
  const query = (balance: string) => `posBalanceRv=${balance}&posSide=Merged&symbol=${SYMBOL}`;
  const assign = (server: TestServer, balance: string) =>
    send(server, ALICE, '/g-positions/assign', { method: 'POST', query: query(balance) });

  it('[ASG1] takes its parameters from the query, answers like the documents, and is told on aop_p', async () => {
    const server = await startStill();
    const leverage = `symbol=${SYMBOL}&leverageRr=10`;
    await send(server, ALICE, '/g-positions/leverage', { method: 'PUT', query: leverage });
    await place(server, ALICE, { ordType: 'Market' });
    const client = await connect(server);
    await login(server, client, ALICE);
    await client.call('aop_p.subscribe');
    const legOf = (message: Message) =>
      message.positions_p?.find((leg: Message) => leg.symbol === SYMBOL && leg.side === 'Buy');
    const before = legOf(await client.next((message) => legOf(message) !== undefined));
    expect((await assign(server, '500')).json).toEqual({ code: 0, msg: '', data: 'OK' });
    const after = legOf(await client.next((message) => legOf(message) !== undefined));
    expect(after).toMatchObject({
      assignedPosBalanceRv: '500',
      usedBalanceRv: '500',
      posCostRv: before.posCostRv,
    });
    expect(Number(after.liquidationPriceRp)).toBeLessThan(Number(before.liquidationPriceRp));
    expect(Number(after.bankruptPriceRp)).toBeLessThan(Number(before.bankruptPriceRp));
  });

  it('[ASG2] refuses with the words of the error table', async () => {
    const server = await startStill();
    expect((await assign(server, '500')).json).toEqual({
      code: 11006,
      msg: 'TE_CANNOT_CHANGE_POSITION_MARGIN_WITHOUT_POSITION',
      data: null,
    });
    for (const balance of ['-1', 'much', '1e3', '0.0000000000001']) {
      expect((await assign(server, balance)).json.code).toBe(30000);
    }
    const without = await send(server, ALICE, '/g-positions/assign', {
      method: 'POST',
      query: `posSide=Merged&symbol=${SYMBOL}`,
    });
    expect(without.json).toMatchObject({ code: 412, msg: 'Missing parameter - posBalanceRv' });
  });
});

describe('a liquidation on the wire', () => {
  it('[LIQ3] is a LiqTrade at the bankruptcy price on aop_p, and code 6 in the history', async () => {
    const server = await startStill();
    const leverage = `symbol=${SYMBOL}&leverageRr=100`;
    await send(server, ALICE, '/g-positions/leverage', { method: 'PUT', query: leverage });
    await place(server, ALICE, { ordType: 'Market', orderQtyRq: '0.1' });
    const client = await connect(server);
    await login(server, client, ALICE);
    await client.call('aop_p.subscribe');
    const legOf = (message: Message) =>
      message.positions_p?.find((leg: Message) => leg.symbol === SYMBOL && leg.side === 'Buy');
    const leg = legOf(await client.next((message) => legOf(message) !== undefined));
    const account = server.exchange.openAccount(ALICE.name, 0n as Units);
    const shown = server.exchange.positions(account).find(({ symbol }) => symbol === SYMBOL);
    if (shown === undefined) throw new Error('No position');
    server.exchange.setMarkPrice(shown.symbol, shown.liquidationPrice);
    const isLiquidation = (order: Message) => order.tradeType === 'LiqTrade';
    const told = await client.next((message) => message.orders_p?.some(isLiquidation));
    expect(told.orders_p.find(isLiquidation)).toMatchObject({
      ordType: 'Market',
      ordStatus: 'Filled',
      side: 'Sell',
      execInst: 'ReduceOnly',
      execStatus: 'TakerFill',
      execPriceRp: leg.bankruptPriceRp,
      execQty: '0.1',
      curPosSize: '0',
    });
    expect(told.orders_p.map((order: Message) => order.action)).toContain('LiqRequest');
    const query = 'currency=USDT&limit=1';
    const trades = await send(server, ALICE, '/exchange/order/v2/tradingList', { query });
    expect(trades.json.data[0]).toMatchObject({ tradeType: 6, action: 11, side: 2 });
  });
});

describe('leverage and position mode, refused', async () => {
  const server = await startStill();
  const put = async (path: string, query: string) =>
    (await send(server, ALICE, `/g-positions/${path}`, { method: 'PUT', query })).json;

  it.each([
    ['above the product', 'leverageRr=101', 11004, 'TE_INVALID_LEVERAGE'],
    ['below one', 'leverageRr=-0.5', 11004, 'TE_INVALID_LEVERAGE'],
    ['of no number', 'leverageRr=ten', 11004, 'TE_INVALID_LEVERAGE'],
    [
      'of two sides in one-way mode',
      'longLeverageRr=5&shortLeverageRr=5',
      20004,
      'TE_ERR_INCONSISTENT_POS_MODE',
    ],
    ['of one side only', 'longLeverageRr=5', 412, 'Missing parameter - leverageRr'],
  ])('[LEV2][MOD1] a leverage %s', async (_what, query, code, msg) => {
    expect(await put('leverage', `symbol=${SYMBOL}&${query}`)).toEqual({ code, msg, data: null });
  });

  it('[REJ5] of a product that is not listed', async () => {
    const invalid = { code: 11027, msg: 'TE_SYMBOL_INVALID', data: null };
    expect(await put('leverage', 'symbol=NOPEUSDT&leverageRr=5')).toEqual(invalid);
    expect(await put('switch-pos-mode-sync', 'symbol=NOPEUSDT&targetPosMode=Hedged')).toEqual(invalid);
  });

  it('[MOD2] another mode while an order is open, or none named', async () => {
    await place(server, ALICE, { symbol: 'SOLUSDT', priceRp: '50', orderQtyRq: '1' });
    expect(await put('switch-pos-mode-sync', 'symbol=SOLUSDT&targetPosMode=Hedged')).toEqual({
      code: 20004,
      msg: 'TE_ERR_INCONSISTENT_POS_MODE',
      data: null,
    });
    expect(await put('switch-pos-mode-sync', 'symbol=SOLUSDT')).toMatchObject({ code: 412 });
    expect(await put('switch-pos-mode-sync', 'symbol=SOLUSDT&targetPosMode=Both')).toMatchObject({
      code: 30000,
    });
  });
});
