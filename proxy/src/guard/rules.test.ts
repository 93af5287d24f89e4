import { describe, expect, it } from 'vitest';
import type { Money, Price, ProductSymbol, Qty, Ratio } from '#contract/brand.ts';
import { DEFAULT_LIMITS, type GuardLimits, guardSentence } from '#contract/guard.ts';
import type { Position } from '#contract/model.ts';
import { brokenLimit, checkLeverage, type OpeningOrder, type Situation } from './rules.ts';

const BTC = 'BTCUSDT' as ProductSymbol;
const buy = (qty: string, price?: string): OpeningOrder => ({
  symbol: BTC,
  side: 'Buy',
  posSide: 'Merged',
  qty: qty as Qty,
  ...(price === undefined ? {} : { price: price as Price }),
});
const sell = (qty: string, price?: string): OpeningOrder => ({ ...buy(qty, price), side: 'Sell' });
const NO_LIMITS: GuardLimits = {
  ...{ orderValueMax: null, positionValueMax: null, leverageMax: null, priceDistanceMax: null },
  ...{ ordersPerMinuteMax: null, openOrdersMax: null, dailyLossMax: null, symbols: null },
  confirmAbove: null,
  isReadOnly: false,
};
const NOW: Situation = {
  markPrice: '60000' as Price,
  position: undefined,
  settings: undefined,
  others: [],
  ordersInMinute: 0,
  dailyLoss: '0' as Money,
  isNew: true,
};
const holding = (side: 'Buy' | 'Sell', size: string): Situation => ({
  ...NOW,
  position: { side, size } as Position,
});
const resting = (side: 'Buy' | 'Sell', leavesQty: string): Situation['others'][number] => ({
  symbol: BTC,
  side,
  posSide: 'Merged',
  leavesQty: leavesQty as Qty,
});
const broken = (order: OpeningOrder, limits: Partial<GuardLimits>, now: Situation = NOW) =>
  brokenLimit(order, { ...NO_LIMITS, ...limits }, now);

describe('[R25] the value of an order', () => {
  const limits = { orderValueMax: '6000' as Money };
  it.each<[string, OpeningOrder, string | undefined]>([
    ['exactly at the limit passes', buy('0.1', '60000'), undefined],
    ['a tick above it is refused', buy('0.1', '60000.1'), '6000.01'],
    ['of a market order is reckoned at the mark price', buy('0.2'), '12000'],
    ['of a bid far below is what it can cost', buy('0.11', '50000'), undefined],
    ['of an offer below the market is what the market gives', sell('0.11', '50000'), '6600'],
    [
      'of a conditional order is reckoned at its trigger',
      { ...buy('0.1'), triggerPrice: '70000' as Price },
      '7000',
    ],
  ])('%s', (_name, order, value) => {
    const refusal = value === undefined ? undefined : { rule: 'order-value', limit: '6000', value };
    expect(broken(order, limits)).toEqual(refusal);
  });

  it('cannot be told without a price: refused, not guessed', () => {
    expect(broken(buy('0.1'), limits, { ...NOW, markPrice: undefined })).toMatchObject({
      rule: 'price-unknown',
    });
  });
});

describe('[R25] a price that pays too much', () => {
  const limits = { priceDistanceMax: '0.05' as Ratio };
  it.each<[string, OpeningOrder, string | undefined]>([
    ['a bid 5 % above mark passes', buy('1', '63000'), undefined],
    ['a bid beyond that is refused', buy('1', '63001'), '0.050016'],
    ['a bid ten times too low waits', buy('1', '6000'), undefined],
    ['an offer ten times too low is refused', sell('1', '6000'), '0.9'],
    ['an offer far above waits', sell('1', '90000'), undefined],
    [
      'behind a trigger it is compared with the trigger',
      { ...buy('1', '71000'), triggerPrice: '70000' as Price },
      undefined,
    ],
  ])('%s', (_name, order, value) => {
    const refusal = value === undefined ? undefined : { rule: 'price-distance', limit: '0.05', value };
    expect(broken(order, limits)).toEqual(refusal);
  });
});

