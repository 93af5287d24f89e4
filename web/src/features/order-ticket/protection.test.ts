import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unrealisedPnl } from '#contract/cost.ts';
import { compare, notional, price, qty, ratio, toNumberLossy } from '#contract/decimal.ts';
import type { ProtectedEntry, ProtectionEntry } from '../../account/protection-entry.ts';
import { protectionError, protectionOutcome } from './protection.ts';
import { product } from './ticket-testbed.ts';

/** A buy of 0.1 BTC at 60,000, ten times. */
const entry: ProtectedEntry = {
  side: 'Buy',
  product,
  price: price('60000'),
  qty: qty('0.1'),
  leverage: ratio('10'),
};
const base = { price: entry.price, name: '' };
const short: ProtectedEntry = { ...entry, side: 'Sell' };
const meant = (text: string, unit: ProtectionEntry['unit']): ProtectionEntry => ({ text, unit });

describe('a take-profit and a stop-loss', () => {
  it('say what is wrong with them', () => {
    const errorOf = (
      kind: 'take-profit' | 'stop-loss',
      text: string,
      unit: ProtectionEntry['unit'] = 'price',
    ) => protectionError(kind, meant(text, unit), { entry, base });
    expect(errorOf('take-profit', '')).toBeUndefined();
    expect(errorOf('take-profit', '60000')).toBe('Must be above 60,000.0');
    expect(errorOf('stop-loss', '60000.1')).toBe('Must be below 60,000.0');
    expect(protectionError('stop-loss', meant('59000', 'price'), { entry: short, base })).toBe(
      'Must be above 60,000.0',
    );
    expect(errorOf('stop-loss', 'x')).toBe('Not a number');
    expect(errorOf('stop-loss', '99.9', 'percent')).toBe('Below 1,000.0');
    expect(errorOf('take-profit', '900', 'percent')).toBe('Above 500,000.0');
    expect(
      protectionError('stop-loss', meant('10', 'pnl'), { entry: { ...entry, qty: undefined }, base }),
    ).toBe('Enter a quantity first');
  });

  it('come to the profit that was asked for, as near as the tick allows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.constantFrom(entry, short), (money, of) => {
        const outcome = protectionOutcome('take-profit', meant(String(money), 'pnl'), of);
        fc.pre(outcome !== undefined);
        const { side } = of;
        const size = qty('0.1');
        const pnl = unrealisedPnl({ side, size, value: notional(of.price, size) }, outcome.price);
        expect(outcome.pnl).toBe(pnl);
        expect(Math.abs(toNumberLossy(pnl) - money)).toBeLessThanOrEqual(0.1 * 0.05 + 1e-9);
        expect(compare(outcome.price, of.price)).toBe(side === 'Buy' ? 1 : -1);
      }),
    );
  });
});
