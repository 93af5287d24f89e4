/** REST replies, on samples of the exchange's documents and bodies seen from it. */
import { describe, expect, it } from 'vitest';
import type { Result } from '../result.ts';
import { parseAcceptance, parseCancelAll } from './acceptance.ts';
import { parseAccountPositions } from './account-positions.ts';
import { parseBook } from './book.ts';
import { openEnvelope } from './envelope.ts';
import { parseKlineRows } from './kline.ts';
import { parseOrderList } from './order-list.ts';
import { parseActiveOrders, parseOrderAck } from './order-row.ts';
import { parseProducts } from './products.ts';
import { parseServerTime } from './server-time.ts';
import { parseTicker, parseTickers } from './ticker.ts';
import { parseTrades } from './trades.ts';
import { parseTradingList } from './trading-list.ts';

function valueIn<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

function problemIn(result: Result<unknown>): string {
  if (result.ok) throw new Error('was read');
  const { problem } = result;
  return problem.kind === 'refused'
    ? `${problem.code} ${problem.message}`
    : `${problem.path}: ${problem.message}`;
}

const done = (data: unknown) => ({ code: 0, msg: '', data });
const market = (result: unknown) => ({ error: null, id: 0, result });

const ack = {
  bizError: 0,
  orderID: '97dd65db',
  clOrdID: 'mine',
  symbol: 'SOLUSDT',
  side: 'Buy',
  actionTimeNs: 1731694522513451800,
  transactTimeNs: 0,
  orderType: 'Limit',
  priceRp: '192',
  orderQtyRq: '0.01',
  displayQtyRq: '0',
  timeInForce: 'GoodTillCancel',
  cumQtyRq: '0',
  cumValueRv: '0',
  leavesQtyRq: '0.01',
  leavesValueRv: '1.92',
  stopDirection: 'UNSPECIFIED',
  execStatus: 'PendingNew',
  ordStatus: 'Created',
  execInst: 'None',
};

describe('envelopes', () => {
  it.each([
    [
      { code: 11001, msg: 'TE_NO_ENOUGH_AVAILABLE_BALANCE', data: null },
      '11001 TE_NO_ENOUGH_AVAILABLE_BALANCE',
    ],
    [{ code: '401', msg: '401 Request Expired at 1618547919' }, '401 401 Request Expired at 1618547919'],
    [{ msg: 'API Signature verification failed.', code: 10500 }, '10500 API Signature verification failed.'],
    [{ error: { code: 6001, message: 'invalid argument' }, id: null, result: null }, '6001 invalid argument'],
    [{ code: 412, msg: 'Missing parameter - resolution', data: null }, '412 Missing parameter - resolution'],
    ['<html>', ': expected an envelope, got "<html>"'],
    [{}, ': expected an envelope, got {}'],
  ])('carry refusals in any of their shapes: %j', (body, problem) => {
    expect(problemIn(openEnvelope(body))).toBe(problem);
  });
});

