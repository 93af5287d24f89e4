import { expect, it } from 'vitest';
import { intervalName, nextFundingAtMs } from './funding.ts';

const at = (iso: string) => Date.parse(iso);

it('settles at the multiples of the product own interval, counted in UTC', () => {
  expect(nextFundingAtMs(at('2026-11-23T07:59:59.999Z'), 28_800)).toBe(at('2026-11-23T08:00:00Z'));
  expect(nextFundingAtMs(at('2026-11-23T08:00:00Z'), 28_800)).toBe(at('2026-11-23T16:00:00Z'));
  expect(nextFundingAtMs(at('2026-11-23T08:00:01Z'), 14_400)).toBe(at('2026-11-23T12:00:00Z'));
  expect(nextFundingAtMs(at('2026-11-23T23:10:00Z'), 3_600)).toBe(at('2026-11-24T00:00:00Z'));
});

it('names its interval', () => {
  expect(intervalName(28_800)).toBe('8h');
  expect(intervalName(5_400)).toBe('90m');
});
