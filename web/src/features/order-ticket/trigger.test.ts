import { describe, expect, it } from 'vitest';
import { price } from '#contract/decimal.ts';
import { type Draft, FIRST_DRAFT } from './draft.ts';
import { contextOf } from './ticket-testbed.ts';
import { readTrigger, triggerErrors, waitsFor } from './trigger.ts';

/** Mark 60,000, last 60,010, index 59,990. */
const context = contextOf({
  quotes: {
    bid: price('60000'),
    ask: price('60000.1'),
    mark: price('60000'),
    last: price('60010'),
    index: price('59990'),
  },
});
const draftOf = (change: Partial<Draft>): Draft => ({ ...FIRST_DRAFT, ordType: 'Stop', ...change });
const errorsOf = (change: Partial<Draft>) => triggerErrors(draftOf(change), context);

describe('a trigger', () => {
  it.each([
    ['Stop', 'Buy', 'rise'],
    ['StopLimit', 'Sell', 'fall'],
    ['MarketIfTouched', 'Buy', 'fall'],
    ['LimitIfTouched', 'Sell', 'rise'],
    ['TrailingStop', 'Sell', 'rise'],
    ['TrailingStop', 'Buy', 'fall'],
  ] as const)('of a %s %s waits for a %s', (ordType, side, direction) => {
    expect(waitsFor({ ordType, side })).toBe(direction);
  });

  it('must lie beyond the price that it watches, and that price alone', () => {
    expect(errorsOf({ side: 'Sell', triggerText: '59999.9' })).toEqual({});
    expect(errorsOf({ side: 'Sell', triggerText: '60000' })).toEqual({
      trigger: 'Must be below mark, 60,000.0',
    });
    expect(errorsOf({ side: 'Sell', triggerText: '60000', triggerSource: 'ByLastPrice' })).toEqual({});
    expect(errorsOf({ side: 'Buy', triggerText: '59995', triggerSource: 'ByIndexPrice' })).toEqual({});
    expect(errorsOf({ side: 'Buy', triggerText: '59995' })).toEqual({
      trigger: 'Must be above mark, 60,000.0',
    });
  });

  it.each([
    ['', 'Enter a trigger price'],
    ['x', 'Not a price'],
    ['0', 'Not a price'],
    ['999', 'At least 1,000.0'],
    ['500001', 'At most 500,000.0'],
  ])('%j: %s', (triggerText, trigger) => {
    expect(errorsOf({ side: 'Buy', triggerText })).toEqual({ trigger });
  });

  it('is none of a limit or market order, whatever stands in the field', () => {
    expect(errorsOf({ ordType: 'Limit', triggerText: 'x' })).toEqual({});
  });

  it('is read to the nearest tick, with its source', () => {
    const draft = draftOf({ side: 'Buy', triggerText: '61,000.07', triggerSource: 'ByLastPrice' });
    expect(readTrigger(draft, context)).toEqual({ trigger: { price: '61000.1', source: 'ByLastPrice' } });
  });
});

describe('a trailing stop', () => {
  const trailing = (change: Partial<Draft>) =>
    draftOf({ ordType: 'TrailingStop', side: 'Sell', trailText: '1', ...change });

  it('follows from now on, starting behind the price that it watches', () => {
    expect(readTrigger(trailing({}), context)).toEqual({
      trigger: { price: '59400', source: 'ByMarkPrice' },
      trail: { trail: { by: 'proportion', proportion: '0.01' }, from: 'now' },
    });
    const buy = trailing({ side: 'Buy', trailUnit: 'price', trailText: '150.53' });
    expect(readTrigger(buy, context)).toEqual({
      trigger: { price: '60150.5', source: 'ByMarkPrice' },
      trail: { trail: { by: 'price', distance: '150.5' }, from: 'now' },
    });
  });

  it('or from an activation price on the profitable side', () => {
    expect(readTrigger(trailing({ triggerText: '62000' }), context)).toMatchObject({
      trigger: { price: '62000' },
      trail: { from: 'activation' },
    });
    expect(triggerErrors(trailing({ triggerText: '59000' }), context)).toEqual({
      trigger: 'Must be above mark, 60,000.0',
    });
  });

  it.each([
    ['', 'percent', 'Enter a distance'],
    ['0', 'percent', 'Between 0 and 100 per cent'],
    ['100', 'percent', 'Between 0 and 100 per cent'],
    ['0', 'price', 'Not a distance'],
    ['70000', 'price', 'More than the price itself'],
    ['59500', 'price', 'Too far: it would stand at 500.0'],
  ] as const)('says of a distance of %j %s: %s', (trailText, trailUnit, trail) => {
    expect(triggerErrors(trailing({ trailText, trailUnit }), context)).toEqual({ trail });
  });
});
