import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tradeFee } from '#contract/cost.ts';
import { add, compare, money, notional, price, qty, ratio, sign, sub } from '#contract/decimal.ts';
import {
  breakEvenPrice,
  distanceFrom,
  liquidationGap,
  liquidationOf,
  maintenanceOf,
  marginRatio,
  readLiquidation,
} from './position-figures.ts';

const product = {
  tickSize: price('0.1'),
  priceMax: price('500000'),
  tiers: [
    {
      notionalMax: money('2000000'),
      leverageMax: 100,
      maintenanceMarginRate: ratio('0.005'),
      maintenanceAmount: money('0'),
    },
  ],
};
const STANDARD = ratio('0.0006');
const opened = (side: 'Buy' | 'Sell') => ({
  side,
  size: qty('0.05'),
  value: money('3000'),
  // The taker's fee of opening.
  termRealisedPnl: money('-1.8'),
});

describe('break-even', () => {
  it('lies beyond entry by what opening and closing cost', () => {
    expect(breakEvenPrice(opened('Buy'), product, STANDARD)).toBe('60072.1');
    expect(breakEvenPrice(opened('Sell'), product, STANDARD)).toBe('59928');
  });

  it('is nearer for who pays less', () => {
    const vip = ratio('0.00032');
    expect(breakEvenPrice(opened('Buy'), product, vip)).toBe('60055.3');
    expect(breakEvenPrice(opened('Sell'), product, vip)).toBe('59944.8');
  });

  it('moves with funding paid, and with what earlier partial closes have won', () => {
    expect(breakEvenPrice({ ...opened('Buy'), termRealisedPnl: money('-11.8') }, product, STANDARD)).toBe(
      '60272.2',
    );
    expect(breakEvenPrice({ ...opened('Buy'), termRealisedPnl: money('50') }, product, STANDARD)).toBe(
      '59035.5',
    );
  });

  it('is nowhere once more has been won than is at stake', () => {
    expect(
      breakEvenPrice({ ...opened('Buy'), termRealisedPnl: money('3001') }, product, STANDARD),
    ).toBeUndefined();
  });

  it('loses nothing there, and loses one tick worse', () => {
    const cents = fc.integer({ min: -500_000, max: 200_000 }).map((n) => money((n / 100).toFixed(2)));
    fc.assert(
      fc.property(
        fc.constantFrom('Buy' as const, 'Sell' as const),
        fc.integer({ min: 1, max: 5_000 }),
        fc.integer({ min: 10_000, max: 1_000_000 }),
        cents,
        fc.integer({ min: -250, max: 750 }).map((millionths) => ratio((millionths / 1e6).toFixed(6))),
        (side, lots, entryTicks, termRealisedPnl, feeRate) => {
          const size = qty((lots / 1000).toFixed(3));
          const value = notional(price((entryTicks / 10).toFixed(1)), size);
          const at = breakEvenPrice({ side, size, value, termRealisedPnl }, product, feeRate);
          fc.pre(at !== undefined && sign(at) > 0);
          const result = (exit: typeof at) => {
            const worth = notional(exit as typeof value & typeof at, size);
            const gain = side === 'Buy' ? sub(worth, value) : sub(value, worth);
            const fee = tradeFee(exit as typeof value & typeof at, size, feeRate);
            return sign(sub(add(gain, termRealisedPnl), fee));
          };
          const worse =
            side === 'Buy' ? sub(at ?? price('0'), price('0.1')) : add(at ?? price('0'), price('0.1'));
          expect(result(at)).toBeGreaterThanOrEqual(0);
          expect(result(worse)).toBeLessThanOrEqual(0);
        },
      ),
    );
  });
});

describe('the end of a position', () => {
  it('is the exchange’s price, unless that says that no price can do it', () => {
    const at = (side: 'Buy' | 'Sell', text: string) =>
      liquidationOf({ side, liquidationPrice: price(text) }, product);
    expect(at('Buy', '54000')).toBe('54000');
    expect(at('Buy', '0.1')).toBeUndefined();
    expect(at('Sell', '500000')).toBeUndefined();
    expect(at('Sell', '0.1')).toBe('0.1');
  });

  it('is one thing when there is none, and another when it has not been told', () => {
    expect(readLiquidation({ side: 'Buy', liquidationPrice: price('0.1') }, product)).toEqual({ at: 'none' });
    // Of the wire's own tick, which may be finer than the product's.
    expect(readLiquidation({ side: 'Buy', liquidationPrice: price('0.01') }, product)).toEqual({
      at: 'none',
    });
    expect(readLiquidation({ side: 'Buy' }, product)).toEqual({ at: 'unknown' });
    expect(liquidationOf({ side: 'Buy' }, product)).toBeUndefined();
  });

  it('is told apart from our own reckoning in the product’s decimals', () => {
    const pepe = { tickSize: price('0.0000001') };
    expect(liquidationGap(price('0.00001'), price('0.0000101'), pepe)).toEqual({
      text: '+0.0000001',
      isWide: true,
    });
    expect(liquidationGap(price('54000'), price('53990'), product)).toEqual({ text: '-10.0', isWide: false });
  });

  it('is measured from mark', () => {
    expect(distanceFrom(price('60000'), price('54000'))).toBe('0.1');
    expect(distanceFrom(price('60000'), price('66000'))).toBe('0.1');
    expect(distanceFrom(price('0'), price('1'))).toBeUndefined();
  });

  it('nears as the margin that backs it nears the maintenance margin', () => {
    const maintenance = maintenanceOf({ value: money('3000') }, product);
    expect(maintenance).toBe('15');
    expect(marginRatio(maintenance ?? money('0'), money('300'))).toBe('0.05');
    expect(marginRatio(maintenance ?? money('0'), money('0'))).toBeUndefined();
    expect(compare(marginRatio(money('15'), money('15')) ?? ratio('0'), ratio('1'))).toBe(0);
  });
});
