import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import {
  formatCompact,
  formatMoney,
  formatPercent,
  formatPrice,
  formatQty,
  formatSigned,
  formatSignedPercent,
  groupThousands,
} from './format.ts';

describe('numbers as a trader reads them', () => {
  it('sets thousands apart in the whole part alone', () => {
    expect(groupThousands('1234567.1234567')).toBe('1,234,567.1234567');
    expect(groupThousands('-123456')).toBe('-123,456');
    expect(groupThousands('123')).toBe('123');
    expect(groupThousands('-123.5')).toBe('-123.5');
  });

  it('loses no digit when it sets thousands apart', () => {
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        const text = groupThousands(String(value));
        expect(text.replaceAll(',', '')).toBe(String(value));
        expect(text).toMatch(/^-?\d{1,3}(,\d{3})*$/);
      }),
    );
  });

  it('shows a price with the decimals of its tick and a quantity with those of its lot', () => {
    expect(formatPrice(price('63012.4'), price('0.01'))).toBe('63,012.40');
    expect(formatPrice(price('0.0098'), price('0.000001'))).toBe('0.009800');
    expect(formatQty(qty('1500'), qty('0.001'))).toBe('1,500.000');
    expect(formatQty(qty('1500'), qty('1'))).toBe('1,500');
  });

  it('never shows a negative zero', () => {
    expect(formatMoney(money('-0.004'))).toBe('0.00');
    expect(formatSigned(money('-0.004'))).toBe('0.00');
    expect(formatSignedPercent(ratio('-0.00001'))).toBe('0.00%');
  });

  it('puts a plus before a gain only when the gain can be seen', () => {
    expect(formatSigned(money('1234.5'))).toBe('+1,234.50');
    expect(formatSigned(money('-1234.5'))).toBe('-1,234.50');
    expect(formatSigned(money('0.001'))).toBe('0.00');
    expect(formatSigned(money('0'))).toBe('0.00');
  });

  it('turns ratios into percents without floating point', () => {
    expect(formatPercent(ratio('0.0125'))).toBe('1.25%');
    expect(formatPercent(ratio('0.0001'), 4)).toBe('0.0100%');
    expect(formatPercent(ratio('-0.3'))).toBe('-30.00%');
    expect(formatPercent(ratio('12'))).toBe('1,200.00%');
    expect(formatSignedPercent(ratio('0.023456'))).toBe('+2.35%');
  });

  it('shortens volumes', () => {
    expect(formatCompact(money('0'))).toBe('0');
    expect(formatCompact(money('999'))).toBe('999.00');
    expect(formatCompact(money('312345678.5'))).toBe('312.35M');
    expect(formatCompact(money('1200000000000'))).toBe('1.20T');
  });
});
