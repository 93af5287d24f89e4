import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { breakEvenClose, limitClose, marketClose, partOf, reversal } from './closing.ts';
import type { OrderPlans } from './placement.ts';

const long = {
  symbol: 'BTCUSDT' as ProductSymbol,
  posSide: 'Long',
  side: 'Buy',
  size: qty('0.05'),
  value: money('3000'),
  termRealisedPnl: money('-1.8'),
} as unknown as Position;
const product = {
  tickSize: price('0.1'),
  qtyStep: qty('0.0001'),
  priceMin: price('1000'),
  priceMax: price('500000'),
  qtyMax: qty('1000'),
  orderValueMin: money('1'),
  leverageMax: 100,
  tiers: [{ maintenanceMarginRate: ratio('0.005') }],
} as unknown as Product;

describe('closing', () => {
  it('at market is the other side of the same leg, all of it, reducing only', () => {
    const whole = {
      symbol: 'BTCUSDT',
      side: 'Sell',
      posSide: 'Long',
      reduceOnly: true,
      ordType: 'Market',
      qty: '0.05',
      timeInForce: 'ImmediateOrCancel',
    };
    expect(marketClose(long, product)).toEqual([whole]);
    expect(marketClose(long, undefined)).toEqual([whole]);
  });

  it('with a limit never sells lower than typed, nor more', () => {
    const close = limitClose(long, product, { price: '60000.12', qty: '0.02009' });
    expect(close).toMatchObject({ ok: true, plans: [{ price: '60000.2', qty: '0.02', reduceOnly: true }] });
  });

  it.each([
    [{ price: '', qty: '1' }, { priceError: 'Enter a price' }],
    [{ price: '60000', qty: '' }, { qtyError: 'Enter a quantity' }],
    [{ price: '60000', qty: '0.06' }, { qtyError: 'At most 0.05' }],
    [{ price: '60000', qty: '0.00001' }, { qtyError: 'At least 0.0001' }],
    [{ price: '1', qty: '0.05' }, { priceError: 'Outside of what the exchange accepts' }],
  ])('says what is wrong with %j', (typed, problem) => {
    expect(limitClose(long, product, typed)).toEqual({ ok: false, ...problem });
  });
});

describe('parts', () => {
  it('are shares down to the lot, and all of it is all of it', () => {
    expect(partOf(long, product, 25)).toBe('0.0125');
    expect(partOf({ ...long, size: qty('0.0003') }, product, 50)).toBe('0.0001');
    expect(partOf({ ...long, size: qty('0.0001') }, product, 50)).toBe('0');
    expect(partOf({ ...long, size: qty('0.00015') }, product, 100)).toBe('0.00015');
  });

  it('are closed at market like the whole', () => {
    expect(marketClose(long, product, qty('0.01'))).toMatchObject([
      { qty: '0.01', side: 'Sell', reduceOnly: true },
    ]);
  });
});

const at = (market: string) => ({ market: price(market), takerFeeRate: ratio('0.0006') });

describe('closing at break-even', () => {
  it('rests where nothing is lost, and only there', () => {
    expect(breakEvenClose(long, product, at('59900'))).toMatchObject([
      { price: '60072.1', qty: '0.05', side: 'Sell', reduceOnly: true, timeInForce: 'PostOnly' },
    ]);
    const short = { ...long, side: 'Sell', posSide: 'Short' } as const;
    expect(breakEvenClose(short, product, at('60100'))).toMatchObject([{ price: '59928', side: 'Buy' }]);
    const vip = { ...at('59900'), takerFeeRate: ratio('0.00032') };
    expect(breakEvenClose(long, product, vip)).toMatchObject([{ price: '60055.3' }]);
  });

  it('is no order at all once the market is as good', () => {
    expect(breakEvenClose(long, product, at('60072.1'))).toBeUndefined();
    expect(breakEvenClose({ ...long, side: 'Sell' }, product, at('59000'))).toBeUndefined();
  });
});

describe('turning a position round', () => {
  const merged = { ...long, posSide: 'Merged' } as const;

  it('is one order for twice the size in one-way mode', () => {
    const orders = reversal(merged, product);
    expect(orders).toMatchObject([{ side: 'Sell', qty: '0.1', posSide: 'Merged', reduceOnly: false }]);
  });

  it('is as many as it takes where one would be too large, the closing ones first', () => {
    const tiny = { ...product, qtyMax: qty('0.03') };
    expect(reversal(merged, tiny).map(({ qty, reduceOnly }) => [qty, reduceOnly])).toEqual([
      ['0.03', true],
      ['0.02', true],
      ['0.03', false],
      ['0.02', false],
    ]);
  });

  it('is two where one would be too large', () => {
    const small = { ...product, qtyMax: qty('0.06') };
    expect(reversal(merged, small)).toMatchObject([
      { qty: '0.05', reduceOnly: true },
      { qty: '0.05', reduceOnly: false, posSide: 'Merged' },
    ]);
  });

  it('closes the leg before it opens the other one in hedged mode', () => {
    expect(reversal(long, product)).toMatchObject([
      { side: 'Sell', posSide: 'Long', qty: '0.05', reduceOnly: true },
      { side: 'Sell', posSide: 'Short', qty: '0.05', reduceOnly: false },
    ]);
  });
});

describe('a position that is larger than the product’s largest order', () => {
  const small = { ...product, qtyMax: qty('0.02') };
  const sizes = (plans: OrderPlans | undefined) => plans?.map((plan) => plan.qty);

  it('is closed by several orders that come to all of it', () => {
    expect(sizes(marketClose(long, small))).toEqual(['0.02', '0.02', '0.01']);
    expect(sizes(marketClose(long, small, qty('0.04')))).toEqual(['0.02', '0.02']);
    expect(sizes(breakEvenClose(long, small, at('59900')))).toEqual(['0.02', '0.02', '0.01']);
    expect(marketClose(long, small).every(({ reduceOnly }) => reduceOnly)).toBe(true);
  });

  it('is closed with a limit in several orders too', () => {
    const close = limitClose(long, small, { price: '60000', qty: '0.05' });
    expect(close).toMatchObject({ ok: true, qty: '0.05' });
    expect(close.ok && sizes(close.plans)).toEqual(['0.02', '0.02', '0.01']);
  });
});
