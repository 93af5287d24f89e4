import { describe, expect, it } from 'vitest';
import { type Draft, FIRST_DRAFT } from './draft.ts';
import { shownDraft } from './shown-draft.ts';
import { contextOf } from './ticket-testbed.ts';

const prices = (change: Partial<Draft>) => shownDraft({ ...FIRST_DRAFT, ...change }, contextOf())?.prices;
const typed = { priceText: '59000', isPriceTouched: true } as const;

describe('the chart shows of a draft', () => {
  it('a limit that is the trader’s own, and no suggestion', () => {
    expect(prices(typed)).toEqual({ limit: '59000' });
    expect(prices({ priceText: '59000' })).toBeUndefined();
    expect(prices({ ...typed, ordType: 'Market' })).toBeUndefined();
  });

  it('the trigger of a conditional order, beside its limit', () => {
    expect(prices({ ordType: 'Stop', triggerText: '61000' })).toEqual({ trigger: '61000' });
    const stopLimit = { ...typed, ordType: 'StopLimit', triggerText: '61000' } as const;
    expect(prices(stopLimit)).toEqual({ limit: '59000', trigger: '61000' });
    expect(prices({ ...stopLimit, ordType: 'Limit' })).toEqual({ limit: '59000' });
    // Before its trigger is entered it is one already.
    const begun = { ...FIRST_DRAFT, ...stopLimit, triggerText: '' };
    expect(shownDraft(begun, contextOf())).toMatchObject({ isConditional: true });
  });

  it('what protects the entry, as a price whatever it was entered by', () => {
    const protections = {
      takeProfit: { text: '5', unit: 'percent' },
      stopLoss: { text: '58000', unit: 'price' },
    } as const;
    const both = { takeProfit: '61950', stopLoss: '58000' };
    expect(prices({ ...typed, ...protections, isProtected: true })).toEqual({ limit: '59000', ...both });
    expect(prices({ ...typed, ...protections })).toEqual({ limit: '59000' });
    expect(prices({ ...typed, ...protections, isProtected: true, isReduceOnly: true })).toEqual({
      limit: '59000',
    });
  });

  it('how much it is for, once that is entered', () => {
    expect(shownDraft({ ...FIRST_DRAFT, ...typed, qtyText: '0.5' }, contextOf())).toMatchObject({
      side: 'Buy',
      qty: '0.5',
    });
  });
});
