import { expect, it } from 'vitest';
import { price, qty, ratio } from '#contract/decimal.ts';
import type { Position } from '#contract/model.ts';
import { fundingDue, fundingDueOf } from './funding-due.ts';

const long = { side: 'Buy', size: qty('0.5') } as Position;
const short = { side: 'Sell', size: qty('0.2') } as Position;

it('longs pay shorts while the rate is above zero, and are paid below', () => {
  expect(fundingDue(long, price('60000'), ratio('0.0001'))).toBe('-3');
  expect(fundingDue(short, price('60000'), ratio('0.0001'))).toBe('1.2');
  expect(fundingDue(long, price('60000'), ratio('-0.0001'))).toBe('3');
});

it('a hedged pair pays for what is left of it alone', () => {
  const quote = { markPrice: price('60000'), fundingRate: ratio('0.0001') };
  expect(fundingDueOf([long, short], () => quote)).toBe('-1.8');
  expect(fundingDueOf([], () => undefined)).toBe('0');
  expect(fundingDueOf([long], () => undefined)).toBeUndefined();
});
