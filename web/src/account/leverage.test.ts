import { describe, expect, it } from 'vitest';
import type { ProductSymbol } from '#contract/brand.ts';
import { money, ratio } from '#contract/decimal.ts';
import type { Position, SymbolSettings } from '#contract/model.ts';
import { leverageChange, marginAfter, marginRoom, readLeverage } from './leverage.ts';

const symbol = 'BTCUSDT' as ProductSymbol;

describe('the leverage of a leg', () => {
  it('is a number between one and the product’s maximum', () => {
    const read = (text: string) => readLeverage(text, { leverageMax: 100 });
    expect(read(' 12.50 ')).toBe('12.5');
    expect(read('100')).toBe('100');
    for (const text of ['', '0.9', '100.1', 'x', '-5']) expect(read(text)).toBeUndefined();
  });

  it('is set with the other leg of a hedged product as it is', () => {
    const settings: SymbolSettings = {
      symbol,
      posMode: 'Hedged',
      legs: [
        { posSide: 'Long', marginMode: 'cross', leverage: ratio('0') },
        { posSide: 'Short', marginMode: 'isolated', leverage: ratio('7') },
      ],
    };
    const change = leverageChange(settings, 'Long', { marginMode: 'isolated', leverage: ratio('3') });
    expect(change).toMatchObject({
      posMode: 'Hedged',
      long: { marginMode: 'isolated', leverage: '3' },
      short: { marginMode: 'isolated', leverage: '7' },
    });
  });
});

describe('the margin of an isolated position', () => {
  const position = { cost: money('60'), assignedBalance: money('100') } as Position;
  const room = marginRoom(position, money('-15'), money('500'));

  it('may grow by what is available, and shrink to what it costs and has lost', () => {
    expect(room).toEqual({ assigned: '100', addable: '500', removable: '25' });
    expect(marginRoom(position, money('15'), money('-3'))).toMatchObject({ addable: '0', removable: '40' });
  });

  it('is asked for in all, not as a difference', () => {
    expect(marginAfter('12.5', 'add', room)).toBe('112.5');
    expect(marginAfter('25', 'remove', room)).toBe('75');
    for (const text of ['', '0', '500.01', '-1']) expect(marginAfter(text, 'add', room)).toBeUndefined();
    expect(marginAfter('25.01', 'remove', room)).toBeUndefined();
  });
});
