import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { money, price, qty, ratio } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import {
  deriveCrossMarginRatio,
  deriveFigures,
  deriveIsolatedMarginRatio,
  deriveRoi,
  deriveTotals,
  deriveUPnl,
} from './pnl.ts';

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

describe('how near liquidation it is', () => {
  const tier = {
    notionalMax: money('2000000'),
    leverageMax: 100,
    maintenanceMarginRate: ratio('0.005'),
    maintenanceAmount: money('0'),
  };
  const product = { tiers: [tier] } as unknown as Product;
  const known = { markOf: () => price('60000'), productOf: () => product };

  it('is one ratio for all cross positions, backed by what isolated ones do not hold', () => {
    const isolated = { ...long, marginMode: 'isolated', positionMargin: money('2500') } as const;
    expect(deriveCrossMarginRatio(wallet, [long, isolated], known)).toBe('0.002');
    expect(deriveCrossMarginRatio(wallet, [], known)).toBe('0');
  });

  it('rises as cross positions lose', () => {
    const falling = { ...known, markOf: () => price('40000') };
    expect(deriveCrossMarginRatio(wallet, [long], falling)).toBe('0.001666');
  });

  it('is an isolated position’s own matter', () => {
    const isolated = { ...long, marginMode: 'isolated' } as const;
    expect(deriveIsolatedMarginRatio(isolated, product, price('60000'))).toBe('0.05');
    expect(deriveIsolatedMarginRatio(isolated, product, price('54300'))).toBe('1');
    expect(deriveIsolatedMarginRatio(isolated, product, price('53000'))).toBeUndefined();
  });

  it('is not guessed at while a product or a mark is missing', () => {
    expect(deriveCrossMarginRatio(wallet, [long], { ...known, productOf: () => undefined })).toBeUndefined();
    expect(deriveCrossMarginRatio(wallet, [long], { ...known, markOf: () => undefined })).toBeUndefined();
  });
});

it('sums up positions', () => {
  const short = { ...long, side: 'Sell', usedBalance: money('100') } as const;
  expect(deriveTotals([long, short], () => price('60100'))).toEqual({
    notional: '6010',
    margin: '403',
    unrealisedPnl: '0',
    realisedPnl: '-3.6',
    funding: '0',
  });
  expect(deriveTotals([long], () => undefined)).toBeUndefined();
});