describe('the value of a position', () => {
  const limits = { positionValueMax: '60000' as Money };
  it.each<[string, OpeningOrder, Situation, string | undefined]>([
    ['what is held counts', buy('0.5', '60000'), holding('Buy', '0.6'), '66000'],
    [
      'what rests on the same side counts',
      buy('0.5', '60000'),
      { ...NOW, others: [resting('Buy', '0.6')] },
      '66000',
    ],
    [
      'what rests on the other side does not',
      buy('0.5', '60000'),
      { ...NOW, others: [resting('Sell', '9')] },
      undefined,
    ],
    [
      'another symbol does not',
      buy('1', '60000'),
      { ...NOW, others: [{ ...resting('Buy', '9'), symbol: 'ETHUSDT' as ProductSymbol }] },
      undefined,
    ],
    ['making a large one smaller passes', sell('1', '60000'), holding('Buy', '5'), undefined],
    [
      'turning it round counts only what is on the other side',
      sell('5.9', '60000'),
      holding('Buy', '5'),
      undefined,
    ],
    ['and not more', sell('11', '60000'), holding('Buy', '5'), '360000'],
    ['closing a hedged leg passes', { ...sell('9', '60000'), posSide: 'Long' }, NOW, undefined],
  ])('%s', (_name, order, now, value) => {
    const refusal = value === undefined ? undefined : { rule: 'position-value', limit: '60000', value };
    expect(broken(order, limits, now)).toEqual(refusal);
  });
});

describe('the other limits', () => {
  it.each<[string, Partial<GuardLimits>, Partial<Situation>, object | undefined]>([
    ['the last order of a minute', { ordersPerMinuteMax: 3 }, { ordersInMinute: 2 }, undefined],
    ['one more', { ordersPerMinuteMax: 3 }, { ordersInMinute: 3 }, { rule: 'orders-per-minute', value: '4' }],
    ['the last open order', { openOrdersMax: 1 }, {}, undefined],
    [
      'one more',
      { openOrdersMax: 1 },
      { others: [resting('Buy', '1')] },
      { rule: 'open-orders', value: '2' },
    ],
    [
      'an amendment of the last',
      { openOrdersMax: 1 },
      { others: [resting('Buy', '1')], isNew: false },
      undefined,
    ],
    ['a loss below the limit', { dailyLossMax: '100' as Money }, { dailyLoss: '99.99' as Money }, undefined],
    [
      'a loss at the limit',
      { dailyLossMax: '100' as Money },
      { dailyLoss: '100' as Money },
      { rule: 'daily-loss', value: '100' },
    ],
    ['a symbol that is allowed', { symbols: ['BTCUSDT'] }, {}, undefined],
    [
      'a symbol that is not',
      { symbols: ['ETHUSDT', 'SOLUSDT'] },
      {},
      { rule: 'symbol', limit: 'ETHUSDT, SOLUSDT', value: 'BTCUSDT' },
    ],
  ])('%s', (_name, limits, now, refusal) => {
    const found = broken(buy('0.1', '60000'), limits, { ...NOW, ...now });
    if (refusal === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(refusal);
  });

  it('leverage: at the limit passes, above and "the highest there is" do not, in the order’s leg too', () => {
    const limits = { ...NO_LIMITS, leverageMax: '20' as Ratio };
    expect(checkLeverage('20' as Ratio, limits)).toBeUndefined();
    expect(checkLeverage('20.01' as Ratio, limits)).toMatchObject({ rule: 'leverage', value: '20.01' });
    expect(checkLeverage('0' as Ratio, limits)).toMatchObject({ rule: 'leverage' });
    const leg = { posSide: 'Merged', marginMode: 'cross', leverage: '50' as Ratio } as const;
    const settings = { symbol: BTC, posMode: 'OneWay', legs: [leg] } as const;
    expect(broken(buy('1', '1'), limits, { ...NOW, settings })).toMatchObject({
      rule: 'leverage',
      value: '50',
    });
  });

  it('are generous with play money and tight with real money', () => {
    const order = buy('0.2', '60000');
    expect(brokenLimit(order, DEFAULT_LIMITS.paper, NOW)).toBeUndefined();
    const refusal = brokenLimit(order, DEFAULT_LIMITS.mainnet, NOW);
    expect(refusal).toEqual({ rule: 'order-value', limit: '10000', value: '12000' });
    expect(refusal && guardSentence(refusal)).toBe(
      'The order is worth 12000 USDT; your limit for one order is 10000 USDT.',
    );
  });
});