describe('orders', () => {
  it('are acknowledged as they stood before matching', () => {
    expect(valueIn(parseOrderAck(done(ack)))).toEqual({
      orderID: '97dd65db',
      clOrdID: 'mine',
      symbol: 'SOLUSDT',
      side: 'Buy',
      ordType: 'Limit',
      timeInForce: 'GoodTillCancel',
      ordStatus: 'Created',
      price: '192',
      qty: '0.01',
      cumQty: '0',
      leavesQty: '0.01',
      cumValue: '0',
      reduceOnly: false,
      actionAtMs: 1731694522513,
      transactAtMs: 0,
      execSeq: 0,
    });
  });

  it('are reduce-only by flag or by instruction', () => {
    expect(valueIn(parseOrderAck(done({ ...ack, reduceOnly: true }))).reduceOnly).toBe(true);
    expect(valueIn(parseOrderAck(done({ ...ack, execInst: 'ReduceOnly' }))).reduceOnly).toBe(true);
  });

  it('that come with an error of their own are refused', () => {
    expect(problemIn(parseOrderAck(done({ ...ack, bizError: 10003 })))).toBe('10003 ');
  });

  it('that are open come in rows, and "not found" means none', () => {
    expect(valueIn(parseActiveOrders(done({ rows: [ack, ack], nextPageArg: '' })))).toHaveLength(2);
    expect(valueIn(parseActiveOrders({ code: 10002, msg: 'OM_ORDER_NOT_FOUND', data: null }))).toEqual([]);
    expect(problemIn(parseActiveOrders({ code: 34003, msg: 'Access forbidden' }))).toBe(
      '34003 Access forbidden',
    );
  });

  it('that cannot be read say where', () => {
    const rows = [ack, { ...ack, orderQtyRq: 'many' }];
    expect(problemIn(parseActiveOrders(done({ rows })))).toBe(
      'data.rows[1].orderQtyRq: expected a decimal of zero or more, got "many"',
    );
    expect(problemIn(parseOrderAck(done({ ...ack, symbol: undefined })))).toBe(
      'data.symbol: expected text, got nothing',
    );
    expect(problemIn(parseOrderAck(done(null)))).toBe('data: expected an object, got null');
  });

  it('of the past have integer enums', () => {
    const row = {
      createdAt: 1666179379726,
      symbol: 'ETHUSDT',
      orderQtyRq: '0.78',
      side: 2,
      posSide: 3,
      priceRp: '1271.9',
      execQtyRq: '0.78',
      leavesQtyRq: '0',
      cumValueRv: '992.082',
      ordType: 2,
      ordStatus: 7,
      clOrdId: '2739dc9',
      orderId: '2739dc90-41c6',
      bizError: 0,
      totalPnlRv: null,
    };
    const expected = [
      { side: 'Sell', posSide: 'Merged', ordType: 'Limit', ordStatus: 'Filled', cumQty: '0.78' },
    ];
    expect(valueIn(parseOrderList(done([row])))).toMatchObject(expected);
    expect(valueIn(parseOrderList(done({ total: 1, rows: [row] })))).toMatchObject(expected);
    expect(problemIn(parseOrderList(done([row, { ...row, ordStatus: 77 }])))).toBe(
      'data[1].ordStatus: expected a known status, got 77',
    );
  });
});

describe('fills of the past', () => {
  const row = {
    createdAt: 1666226932259,
    symbol: 'ETHUSDT',
    currency: 'USDT',
    action: 1,
    tradeType: 1,
    execQtyRq: '0.01',
    execPriceRp: '1271.9',
    side: 1,
    execValueRv: '12.719',
    feeRateRr: '0.0001',
    execFeeRv: '0.0012719',
    ordType: 2,
    execId: '8718cae',
    execStatus: 6,
    posSide: 3,
    ptFeeRv: 0,
  };

  it('come as a list or in rows, and name no order', () => {
    const fill = {
      execID: '8718cae',
      symbol: 'ETHUSDT',
      side: 'Buy',
      posSide: 'Merged',
      price: '1271.9',
      qty: '0.01',
      value: '12.719',
      fee: '0.0012719',
      feeRate: '0.0001',
      isMaker: true,
      atMs: 1666226932259,
    };
    expect(valueIn(parseTradingList(done([row])))).toEqual([fill]);
    expect(valueIn(parseTradingList(done({ total: 1, rows: [row] })))).toEqual([fill]);
    expect(valueIn(parseTradingList(done(null)))).toEqual([]);
  });

  it('leave out what executed nothing', () => {
    const funding = { ...row, tradeType: 4, execStatus: 1 };
    expect(valueIn(parseTradingList(done([funding, { ...row, execStatus: 7 }])))).toMatchObject([
      { isMaker: false },
    ]);
  });
});

