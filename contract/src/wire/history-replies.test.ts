/** Histories under /api-data, on the samples of the exchange's documents. */
import { describe, expect, it } from 'vitest';
import type { Result } from '../result.ts';
import { parseClosedPositions } from './closed-positions.ts';
import { parseFeeRates } from './fee-rates.ts';
import { parseFundingFees } from './funding-fees.ts';
import { parseOrderHistory } from './order-history.ts';
import { parseRiskUnits } from './risk-units.ts';
import { parseTradeHistory } from './trade-history.ts';

function valueIn<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(JSON.stringify(result.problem));
  return result.value;
}

const ok = (data: unknown) => ({ code: 0, msg: 'OK', data });

const order = {
  actionTimeNs: 1667562110213260743n.toString(),
  bizError: 0,
  clOrdId: 'cfffa744-712d-867a-e397-9888eec3f6d1',
  cumQtyRq: '0.001',
  cumValueRv: '20.5795',
  leavesQtyRq: '0',
  orderId: '743fc923-cb01-4261-88d1-b35dba2cdac0',
  orderQtyRq: '0.001',
  ordStatus: 'Filled',
  ordType: 'Market',
  priceRp: '21206.7',
  reduceOnly: false,
  side: 'Buy',
  symbol: 'BTCUSDT',
  timeInForce: 'ImmediateOrCancel',
  transactTimeNs: '1667562110221077395',
};

const trade = {
  transactTimeNs: '1669407633926215067',
  symbol: 'BTCUSDT',
  posSide: 'Short',
  side: 'Sell',
  tradeType: 'Trade',
  execQtyRq: '0.001',
  execPriceRp: '16600',
  execValueRv: '16.6',
  feeRateRr: '0.0001',
  execFeeRv: '0.00166',
  closedPnlRv: '0',
  execID: '5c3d96e1-8874-53b6-b6e5-9dcc4d28b4ab',
  orderID: 'fcdfeafa-ed68-45d4-b2bd-7bc27f2b2b0b',
  clOrdID: '',
  execStatus: 'MakerFill',
};

const fee = {
  symbol: 'ETHUSDT',
  currency: 'USDT',
  execQtyRq: '0.16',
  side: 'Buy',
  execPriceRp: '1322.84500459',
  execValueRv: '211.65520073',
  fundingRateRr: '0.0001',
  feeRateRr: '0.0001',
  execFeeRv: '0.02116552',
  createTime: 1671004800021,
};

const closed = {
  symbol: 'ETHUSDT',
  currency: 'USDT',
  closedSizeRq: 20,
  side: 1,
  closedPnlRv: '-55',
  exchangeFeeRv: '0.7113',
  fundingFeeRv: '3.52',
  openedTimeNs: 1693542394835,
  updatedTimeNs: 1693542398837,
  openPrice: '1998',
  closePrice: '1888',
  roi: '-0.28799',
  leverage: 20,
};

describe('histories', () => {
  it('of orders are read, as rows and as a bare list', () => {
    const expected = [
      {
        orderID: order.orderId,
        clOrdID: order.clOrdId,
        ordType: 'Market',
        ordStatus: 'Filled',
        qty: '0.001',
        cumValue: '20.5795',
        actionAtMs: 1667562110213,
        transactAtMs: 1667562110221,
      },
    ];
    expect(valueIn(parseOrderHistory(ok({ rows: [order] })))).toMatchObject(expected);
    expect(valueIn(parseOrderHistory(ok([order])))).toMatchObject(expected);
  });

  it('of trades are read with the order they belong to; what executed nothing is left out', () => {
    const funding = { ...trade, execQtyRq: '0', execStatus: 'Init', tradeType: 'Funding' };
    expect(valueIn(parseTradeHistory(ok({ rows: [trade, funding] })))).toEqual([
      {
        execID: trade.execID,
        orderID: trade.orderID,
        clOrdID: '',
        symbol: 'BTCUSDT',
        side: 'Sell',
        posSide: 'Short',
        price: '16600',
        qty: '0.001',
        value: '16.6',
        fee: '0.00166',
        feeRate: '0.0001',
        closedPnl: '0',
        isMaker: true,
        atMs: 1669407633926,
      },
    ]);
  });

  it('of funding fees are read', () => {
    expect(valueIn(parseFundingFees(ok({ rows: [fee] })))).toEqual([
      {
        symbol: 'ETHUSDT',
        currency: 'USDT',
        side: 'Buy',
        qty: '0.16',
        markPrice: '1322.84500459',
        value: '211.65520073',
        rate: '0.0001',
        fee: '0.02116552',
        atMs: 1671004800021,
      },
    ]);
  });

  it('of closed positions are read; the result is worked out where a row does not say it', () => {
    expect(valueIn(parseClosedPositions(ok({ total: 1, rows: [closed] })))).toMatchObject([
      { side: 'Buy', qty: '20', realisedPnl: '-59.2313', marginMode: 'isolated', leverage: '20' },
    ]);
  });

  it('that cannot be read say where', () => {
    const problem = parseClosedPositions(ok([closed, { ...closed, side: 9 }]));
    expect(problem).toMatchObject({ problem: { path: 'data[1].side' } });
    expect(parseFundingFees(ok({ rows: [{ ...fee, execFeeRv: '?' }] }))).toMatchObject({
      problem: { path: 'data.rows[0].execFeeRv' },
    });
  });

  it('of fees are whole numbers of 10⁻⁸, in an envelope or bare', () => {
    const rates = {
      symbolFeeRates: [{ takerFeeRateEr: 55000, makerFeeRateEr: 6000, symbol: 'cETHUSD' }],
    };
    const expected = new Map([['cETHUSD', { maker: '0.00006', taker: '0.00055' }]]);
    expect(valueIn(parseFeeRates(rates))).toEqual(expected);
    expect(valueIn(parseFeeRates(ok(rates)))).toEqual(expected);
  });

  it('of risk units tell which position an isolated one is about', () => {
    const unit = {
      userId: 11339116,
      riskMode: 'CrossAsset',
      symbol: '',
      posSide: '',
      marginRatioRr: 80.11309869,
      totalBalanceRv: 89552.96995523879,
      totalEquityRv: 93424.33406986,
      estAvailableBalanceRv: 72476.455163092,
      totalPosMMRv: 1166.1555424824,
    };
    const isolated = { ...unit, riskMode: 'Isolated', symbol: 'BTCUSDT', posSide: 'Long' };
    const [cross, other] = valueIn(parseRiskUnits(ok([unit, isolated])));
    expect(cross).toMatchObject({ mode: 'CrossAsset', marginRatio: '80.11309869' });
    expect(cross?.leg).toBeUndefined();
    expect(other).toMatchObject({
      mode: 'Isolated',
      leg: 'BTCUSDT Long',
      maintenanceMargin: '1166.1555424824',
    });
  });
});
