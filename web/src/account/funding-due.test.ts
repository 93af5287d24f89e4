import { expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { price, qty, ratio } from '#contract/decimal.ts';
import type { Position } from '#contract/model.ts';
import { type FundingQuote, fundingDue, settlementsOf } from './funding-due.ts';

const HOUR_MS = 3_600_000;
const BTC = 'BTCUSDT' as ProductSymbol;
const MASK = 'MASKUSDT' as ProductSymbol;
const long = { symbol: BTC, side: 'Buy', size: qty('0.5') } as Position;
const short = { symbol: BTC, side: 'Sell', size: qty('0.2') } as Position;
const mask = { symbol: MASK, side: 'Sell', size: qty('100') } as Position;

const QUOTE: FundingQuote = { markPrice: price('60000'), fundingRate: ratio('0.0001') };
const MASK_QUOTE: FundingQuote = { markPrice: price('2'), fundingRate: ratio('0.001') };
const market = {
  nowMs: 10 * HOUR_MS + 1,
  quoteOf: (symbol: ProductSymbol): FundingQuote | undefined => (symbol === MASK ? MASK_QUOTE : QUOTE),
  intervalSecOf: (symbol: ProductSymbol) => (symbol === MASK ? 3_600 : 28_800),
};

it('longs pay shorts while the rate is above zero, and are paid below', () => {
  expect(fundingDue(long, price('60000'), ratio('0.0001'))).toBe('-3');
  expect(fundingDue(short, price('60000'), ratio('0.0001'))).toBe('1.2');
  expect(fundingDue(long, price('60000'), ratio('-0.0001'))).toBe('3');
});

it('a hedged pair pays for what is left of it alone', () => {
  expect(settlementsOf([long, short], market)).toEqual([{ atMs: 16 * HOUR_MS, due: '-1.8' }]);
  expect(settlementsOf([], market)).toEqual([]);
});

it('only what settles then is due at a settlement, the soonest first', () => {
  expect(settlementsOf([long, mask, short], market)).toEqual([
    { atMs: 11 * HOUR_MS, due: '0.2' },
    { atMs: 16 * HOUR_MS, due: '-1.8' },
  ]);
});

it('nothing is said of a settlement for which a rate is missing', () => {
  const quoteOf = (symbol: ProductSymbol) => (symbol === MASK ? MASK_QUOTE : undefined);
  expect(settlementsOf([long, mask], { ...market, quoteOf })).toEqual([
    { atMs: 11 * HOUR_MS, due: '0.2' },
    { atMs: 16 * HOUR_MS, due: undefined },
  ]);
});
