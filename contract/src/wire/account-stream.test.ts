/** The private stream, on rows of the exchange's documents and of messages seen from it. */
import { describe, expect, it } from 'vitest';
import { parseStreamMessage } from './stream-message.ts';

const wallet = {
  accountBalanceRv: '1508.452588802237',
  accountID: 9328670003,
  bonusBalanceRv: '0',
  currency: 'USDT',
  totalUsedBalanceRv: '343.132599666883',
  userID: 932867,
  userMode: 'Classic',
};

const order = {
  accountID: 9328670003,
  action: 'New',
  actionBy: 'ByUser',
  actionTimeNs: 1666858780876924700,
  clOrdID: 'c0327a7d',
  closedPnlRv: '0',
  code: 0,
  cumQty: '0',
  cumValueRv: '0',
  curPosSide: 'Buy',
  cxlRejReason: 0,
  execFeeRv: '0',
  execID: '00000000-0000-0000-0000-000000000000',
  execPriceRp: '20723.7',
  execQty: '0',
  execSeq: 100,
  execStatus: 'New',
  execValueRv: '0',
  feeRateRr: '0',
  leavesQty: '0.003',
  message: 'No error',
  ordStatus: 'New',
  ordType: 'Limit',
  orderID: 'fa64c6f2',
  orderQty: '0.003',
  posSide: 'Long',
  priceRp: '21150.1',
  side: 'Buy',
  symbol: 'BTCUSDT',
  timeInForce: 'GoodTillCancel',
  transactTimeNs: 1666858780881545200,
};

const fill = (execSeq: number, execID: string, cumQty: string, leavesQty: string) => ({
  ...order,
  cumQty,
  leavesQty,
  execSeq,
  execID,
  execQty: '0.001',
  execPriceRp: '20849',
  execValueRv: '20.849',
  execFeeRv: '0.0125094',
  feeRateRr: '0.0006',
  execStatus: 'TakerFill',
  ordStatus: leavesQty === '0' ? 'Filled' : 'PartiallyFilled',
  tradeType: 'Trade',
  lastLiquidityInd: 'RemovedLiquidity',
});

const flat = {
  accountID: 9328670003,
  avgEntryPriceRp: '0',
  bankruptPriceRp: '0',
  buyValueToCostRr: '0.10114',
  cumClosedPnlRv: '-0.8092',
  cumFundingFeeRv: '0.013573252307',
  curTermRealisedPnlRv: '-0.11368032',
  leverageRr: '-10',
  liquidationPriceRp: '0',
  maintMarginReqRr: '0.005',
  markPriceRp: '37214.088278684',
  posMode: 'Hedged',
  posSide: 'Long',
  positionMarginRv: '0',
  sellValueToCostRr: '0.10126',
  side: 'None',
  size: '0',
  symbol: 'BTCUSDT',
  unrealisedPnlRv: '0',
  usedBalanceRv: '0',
  valueRv: '0',
};

const open = {
  ...flat,
  side: 'Sell',
  size: '0.01',
  valueRv: '372.1',
  avgEntryPriceRp: '37210',
  liquidationPriceRp: '40000',
};

function account(
  rows: { accounts_p?: unknown; orders_p?: unknown; positions_p?: unknown },
  type = 'incremental',
) {
  const message = parseStreamMessage(
    JSON.stringify({
      orders_p: [],
      ...rows,
      sequence: 59553602,
      timestamp: 1701414172164094000,
      type,
      version: 0,
    }),
  );
  if (message.kind !== 'account') throw new Error(JSON.stringify(message));
  return message;
}

