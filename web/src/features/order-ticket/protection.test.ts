import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { unrealisedPnl } from '#contract/cost.ts';
import { compare, notional, price, qty, ratio, toNumberLossy } from '#contract/decimal.ts';
import type { ProtectionEntry } from './draft.ts';
import { type ProtectedEntry, protectionError, protectionOutcome, protectionPrice } from './protection.ts';
import { product } from './ticket-testbed.ts';

/** A buy of 0.1 BTC at 60,000, ten times. */
const entry: ProtectedEntry = {
  side: 'Buy',
  product,
  price: price('60000'),
  qty: qty('0.1'),
  leverage: ratio('10'),
};
const short: ProtectedEntry = { ...entry, side: 'Sell' };
const meant = (text: string, by: ProtectionEntry['by']): ProtectionEntry => ({ text, by });

describe('a take-profit and a stop-loss', () => {
  it.each([
    ['takeProfit', '61000.04', 'price', '61000'],
    ['takeProfit', '5', 'percent', '63000'],
    ['stopLoss', '5', 'percent', '57000'],
    ['takeProfit', '50', 'roi', '63000'],
    ['stopLoss', '20', 'roi', '58800'],
    ['takeProfit', '250', 'pnl', '62500'],
    ['stopLoss', '250', 'pnl', '57500'],
  ] as const)('of a buy: %s %s by %s is %s', (kind, text, by, at) => {
    expect(protectionPrice(kind, meant(text, by), entry)).toBe(at);
  });

  it('mirror for a sell', () => {
    expect(protectionPrice('takeProfit', meant('5', 'percent'), short)).toBe('57000');
    expect(protectionPrice('stopLoss', meant('250', 'pnl'), short)).toBe('62500');
  });

  it('stay what was meant when the entry price moves', () => {
    const later = { ...entry, price: price('50000') };
    expect(protectionPrice('takeProfit', meant('5', 'percent'), later)).toBe('52500');
    expect(protectionPrice('takeProfit', meant('61000', 'price'), later)).toBe('61000');
  });

  it('say what is wrong with them', () => {
    const errorOf = (kind: 'takeProfit' | 'stopLoss', text: string, by: ProtectionEntry['by'] = 'price') =>
      protectionError(kind, meant(text, by), entry);
    expect(errorOf('takeProfit', '')).toBeUndefined();
    expect(errorOf('takeProfit', '60000')).toBe('Must be above 60,000.0');
    expect(errorOf('stopLoss', '60000.1')).toBe('Must be below 60,000.0');
    expect(protectionError('stopLoss', meant('59000', 'price'), short)).toBe('Must be above 60,000.0');
    expect(errorOf('stopLoss', 'x')).toBe('Not a number');
    expect(errorOf('stopLoss', '99.9', 'percent')).toBe('Below 1,000.0');
    expect(errorOf('takeProfit', '900', 'percent')).toBe('Above 500,000.0');
    expect(protectionError('stopLoss', meant('10', 'pnl'), { ...entry, qty: undefined })).toBe(
      'Enter a quantity first',
    );
  });

  it('come to the profit that was asked for, as near as the tick allows', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5_000 }), fc.constantFrom(entry, short), (money, of) => {
        const outcome = protectionOutcome('takeProfit', meant(String(money), 'pnl'), of);
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
