import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Money, Price, Qty } from './brand.ts';
import {
  abs,
  add,
  canonical,
  canonicalNumber,
  compare,
  decimalPlaces,
  divide,
  isMultipleOf,
  money,
  negate,
  notional,
  price,
  pricePer,
  qty,
  qtyFor,
  quotient,
  ratio,
  scale,
  sign,
  snapToStep,
  sub,
  toFixed,
} from './decimal.ts';

/** Decimals of the numbers made here: as bigints they are whole numbers of 10⁻¹². */
const PLACES = 12;
const UNIT = 10n ** BigInt(PLACES);

/** An exact reference: the canonical text of `units` × 10⁻`places`. */
function textOf(units: bigint, places = PLACES): string {
  const digits = (units < 0n ? -units : units).toString().padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const fraction = digits.slice(digits.length - places).replace(/0+$/, '');
  return `${units < 0n ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`;
}

const units = fc.bigInt({ min: -(10n ** 22n), max: 10n ** 22n });
const positiveUnits = fc.bigInt({ min: 1n, max: 10n ** 20n });
/** Steps as products have them: 1, 2 or 5 times a power of ten. */
const stepUnits = fc
  .tuple(fc.constantFrom(1n, 2n, 5n), fc.integer({ min: 0, max: 14 }))
  .map(([head, zeros]) => head * 10n ** BigInt(zeros));

describe('decimals', () => {
  it('add, subtract and compare as whole numbers do', () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        const [x, y] = [money(textOf(a)), money(textOf(b))];
        expect(add(x, y)).toBe(textOf(a + b));
        expect(sub(x, y)).toBe(textOf(a - b));
        expect(compare(x, y)).toBe(a < b ? -1 : a > b ? 1 : 0);
        expect(sign(x)).toBe(a < 0n ? -1 : a > 0n ? 1 : 0);
        expect(negate(x)).toBe(textOf(-a));
        expect(abs(x)).toBe(textOf(a < 0n ? -a : a));
      }),
    );
  });

  it('multiply without losing a digit', () => {
    fc.assert(
      fc.property(units, units, (a, b) => {
        const exact = textOf(a * b, 2 * PLACES);
        expect(notional(textOf(a) as Price, textOf(b) as Qty)).toBe(exact);
        expect(scale(textOf(a) as Money, ratio(textOf(b)))).toBe(exact);
      }),
    );
  });

  it('divide by cutting, never by rounding up', () => {
    fc.assert(
      fc.property(units, positiveUnits, (a, b) => {
        const exact = textOf((a * UNIT) / b);
        expect(divide(textOf(a) as Money, ratio(textOf(b)))).toBe(exact);
        expect(quotient(textOf(a) as Money, textOf(b) as Money)).toBe(exact);
        expect(pricePer(textOf(a) as Money, textOf(b) as Qty)).toBe(exact);
        expect(qtyFor(textOf(a) as Money, textOf(b) as Price)).toBe(exact);
      }),
    );
  });

  it('snap to a step on the side asked for', () => {
    fc.assert(
      fc.property(positiveUnits, stepUnits, (value, step) => {
        const [v, s] = [price(textOf(value)), price(textOf(step))];
        const below = (value / step) * step;
        const above = below === value ? below : below + step;
        expect(snapToStep(v, s, 'down')).toBe(textOf(below));
        expect(snapToStep(v, s, 'up')).toBe(textOf(above));
        expect(snapToStep(v, s, 'nearest')).toBe(textOf(2n * (value - below) < step ? below : above));
        expect(isMultipleOf(v, s)).toBe(below === value);
      }),
    );
  });

  it('come to one text however they were written', () => {
    fc.assert(
      fc.property(units, fc.nat({ max: 5 }), fc.nat({ max: 3 }), (value, zerosBehind, zerosBefore) => {
        const text = textOf(value);
        const [head = '', tail] = text.replace('-', '').split('.');
        const longer = `${'0'.repeat(zerosBefore)}${head}.${tail ?? '0'}${'0'.repeat(zerosBehind)}`;
        expect(canonical(value < 0n ? `-${longer}` : longer)).toBe(text);
        expect(canonical(text)).toBe(text);
      }),
    );
  });

  it.each(['', ' ', '1e3', '.5', '5.', '+1', '--1', 'NaN', 'Infinity', '1,000', '0x10', '1 '])(
    'refuse %j',
    (text) => {
      expect(canonical(text)).toBeUndefined();
      expect(() => price(text)).toThrow(RangeError);
    },
  );

  it('know no minus zero', () => {
    expect(canonical('-0')).toBe('0');
    expect(canonical('-0.000')).toBe('0');
    expect(negate(money('0'))).toBe('0');
    expect(add(money('1'), money('-1'))).toBe('0');
  });

  it('read the numbers that the exchange prints bare', () => {
    expect([-1, 0.01, 20, 1e-7, 1e21].map(canonicalNumber)).toEqual([
      '-1',
      '0.01',
      '20',
      '0.0000001',
      '1000000000000000000000',
    ]);
    expect(canonicalNumber(Number.NaN)).toBeUndefined();
    expect(canonicalNumber(Number.POSITIVE_INFINITY)).toBeUndefined();
  });

  it('show as many places as asked for, halves away from zero', () => {
    expect(toFixed(money('1.005'), 2)).toBe('1.01');
    expect(toFixed(money('-1.005'), 2)).toBe('-1.01');
    expect(toFixed(qty('2'), 3)).toBe('2.000');
    expect(decimalPlaces(price('0.01'))).toBe(2);
    expect(decimalPlaces(price('1'))).toBe(0);
  });
});
