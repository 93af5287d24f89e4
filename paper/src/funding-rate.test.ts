import { describe, expect, it } from 'vitest';
import { fundingRate } from './funding-rate.ts';
import { rate } from './testing/testbed.ts';

const EIGHT_HOURS = 28_800;

describe('the funding rate', () => {
  it.each([
    // Within 0.05 % of the interest rate it is the interest rate.
    ['0', '0.0001'],
    ['0.0006', '0.0001'],
    ['-0.0004', '0.0001'],
    // Beyond, the premium less the dampener.
    ['0.0008', '0.0003'],
    ['-0.001', '-0.0005'],
    // Within cap and floor.
    ['0.05', '0.02'],
    ['-0.05', '-0.02'],
  ])('[FND2] a premium of %s makes it %s every eight hours', (premium, expected) => {
    expect(fundingRate(rate(premium), EIGHT_HOURS)).toBe(rate(expected));
  });

  it('[FND2] is spread over shorter intervals in proportion', () => {
    expect(fundingRate(rate('0'), EIGHT_HOURS / 2)).toBe(rate('0.00005'));
    expect(fundingRate(rate('0.0008'), EIGHT_HOURS / 8)).toBe(rate('0.0000375'));
  });
});
