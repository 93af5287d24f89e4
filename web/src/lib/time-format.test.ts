import { expect, it } from 'vitest';
import { formatAge, formatCountdown } from './time-format.ts';

it('counts down in hours, minutes and seconds, and stops at zero', () => {
  expect(formatCountdown(28_799_999)).toBe('07:59:59');
  expect(formatCountdown(61_000)).toBe('00:01:01');
  expect(formatCountdown(-5)).toBe('00:00:00');
});

it('says an age in the unit that fits', () => {
  expect(formatAge(4_000)).toBe('4 s');
  expect(formatAge(185_000)).toBe('3 min');
  expect(formatAge(7_300_000)).toBe('2 h');
});