describe('the account', () => {
  const account = { accountBalanceRv: '100', totalUsedBalanceRv: '1', currency: 'USDT', accountId: 1 };

  it('may hold nothing', () => {
    expect(valueIn(parseAccountPositions(done({ account, positions: [] })))).toEqual({
      wallets: [{ currency: 'USDT', balance: '100', used: '1' }],
      positions: [],
      settings: [],
    });
  });

  it('may call the size sizeRq', () => {
    const position = {
      symbol: 'BTCUSDT',
      side: 'Buy',
      posSide: 'Merged',
      posMode: 'OneWay',
      sizeRq: '0.010',
      valueRv: '500',
      avgEntryPrice: '50000',
      leverageRr: '20',
      positionMarginRv: '25',
    };
    expect(valueIn(parseAccountPositions(done({ account, positions: [position] }))).positions).toMatchObject([
      { posSide: 'Merged', position: { size: '0.01', avgEntryPrice: '50000', marginMode: 'isolated' } },
    ]);
  });
});

describe('the market', () => {
  it('has books and trades in the envelope of /md', () => {
    const book = {
      depth: 30,
      orderbook_p: { asks: [['20675.7', '0.736']], bids: [['20672.4', '0.818']] },
      sequence: 77770771,
      symbol: 'BTCUSDT',
      timestamp: 1666860123727907800,
      type: 'snapshot',
    };
    expect(valueIn(parseBook(market(book)))).toMatchObject({
      sequence: 77770771,
      asks: [['20675.7', '0.736']],
    });
    expect(problemIn(parseBook(market({ ...book, orderbook_p: { bids: [['x', '1']] } })))).toBe(
      'result.orderbook_p.bids[0]: expected two decimals of zero or more, got ["x","1"]',
    );
    const trades = {
      sequence: 1,
      symbol: 'BTCUSDT',
      trades_p: [[1666860389799499000, 'Buy', '20702.1', '0.949']],
      type: 'snapshot',
    };
    expect(valueIn(parseTrades(market(trades))).trades).toEqual([
      { atMs: 1666860389799, side: 'Buy', price: '20702.1', qty: '0.949' },
    ]);
  });

  it('has candles in either order, as text or numbers', () => {
    const rows = [
      [1666856340, 60, '20689.5', '20686.2', '20695.4', '20686.2', '20691.6', '2.742', '56731.5609'],
      [1666856280, 60, 20700.1, 20712.7, 20712.7, 20689.1, 20689.5, 4.407, 91208.3065],
    ];
    const candles = valueIn(parseKlineRows(done({ total: -1, rows })));
    expect(candles.map(({ openTimeSec, close }) => [openTimeSec, close])).toEqual([
      [1666856280, '20689.5'],
      [1666856340, '20691.6'],
    ]);
  });

  it('has tickers under the names of v2 and of v3', () => {
    const common = {
      fundingRateRr: '0.0001',
      highRp: '1932.31',
      lowRp: '1854.52',
      openInterestRv: '7115',
      openRp: '1885.18',
      predFundingRateRr: '0.0001',
      symbol: 'ETHUSDT',
      timestamp: 1681350167054888200,
      turnoverRv: '128200614.5585',
      volumeRq: '67580.6',
    };
    const v2 = { ...common, closeRp: '1905.63', indexPriceRp: '1906.275', markPriceRp: '1905.733555189' };
    const v3 = {
      ...common,
      lastRp: '1905.63',
      indexRp: '1906.275',
      markRp: '1905.733555189',
      bidRp: '1906',
      askRp: '1906.03',
    };
    const expected = { last: '1905.63', indexPrice: '1906.275', markPrice: '1905.733555189' };
    expect(valueIn(parseTicker(market(v2)))).toMatchObject(expected);
    expect(valueIn(parseTicker(market(v3)))).toMatchObject({ ...expected, bid: '1906', ask: '1906.03' });
    expect(valueIn(parseTickers(market([v2, v3])))).toMatchObject({
      atMs: 1681350167054,
      tickers: [expected, expected],
      skipped: [],
    });
    expect(problemIn(parseTicker(market({ ...v2, closeRp: undefined })))).toBe(
      'result: expected a decimal for the last of ETHUSDT',
    );
  });
});

