import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonical, compare, price } from '#contract/decimal.ts';
import { comparePlain, fixedText, wholeUnits } from './plain-decimal.ts';

const plain = fc
  .tuple(fc.nat(9_999_999), fc.nat(999_999))
  .map(([whole, fraction]) => price(`${whole}.${fraction}`));

it('orders as exact arithmetic does', () => {
  fc.assert(fc.property(plain, plain, (a, b) => Math.sign(comparePlain(a, b)) === compare(a, b)));
});

it('counts whole units and prints them back', () => {
  expect(wholeUnits('93277.9', 1)).toBe(932779);
  expect(wholeUnits('93277', 1)).toBe(932770);
  expect(wholeUnits('0.000001', 6)).toBe(1);
  expect(fixedText(932770, 1)).toBe('93277.0');
  expect(fixedText(7, 3)).toBe('0.007');
  expect(fixedText(12, 0)).toBe('12');
  fc.assert(fc.property(plain, (value) => canonical(fixedText(wholeUnits(value, 6), 6)) === value));
});
