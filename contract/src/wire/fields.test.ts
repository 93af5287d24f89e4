import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAmount, readDecimal, readInteger, readNs } from './fields.ts';

describe('fields of the wire', () => {
  it('turn nanoseconds into the millisecond they fall in, though JSON.parse has rounded them', () => {
    // Whole seconds of 2017 to 2040, and the nanoseconds within.
    const seconds = fc.bigInt({ min: 1_500_000_000n, max: 2_208_000_000n });
    const nanos = fc.bigInt({ min: 0n, max: 999_999_999n });
    fc.assert(
      fc.property(seconds, nanos, (second, nano) => {
        const exact = second * 1_000_000_000n + nano;
        const text = exact.toString();
        expect(readNs(text)).toBe(Number(exact / 1_000_000n));
        // The last 400 ns of a millisecond may be told as the next one.
        const slack = exact % 1_000_000n > 999_600n ? 1 : 0;
        const bare = readNs(JSON.parse(text)) ?? 0;
        expect(bare - Number(exact / 1_000_000n)).toBeGreaterThanOrEqual(0);
        expect(bare - Number(exact / 1_000_000n)).toBeLessThanOrEqual(slack);
      }),
    );
  });

  it('turn a whole millisecond into itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1_500_000_000_000, max: 2_208_000_000_000 }), (ms) => {
        expect(readNs(JSON.parse(`${ms}000000`))).toBe(ms);
      }),
    );
  });

  it('accept the times, numbers and decimals that the exchange prints, and nothing else', () => {
    expect([0, '0'].map(readNs)).toEqual([0, 0]);
    expect([-1, Number.NaN, '', '12', 'soon', null, undefined].map(readNs)).toEqual(Array(7).fill(undefined));
    expect([3, '3', '-3'].map(readInteger)).toEqual([3, 3, -3]);
    expect([1.5, '1.5', '', null, '1e3'].map(readInteger)).toEqual(Array(5).fill(undefined));
    expect(['1.50', 1.5, '-2', -1, '0.000'].map(readDecimal)).toEqual(['1.5', '1.5', '-2', '-1', '0']);
    expect(['', 'x', null, undefined, {}, true].map(readDecimal)).toEqual(Array(6).fill(undefined));
    expect(['-2', '-0', '2'].map(readAmount)).toEqual([undefined, '0', '2']);
  });
});