describe('products', () => {
  const product = {
    symbol: 'BTCUSDT',
    type: 'PerpetualV2',
    indexSymbol: '.BTCUSDT',
    markSymbol: '.MBTCUSDT',
    contractUnderlyingAssets: 'BTC',
    settleCurrency: 'USDT',
    quoteCurrency: 'USDT',
    tickSize: '0.1',
    status: 'Listed',
    fundingInterval: 28800,
    maxLeverage: 100,
    leverageMargin: 1002,
    maxOI: -1.0,
    maxOrderQtyRq: '1000',
    maxPriceRp: '500000',
    minOrderValueRv: '1',
    minPriceRp: '1000.0',
    qtyStepSize: '0.0001',
  };
  const item = (notionalValueRv: number, maxLeverage: number) => ({
    notionalValueRv,
    maxLeverage,
    maintenanceMarginRateRr: '0.005',
    maintenanceAmountRv: '0',
  });

  it('find their tiers, lowest first, wherever the reply keeps them', () => {
    const leverageMargins = [{ index_id: 1002, items: [item(4000000, 67), item(2000000, 100)] }];
    const riskLimitsV2 = [
      {
        symbol: 'BTCUSDT',
        steps: '2000K',
        riskLimits: [{ limit: 2000000, initialMarginRr: '0.01', maintenanceMarginRr: '0.005' }],
      },
    ];
    const tiers = (extra: object) =>
      valueIn(parseProducts(done({ perpProductsV2: [product], ...extra }))).products[0]?.tiers;
    expect(tiers({ leverageMargins, riskLimitsV2 })?.map((tier) => tier.notionalMax)).toEqual([
      '2000000',
      '4000000',
    ]);
    expect(tiers({ riskLimitsV2 })).toEqual([
      { notionalMax: '2000000', leverageMax: 100, maintenanceMarginRate: '0.005', maintenanceAmount: '0' },
    ]);
    expect(tiers({})).toMatchObject([{ leverageMax: 100, maintenanceMarginRate: '0.005' }]);
  });

  it('are left out one by one when they make no sense', () => {
    const rows = [
      { ...product, tickSize: '0' },
      { ...product, symbol: 7 },
      product,
      { ...product, status: 'Delisted' },
    ];
    const { products, skipped } = valueIn(parseProducts(done({ perpProductsV2: rows })));
    expect(products.map(({ isListed }) => isListed)).toEqual([true, false]);
    expect(skipped).toEqual([
      { kind: 'malformed', path: 'data.perpProductsV2[0]', message: 'expected a tick size above zero' },
      { kind: 'malformed', path: 'data.perpProductsV2[1].symbol', message: 'expected text, got 7' },
    ]);
  });

  it('are a problem when there is no list of them', () => {
    expect(problemIn(parseProducts(done({})))).toBe('data.perpProductsV2: expected a list, got nothing');
  });
});

describe('short answers', () => {
  it('are counts, clocks, or just "done"', () => {
    expect(valueIn(parseCancelAll(done(3)))).toBe(3);
    expect(valueIn(parseCancelAll(done('OK')))).toBe(0);
    expect(valueIn(parseAcceptance(done('OK')))).toBeUndefined();
    expect(problemIn(parseAcceptance({ code: 20004, msg: 'TE_ERR_INCONSISTENT_POS_MODE', data: null }))).toBe(
      '20004 TE_ERR_INCONSISTENT_POS_MODE',
    );
    expect(valueIn(parseServerTime(done({ serverTime: 1763521361212 })))).toBe(1763521361212);
  });
});