describe('an account message', () => {
  it('tells the wallet', () => {
    const { update, skipped } = account({ accounts_p: [wallet] }, 'snapshot');
    expect(update).toMatchObject({ kind: 'snapshot', sequence: 59553602, atMs: 1701414172164 });
    expect(update.wallets).toEqual([
      {
        currency: 'USDT',
        balance: '1508.452588802237',
        used: '343.132599666883',
        accountMode: 'Classic',
      },
    ]);
    expect(skipped).toEqual([]);
  });

  it('may leave any of its lists out', () => {
    const { update } = account({ accounts_p: null, orders_p: null });
    expect(update).toMatchObject({ wallets: [], orders: [], fills: [], positions: [], settings: [] });
  });

  it('tells an order with quantities that lack the suffix', () => {
    expect(account({ orders_p: [order] }).update.orders).toEqual([
      {
        orderID: 'fa64c6f2',
        clOrdID: 'c0327a7d',
        symbol: 'BTCUSDT',
        side: 'Buy',
        posSide: 'Long',
        ordType: 'Limit',
        timeInForce: 'GoodTillCancel',
        ordStatus: 'New',
        price: '21150.1',
        qty: '0.003',
        cumQty: '0',
        leavesQty: '0.003',
        cumValue: '0',
        reduceOnly: false,
        actionAtMs: 1666858780876,
        transactAtMs: 1666858780881,
        execSeq: 100,
      },
    ]);
  });

  it('echoes a time in force that no document lists', () => {
    const { update } = account({ orders_p: [{ ...order, timeInForce: 'GoodTillModify' }] });
    expect(update.orders[0]?.timeInForce).toBe('GoodTillModify');
  });

  it.each([
    ['ReduceOnly', true],
    ['CloseOnTrigger', true],
    ['None', false],
    [undefined, false],
  ])('knows from the instruction %s whether an order only reduces', (execInst, isReduceOnly) => {
    expect(account({ orders_p: [{ ...order, execInst }] }).update.orders[0]?.reduceOnly).toBe(isReduceOnly);
  });

  it('makes one fill of every execution, however often it is told, and none of other events', () => {
    const rows = [order, fill(101, 'exec-1', '0.001', '0.002'), fill(102, 'exec-2', '0.002', '0.001')];
    const { update } = account({ orders_p: [...rows, fill(101, 'exec-1', '0.001', '0.002')] }, 'snapshot');
    expect(update.fills.map(({ execID }) => execID)).toEqual(['exec-1', 'exec-2']);
    expect(update.fills[0]).toEqual({
      execID: 'exec-1',
      orderID: 'fa64c6f2',
      clOrdID: 'c0327a7d',
      symbol: 'BTCUSDT',
      side: 'Buy',
      posSide: 'Long',
      price: '20849',
      qty: '0.001',
      value: '20.849',
      fee: '0.0125094',
      feeRate: '0.0006',
      closedPnl: '0',
      isMaker: false,
      atMs: 1666858780881,
    });
    expect(account({ orders_p: [{ ...order, execStatus: 'TakerFill' }] }).update.fills).toEqual([]);
  });

  it.each([
    ['Buy', '0.043', '0.043'],
    ['Sell', '0.043', '-0.043'],
    ['None', '0', '0'],
    ['None', '0.043', undefined],
    ['Sell', undefined, undefined],
  ])('tells what the leg holds after a fill: %s of %s', (curPosSide, curPosSize, held) => {
    const filled = { ...fill(101, 'exec-1', '0.001', '0.002'), curPosSide, curPosSize };
    expect(account({ orders_p: [filled] }).update.fills[0]?.heldAfter).toBe(held);
  });

  it('tells each order once, in its newest state, whatever the order of its events', () => {
    const rows = [fill(102, 'exec-2', '0.002', '0.001'), order, fill(101, 'exec-1', '0.001', '0.002')];
    const { update } = account({ orders_p: rows }, 'snapshot');
    expect(update.orders.map(({ execSeq, cumQty }) => [execSeq, cumQty])).toEqual([[102, '0.002']]);
  });

  it('takes the fill for the newer one of two events of a match, which have one number', () => {
    const filled = { ...fill(100, 'exec-1', '0.003', '0') };
    for (const rows of [
      [order, filled],
      [filled, order],
    ]) {
      expect(account({ orders_p: rows }).update.orders.map(({ ordStatus }) => ordStatus)).toEqual(['Filled']);
    }
  });

  it('says why an order was rejected or taken back', () => {
    const rejected = {
      ...order,
      execStatus: 'CreateRejected',
      ordStatus: 'Rejected',
      code: 11001,
      message: 'TE: no enough available balance',
    };
    const crossed = { ...order, orderID: 'b', ordStatus: 'Canceled', cxlRejReason: 101 };
    const { update } = account({ orders_p: [rejected, crossed, { ...order, orderID: 'c' }] });
    expect(update.orders.map((row) => row.rejection)).toEqual([
      { code: 11001, message: 'TE: no enough available balance' },
      { code: 101, message: '' },
      undefined,
    ]);
  });

  it('closes the leg that went flat, and keeps its settings', () => {
    const { update } = account({ positions_p: [flat, { ...open, posSide: 'Short' }] });
    expect(update.positions).toMatchObject([
      { symbol: 'BTCUSDT', posSide: 'Long', position: undefined },
      {
        symbol: 'BTCUSDT',
        posSide: 'Short',
        position: {
          side: 'Sell',
          size: '0.01',
          avgEntryPrice: '37210',
          liquidationPrice: '40000',
          marginMode: 'cross',
        },
      },
    ]);
    expect(update.settings).toEqual([
      {
        symbol: 'BTCUSDT',
        posMode: 'Hedged',
        legs: [
          {
            posSide: 'Long',
            marginMode: 'cross',
            leverage: '10',
            buyValueToCost: '0.10114',
            sellValueToCost: '0.10126',
          },
          {
            posSide: 'Short',
            marginMode: 'cross',
            leverage: '10',
            buyValueToCost: '0.10114',
            sellValueToCost: '0.10126',
          },
        ],
      },
    ]);
  });

  it('calls the one leg of one-way mode Merged, whatever the row says', () => {
    const { update } = account({ positions_p: [{ ...open, posMode: 'OneWay', posSide: 'Long' }] });
    expect(update.positions[0]).toMatchObject({ posSide: 'Merged', position: { posSide: 'Merged' } });
  });

  it.each([
    ['-10', 'cross', '10'],
    ['0', 'cross', '0'],
    ['5', 'isolated', '5'],
  ])('reads leverage %s as %s %sx', (leverageRr, marginMode, leverage) => {
    const { update } = account({ positions_p: [{ ...open, leverageRr }] });
    expect(update.positions[0]?.position).toMatchObject({ marginMode, leverage });
  });

  it('has no liquidation price where the exchange says 0', () => {
    const { update } = account({ positions_p: [{ ...open, liquidationPriceRp: '0', bankruptPriceRp: '0' }] });
    expect(update.positions[0]?.position).not.toHaveProperty('liquidationPrice');
    expect(update.positions[0]?.position).not.toHaveProperty('bankruptPrice');
  });

  it('keeps the rows that can be read and names those that cannot', () => {
    const { update, skipped } = account({
      orders_p: [
        { ...order, side: 'Up' },
        { ...order, orderID: 'good' },
      ],
    });
    expect(update.orders.map(({ orderID }) => orderID)).toEqual(['good']);
    expect(skipped).toEqual([
      { kind: 'malformed', path: 'orders_p[0].side', message: 'expected one of Buy, Sell, got "Up"' },
    ]);
  });

  it('without a sequence is malformed as a whole', () => {
    expect(parseStreamMessage('{"orders_p":[],"type":"incremental","timestamp":1}')).toMatchObject({
      kind: 'malformed',
      of: 'account',
      problem: { path: 'sequence' },
    });
  });
});
