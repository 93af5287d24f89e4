import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Money, Price, ProductSymbol, Qty, Ratio } from '#contract/brand.ts';
import { DEFAULT_LIMITS, type GuardLimits, guardSentence } from '#contract/guard.ts';
import type { Position } from '#contract/model.ts';
import { ORD_TYPES, type OrdType } from '#contract/vocabulary.ts';
import { brokenLimit, checkLeverage, type OpeningOrder, type Situation } from './rules.ts';

const BTC = 'BTCUSDT' as ProductSymbol;
const buy = (qty: string, price?: string): OpeningOrder => ({
  symbol: BTC,
  side: 'Buy',
  posSide: 'Merged',
  ordType: price === undefined ? 'Market' : 'Limit',
  qty: qty as Qty,
  ...(price === undefined ? {} : { price: price as Price }),
});
const sell = (qty: string, price?: string): OpeningOrder => ({ ...buy(qty, price), side: 'Sell' });
/** A market order with a price that means nothing. */
const market = (side: 'Buy' | 'Sell', qty: string, price: string): OpeningOrder => ({
  ...buy(qty, price),
  side,
  ordType: 'Market',
});
const NO_LIMITS: GuardLimits = {
  ...{ orderValueMax: null, positionValueMax: null, leverageMax: null, priceDistanceMax: null },
  ...{ ordersPerMinuteMax: null, openOrdersMax: null, dailyLossMax: null, symbols: null },
  confirmAbove: null,
  isReadOnly: false,
};
const NOW: Situation = {
  markPrice: '60000' as Price,
  position: undefined,
  legs: [],
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
      { ...buy('0.1'), ordType: 'Stop', triggerPrice: '70000' as Price },
      '7000',
    ],
    ['of a market order is not the price that it brings along', market('Buy', '0.8', '0.1'), '48000'],
    ['nor of a stop', { ...market('Buy', '0.8', '0.1'), ordType: 'Stop' }, '48000'],
    [
      'nor of one that waits to be touched',
      { ...market('Buy', '0.8', '1'), ordType: 'MarketIfTouched' },
      '48000',
    ],
    ['nor of a pegged one', { ...buy('0.8', '0.1'), isPegged: true }, '48000'],
    [
      'of a trailing bid is reckoned where its trigger begins, above the market',
      { ...buy('0.1'), ordType: 'Stop', isPegged: true, trailDistance: '500' as Price },
      '6050',
    ],
    [
      'and so by a share',
      { ...buy('0.1'), ordType: 'Stop', isPegged: true, trailProportion: '0.05' as Ratio },
      '6300',
    ],
    [
      'of a trailing offer at the market, which it trails below',
      { ...sell('0.11'), ordType: 'Stop', isPegged: true, trailDistance: '500' as Price },
      '6600',
    ],
    [
      'of a stop whose trigger is behind the market is what the market gives',
      { ...buy('0.8'), ordType: 'Stop', triggerPrice: '0.1' as Price },
      '48000',
    ],
    [
      'of an offer behind a trigger is what the trigger gives',
      { ...sell('0.1', '1'), ordType: 'LimitIfTouched', triggerPrice: '70000' as Price },
      '7000',
    ],
    [
      'and not less than the market does',
      { ...sell('0.2', '1'), ordType: 'StopLimit', triggerPrice: '2' as Price },
      '12000',
    ],
  ])('%s', (_name, order, value) => {
    const refusal = value === undefined ? undefined : { rule: 'order-value', limit: '6000', value };
    expect(broken(order, limits)).toEqual(refusal);
  });

  it('cannot be told without a price: refused, not guessed', () => {
    for (const order of [buy('0.1'), market('Buy', '0.8', '0.1'), sell('0.8', '0.1')]) {
      expect(broken(order, limits, { ...NOW, markPrice: undefined })).toMatchObject({
        rule: 'price-unknown',
      });
    }
    expect(broken(buy('0.1', '60000'), limits, { ...NOW, markPrice: undefined })).toBeUndefined();
  });
});

