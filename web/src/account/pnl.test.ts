import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { Position } from '#contract/model.ts';
import { deriveFigures, deriveRoi, deriveUPnl } from './pnl.ts';

const long: Position = {
  symbol: 'BTCUSDT' as ProductSymbol,
  posSide: 'Merged',
  side: 'Buy',
  size: qty('0.05'),
  value: money('3000'),
  avgEntryPrice: price('60000'),
  marginMode: 'cross',
  leverage: ratio('10'),
  positionMargin: money('300'),
  usedBalance: money('303'),
  maintenanceMarginRate: ratio('0.005'),
  termRealisedPnl: money('-1.8'),
  cumClosedPnl: money('0'),
  cumFundingFee: money('0'),
};
const wallet = { currency: 'USDT', balance: money('10000'), used: money('303') };

describe('what a position is worth', () => {
  it('follows mark, up for a long and down for a short', () => {
    expect(deriveUPnl(long, price('60012.34'))).toBe('0.617');
    expect(deriveUPnl({ ...long, side: 'Sell' }, price('60012.34'))).toBe('-0.617');
  });

  it('is not known without a mark, and known by the one that came with it', () => {
    expect(deriveUPnl(long, undefined)).toBeUndefined();
    expect(deriveUPnl({ ...long, markPrice: price('60001') }, undefined)).toBe('0.05');
  });

  it('is measured against the initial margin', () => {
    expect(deriveRoi(long, money('30'), undefined)).toBe('0.1');
  });
});

describe('what the account is worth', () => {
  it('is the balance with all positions at mark; available is what nothing ties up', () => {
    const short = { ...long, side: 'Sell', symbol: 'ETHUSDT' as ProductSymbol } as const;
    const marks: Readonly<Record<string, string>> = { BTCUSDT: '60100', ETHUSDT: '60020' };
    const figures = deriveFigures(wallet, [long, short], (symbol) => price(marks[symbol] ?? '0'));
    expect(figures).toEqual({
      balance: '10000',
      used: '303',
      available: '9697',
      unrealisedPnl: '4',
      equity: '10004',
    });
  });

  it('is not guessed at while a mark is missing', () => {
    const figures = deriveFigures(wallet, [long], () => undefined);
    expect(figures).toMatchObject({ available: '9697', unrealisedPnl: undefined, equity: undefined });
  });
});
