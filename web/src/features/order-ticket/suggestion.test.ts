import { describe, expect, it } from 'vitest';
import { price } from '#contract/decimal.ts';
import { type Draft, FIRST_DRAFT } from './draft.ts';
import { suggestedPrice } from './suggestion.ts';
import { contextOf } from './ticket-testbed.ts';

const at = (bid: string, ask: string) => contextOf({ quotes: { bid: price(bid), ask: price(ask) } });
const suggested = (change: Partial<Draft>, isHeld = false, context = at('60000', '60000.3')) =>
  suggestedPrice({ ...FIRST_DRAFT, ...change }, context, isHeld);

describe('the suggested price', () => {
  it('is the middle of the book where the order would rest', () => {
    expect(suggested({})).toBe('60000.1');
    expect(suggested({ side: 'Sell' })).toBe('60000.2');
  });

  it('goes with the market, an hour after the first', () => {
    const shown = { priceText: '60000.1' };
    expect(suggested(shown)).toBeUndefined();
    expect(suggested(shown, false, at('59400', '59400.1'))).toBe('59400');
  });

  it('stands still while a hand is at the ticket, but does not stay away', () => {
    expect(suggested({ priceText: '60000.1' }, true, at('59400', '59400.1'))).toBeUndefined();
    expect(suggested({ priceText: '' }, true)).toBe('60000.1');
  });

  it('is none once the trader has given one, nor where the order names none or waits for a trigger', () => {
    expect(suggested({ isPriceTouched: true, priceText: '' })).toBeUndefined();
    expect(suggested({ ordType: 'Market' })).toBeUndefined();
    expect(suggested({ ordType: 'StopLimit' })).toBeUndefined();
  });
});
