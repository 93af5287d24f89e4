import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDecimal } from './read-decimal.ts';

describe('a typed number', () => {
  it.each([
    ['63012.4', '63012.4'],
    [' 63,012.40 ', '63012.4'],
    ['1,234,567', '1234567'],
    ['.5', '0.5'],
    ['7.', '7'],
    ['000', '0'],
  ])('%s reads %s', (text, value) => {
    expect(readDecimal(text)).toBe(value);
  });

  it.each(['', '.', '-1', '1e3', 'abc', '1.2.3', '0x10', '1 000', '0,5', '0,500', '12,34', '1,2345', '∞'])(
    '%s is no number rather than another one',
    (text) => {
      expect(readDecimal(text)).toBeUndefined();
    },
  );

  it('never reads as something that is not a canonical decimal', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const value = readDecimal(text);
        if (value !== undefined) expect(value).toMatch(/^(0|[1-9]\d*)(\.\d*[1-9])?$/);
      }),
    );
  });
});