describe('[R25] whatever an order names', () => {
  /** In cents, so that plain numbers are exact. */
  const cents = fc.integer({ min: 1, max: 10_000_000 });
  const lots = fc.integer({ min: 1, max: 1_000_000 });
  const inPrice = (value: number) => (value / 100).toFixed(2) as Price;
  const inQty = (value: number) => (value / 1000).toFixed(3) as Qty;
  const asked = fc.record({
    ...{ side: fc.constantFrom('Buy', 'Sell'), ordType: fc.constantFrom(...ORD_TYPES), lots },
    ...{ price: fc.option(cents), trigger: fc.option(cents), isPegged: fc.boolean() },
  });
  const orderOf = ({ side, ordType, lots: qty, price, trigger, isPegged }: Asked): OpeningOrder => ({
    ...{ symbol: BTC, posSide: 'Merged', side, ordType, qty: inQty(qty) },
    ...(price === null ? {} : { price: inPrice(price) }),
    ...(trigger === null ? {} : { triggerPrice: inPrice(trigger) }),
    ...(isPegged ? { isPegged: true } : {}),
  });
  interface Asked {
    readonly side: 'Buy' | 'Sell';
    readonly ordType: OrdType;
    readonly lots: number;
    readonly price: number | null;
    readonly trigger: number | null;
    readonly isPegged: boolean;
  }

  it('it costs no more than its limit where the market stands, or where its trigger lies', () => {
    fc.assert(
      fc.property(asked, cents, cents, (order, mark, limit) => {
        const now = { ...NOW, markPrice: inPrice(mark) };
        if (broken(orderOf(order), { orderValueMax: inPrice(limit) as string as Money }, now)) return;
        const keeps = ['Limit', 'StopLimit', 'LimitIfTouched'].includes(order.ordType) && !order.isPegged;
        for (const market of [mark, ...(order.trigger === null ? [] : [order.trigger])]) {
          const isFilled =
            !keeps ||
            order.price === null ||
            (order.side === 'Buy' ? market <= order.price : market >= order.price);
          if (isFilled) expect(market * order.lots).toBeLessThanOrEqual(limit * 1000);
        }
      }),
    );
  });

  it('a price that it does not keep to never makes it pass', () => {
    fc.assert(
      fc.property(asked, cents, cents, cents, (order, mark, limit, distance) => {
        const limits = {
          orderValueMax: inPrice(limit) as string as Money,
          priceDistanceMax: inPrice(distance) as string as Ratio,
          positionValueMax: inPrice(limit) as string as Money,
        };
        const now = { ...NOW, markPrice: inPrice(mark) };
        const bare = { ...order, ordType: 'Market', price: null, trigger: null } as const;
        if (broken(orderOf(bare), limits, now) === undefined) return;
        for (const ordType of ['Market', 'Stop', 'MarketIfTouched', 'MarketAsLimit', 'BoSlMarket'] as const) {
          expect(broken(orderOf({ ...order, ordType }), limits, now)).toBeDefined();
        }
      }),
    );
  });

  it('no fill pays more beyond the market than it may', () => {
    fc.assert(
      fc.property(asked, cents, fc.integer({ min: 1, max: 200 }), (order, mark, percent) => {
        const limits = { priceDistanceMax: (percent / 100).toFixed(2) as Ratio };
        const limited = { ...order, ordType: 'Limit', isPegged: false, price: order.price ?? mark } as const;
        const beyond = order.side === 'Buy' ? limited.price - mark : mark - limited.price;
        const refused = broken(orderOf(limited), limits, { ...NOW, markPrice: inPrice(mark) }) !== undefined;
        // The distance is cut after six digits.
        if (refused) expect(beyond * 100).toBeGreaterThan(mark * percent);
        else expect(beyond * 1_000_000).toBeLessThan(mark * (percent * 10_000 + 1));
      }),
    );
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
      { ...buy('1', '71000'), ordType: 'StopLimit', triggerPrice: '70000' as Price },
      undefined,
    ],
    [
      'but not with one that the market has passed already',
      { ...buy('1', '71000'), ordType: 'LimitIfTouched', triggerPrice: '70000' as Price },
      '0.183333',
    ],
    [
      'nor with one that its type does not have',
      { ...buy('1', '71000'), triggerPrice: '70000' as Price },
      '0.183333',
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
    const order = buy('1', '1');
    expect(broken(order, limits, { ...NOW, legs: [leg] })).toMatchObject({ rule: 'leverage', value: '50' });
    const another = { ...leg, posSide: 'Long' } as const;
    for (const legs of [[], [another]]) expect(broken(order, limits, { ...NOW, legs })).toBeUndefined();
  });

  it('leverage that was never set is the exchange’s own, ten', () => {
    const order = buy('1', '1');
    expect(broken(order, { leverageMax: '10' as Ratio })).toBeUndefined();
    expect(broken(order, { leverageMax: '9.9' as Ratio })).toMatchObject({ rule: 'leverage', value: '10' });
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
