import { describe, expect, it } from 'vitest';
import { price } from '#contract/decimal.ts';
import { stopWarning } from './stop-warning.ts';

const product = { tickSize: price('0.1'), priceMax: price('500000') };
const long = { side: 'Buy', liquidationPrice: price('54000') } as const;
const short = { side: 'Sell', liquidationPrice: price('66000') } as const;

describe('a stop that may come too late', () => {
  it('lies beyond liquidation, or at it', () => {
    expect(stopWarning(long, product, { price: price('53999.9') })).toContain(
      'beyond liquidation at 54,000.0',
    );
    expect(stopWarning(long, product, { price: price('54000') })).toBeDefined();
    expect(stopWarning(long, product, { price: price('54000.1') })).toBeUndefined();
    expect(stopWarning(short, product, { price: price('66000.1') })).toBeDefined();
    expect(stopWarning(short, product, { price: price('65999.9') })).toBeUndefined();
  });

  it('goes by another price than liquidation does', () => {
    const at = { price: price('58000') };
    expect(stopWarning(long, product, { ...at, source: 'ByLastPrice' })).toContain('by last');
    expect(stopWarning(long, product, { ...at, source: 'ByIndexPrice' })).toContain('by index');
    expect(stopWarning(long, product, { ...at, source: 'ByMarkPrice' })).toBeUndefined();
  });

  it('is no worry for a position that no price liquidates', () => {
    const backed = { side: 'Buy', liquidationPrice: price('0.1') } as const;
    expect(stopWarning(backed, product, { price: price('100'), source: 'ByLastPrice' })).toBeUndefined();
    expect(stopWarning({ side: 'Buy' }, product, { price: price('100') })).toBeUndefined();
  });
});
