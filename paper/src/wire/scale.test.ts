import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Units } from '../commands.ts';
import type { ProductSpec } from '../product-spec.ts';
import { lots, ticks } from '../testing/testbed.ts';
import { createScale, decimalText, printScaled, readRate, readScaled } from './scale.ts';

const scaleOf = (tickSize: string, qtyStep: string, unitsPerTickLot: bigint) =>
  createScale({ tickSize, qtyStep, unitsPerTickLot } as unknown as ProductSpec);
const btc = scaleOf('0.1', '0.001', 100_000_000n);

describe('the numbers of the wire', () => {
  it('have no trailing zeros, no exponent and a plain zero', () => {
    expect(printScaled(224929205196403n, 12)).toBe('224.929205196403');
    expect(printScaled(-26092100000000n, 12)).toBe('-26.0921');
    expect(printScaled(0n, 12)).toBe('0');
    expect(printScaled(100, 0)).toBe('100');
    expect(printScaled(1000, 2)).toBe('10');
    expect(printScaled(1, 8)).toBe('0.00000001');
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.nat(12), (value, decimals) => {
        expect(readScaled(printScaled(value, decimals), decimals)).toBe(value);
      }),
    );
  });

  it('refuse what is finer than their unit', () => {
    expect(readRate('0.000000001')).toBeUndefined();
    expect(readRate('-10')).toBe(-1_000_000_000n);
    expect(readScaled('1e3', 8)).toBeUndefined();
  });

  it('are accepted as strings and as numbers, small ones included', () => {
    expect(decimalText(0.01)).toBe('0.01');
    expect(decimalText(' 0.010 ')).toBe('0.010');
    expect(btc.readQty(decimalText(1e-7))).toBe('below-step');
    expect(decimalText(Number.NaN)).toBeUndefined();
    expect(decimalText(true)).toBeUndefined();
  });
});

describe('the scale of a product', () => {
  it('reads whole steps only', () => {
    expect(btc.readPrice('63012.4')).toBe(630124);
    expect(btc.readPrice('63012.40')).toBe(630124);
    expect(btc.readPrice('63012.45')).toBe('off-step');
    expect(btc.readQty('0.0005')).toBe('below-step');
    expect(btc.readQty('-1')).toBe('below-step');
    expect(btc.readQty(undefined)).toBe('not-a-number');
  });

  it('counts in steps that are no power of ten', () => {
    const half = scaleOf('0.5', '5', 2_500_000_000_000n);
    expect(half.price(3)).toBe('1.5');
    expect(half.qty(3)).toBe('15');
    expect(half.readPrice('2.5')).toBe(5);
    expect(half.readQty('12')).toBe('off-step');
  });

  it('averages an entry to nine decimals', () => {
    expect(btc.averagePrice(259_897_000_000_000n as Units, lots(10))).toBe('25989.7');
    expect(btc.averagePrice(100_000_000_000_000n as Units, lots(3))).toBe('33333.333333333');
    expect(btc.averagePrice(0n as Units, lots(0))).toBe('0');
    expect(btc.value(ticks(630124), lots(15))).toBe('945.186');
  });
});
