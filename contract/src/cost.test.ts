/** The figures are rows of real accounts (2023 to 2024), printed by the exchange itself. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from './brand.ts';
import {
  affordableQty,
  costRate,
  liquidationPrice,
  maintenanceMargin,
  marginOf,
  orderCost,
  positionCost,
  returnOnMargin,
  tierOf,
  tradeFee,
  unrealisedPnl,
} from './cost.ts';
import { add, compare, money, notional, price, qty, ratio, scale, sub } from './decimal.ts';
import type { Product } from './model.ts';

const taker = ratio('0.0006');
const maker = ratio('0.0001');

const btc: Product = {
  symbol: 'BTCUSDT' as ProductSymbol,
  base: 'BTC',
  quote: 'USDT',
  settle: 'USDT',
  tickSize: price('0.1'),
  qtyStep: qty('0.001'),
  priceMin: price('1000'),
  priceMax: price('500000'),
  qtyMax: qty('1000'),
  orderValueMin: money('1'),
  leverageMax: 100,
  fundingIntervalSec: 28800,
  isListed: true,
  indexSymbol: '.BTCUSDT',
  markSymbol: '.MBTCUSDT',
  tiers: [
    {
      notionalMax: money('2000000'),
      leverageMax: 100,
      maintenanceMarginRate: ratio('0.005'),
      maintenanceAmount: money('0'),
    },
    {
      notionalMax: money('4000000'),
      leverageMax: 67,
      maintenanceMarginRate: ratio('0.0075'),
      maintenanceAmount: money('5000'),
    },
  ],
};

describe('the cost of an order', () => {
  it.each([
    ['4', '0.25105', '0.25135'],
    ['5', '0.20108', '0.20132'],
    ['10', '0.10114', '0.10126'],
  ])('at %sx is the rate that the exchange prints', (leverage, buy, sell) => {
    expect(costRate('Buy', ratio(leverage), taker)).toBe(buy);
    expect(costRate('Sell', ratio(leverage), taker)).toBe(sell);
  });

  it('is what the exchange locked for 36 USDT at 10x and for 21 USDT at 4x', () => {
    const tenfold = costRate('Buy', ratio('10'), taker);
    expect(orderCost(notional(price('0.36'), qty('100')), tenfold)).toBe('3.64104');
    const fourfold = costRate('Buy', ratio('4'), taker);
    expect(orderCost(notional(price('52.5'), qty('0.4')), fourfold)).toBe('5.27205');
  });

  it('has the fee that the exchange took', () => {
    expect(tradeFee(price('69.82'), qty('0.1'), taker)).toBe('0.0041892');
    expect(tradeFee(price('1271.9'), qty('0.07'), maker)).toBe('0.0089033');
    expect(tradeFee(price('20849'), qty('0.001'), taker)).toBe('0.0125094');
  });

  it('never exceeds the balance it was reckoned from, and one lot more would', () => {
    const prices = fc.integer({ min: 10_000, max: 5_000_000 }).map((ticks) => price(String(ticks / 10)));
    const balances = fc.integer({ min: 0, max: 10_000_000 }).map((cents) => money((cents / 100).toFixed(2)));
    fc.assert(
      fc.property(prices, balances, fc.integer({ min: 1, max: 100 }), (at, available, leverage) => {
        const rate = costRate('Buy', ratio(String(leverage)), taker);
        const affordable = affordableQty(btc, available, at, rate);
        expect(compare(orderCost(notional(at, affordable), rate), available)).not.toBe(1);
        const more = add(affordable, btc.qtyStep);
        if (compare(more, btc.qtyMax) <= 0)
          expect(compare(orderCost(notional(at, more), rate), available)).toBe(1);
      }),
    );
  });

  it('buys nothing without a balance, and no more than one order may hold', () => {
    const rate = costRate('Buy', ratio('100'), taker);
    expect(affordableQty(btc, money('-5'), price('50000'), rate)).toBe('0');
    expect(affordableQty(btc, money('999999999999'), price('50000'), rate)).toBe('1000');
  });
});

describe('a recorded position', () => {
  const isolated = {
    side: 'Buy',
    size: qty('0.01'),
    value: money('259.897'),
    avgEntryPrice: price('25989.7'),
  } as const;
  const cross = {
    side: 'Buy',
    size: qty('0.2'),
    value: money('14.227'),
    avgEntryPrice: price('71.135'),
  } as const;

  it('costs what the exchange says: margin, and the fee of closing at bankruptcy', () => {
    expect(positionCost(isolated, ratio('5'), taker)).toBe('52.10415056');
    expect(positionCost(cross, ratio('4'), taker)).toBe('3.56315215');
    const question = { ...isolated, marginMode: 'isolated', backing: money('52.10415056') } as const;
    // Without the fee of closing at bankruptcy, 0.12475056.
    expect(marginOf(btc, { ...question, takerFeeRate: taker })).toBe('51.9794');
  });

  it('in cross has its open loss added to what is assigned to it', () => {
    const assigned = (mark: string) =>
      sub(positionCost(cross, ratio('4'), taker), unrealisedPnl(cross, price(mark)));
    expect(assigned('67.57')).toBe('4.27615215');
    expect(assigned('65.515624875')).toBe('4.687027175');
  });

  it('adds up, with the open orders, to the balance in use', () => {
    const cross4 = costRate('Buy', ratio('4'), taker);
    const ltc = add(money('4.27615215'), scale(money('21'), cross4));
    expect(ltc).toBe('9.54820215');
    const xrp = scale(money('36'), costRate('Buy', ratio('10'), taker));
    expect(add(add(ltc, positionCost(isolated, ratio('5'), taker)), xrp)).toBe('65.29339271');
  });

  it('is liquidated where the exchange says, rounded to the tick that comes sooner', () => {
    const question = { ...isolated, marginMode: 'isolated', takerFeeRate: taker } as const;
    const long = { ...question, backing: positionCost(isolated, ratio('5'), taker) };
    expect(liquidationPrice(btc, long)).toBe('20921.8');
    // The mirror of it: 25989.7 · (1 + 1/5 − 0.005) = 31057.6915.
    const short = { ...question, side: 'Sell' } as const;
    const backing = positionCost(short, ratio('5'), taker);
    expect(liquidationPrice(btc, { ...short, backing })).toBe('31057.6');
    // What is added to the margin moves it away, by as much in price.
    expect(liquidationPrice(btc, { ...long, backing: add(long.backing, money('10')) })).toBe('19921.2');
  });

  it('in cross with money to spare is liquidated nowhere, nor beyond the product’s prices', () => {
    const question = { ...cross, marginMode: 'cross', takerFeeRate: taker } as const;
    expect(liquidationPrice(btc, { ...question, backing: money('163.2') })).toBeUndefined();
    const short = { ...question, side: 'Sell' } as const;
    // (14.227 + 99985.773) / 1.0056 / 0.2; with a thousand more it is beyond 500,000.
    expect(liquidationPrice(btc, { ...short, backing: money('99985.773') })).toBe('497215.5');
    expect(liquidationPrice(btc, { ...short, backing: money('101000') })).toBeUndefined();
  });

  it('in cross is liquidated where what is left covers maintenance and the closing fee, as recorded', () => {
    // A long of 0.01 BTC from 88753.1 in an account of 439.96184445932 with nothing else in it: 45009.
    const question = {
      side: 'Buy',
      size: qty('0.01'),
      value: money('887.531'),
      marginMode: 'cross',
      backing: money('439.96184445932'),
      takerFeeRate: taker,
    } as const;
    expect(positionCost(question, ratio('10'), taker)).toBe('89.23236674');
    expect(liquidationPrice(btc, question)).toBe('45009');
    // Its mirror: (887.531 + 439.96184445932) / 1.0056 / 0.01.
    expect(liquidationPrice(btc, { ...question, side: 'Sell' })).toBe('132010');
  });
});

describe('profit and loss', () => {
  it('is the change in worth, negated for a short', () => {
    const position = { side: 'Buy', size: qty('0.3'), value: money('100') } as const;
    expect(unrealisedPnl(position, price('400.1'))).toBe('20.03');
    expect(unrealisedPnl({ ...position, side: 'Sell' }, price('400.1'))).toBe('-20.03');
  });

  it('is measured against the initial margin', () => {
    expect(returnOnMargin(money('5'), money('1000'), ratio('10'))).toBe('0.05');
    expect(returnOnMargin(money('-1'), money('3'), ratio('1'))).toBe('-0.333333333333');
    expect(returnOnMargin(money('5'), money('0'), ratio('10'))).toBe('0');
  });
});

describe('margin tiers', () => {
  it('hold a position up to and including their limit, and the last one everything beyond', () => {
    expect(tierOf(btc, money('2000000'))?.leverageMax).toBe(100);
    expect(tierOf(btc, money('2000000.1'))?.leverageMax).toBe(67);
    expect(tierOf(btc, money('99000000'))?.leverageMax).toBe(67);
  });

  it('meet without a jump: the deduction makes up for the higher rate', () => {
    const [first, second] = btc.tiers;
    if (first === undefined || second === undefined) throw new Error('two tiers are set up above');
    expect(maintenanceMargin(first, first.notionalMax)).toBe(maintenanceMargin(second, first.notionalMax));
  });

  it('move liquidation closer for a larger position of the same leverage', () => {
    const at = (size: string) => {
      const position = { side: 'Buy', size: qty(size), value: notional(price('50000'), qty(size)) } as const;
      return liquidationPrice(btc, {
        ...position,
        marginMode: 'isolated',
        backing: positionCost(position, ratio('20'), taker),
        takerFeeRate: taker,
      });
    };
    // 50000 · (1 − 1/20 + 0.005), and 50000 · (1 − 1/20 + 0.0075) − 5000/80.
    expect(at('1')).toBe('47750');
    expect(at('80')).toBe('47812.5');
  });
});
