import { describe, expect, it } from 'vitest';
import { DEFAULT_LIMITS } from '#contract/guard.ts';
import { draftOf, LIMIT_FIELDS, readLimits } from './limits-draft.ts';

describe('limits as they are typed', () => {
  it('are the same after they were shown and read again, in every environment', () => {
    for (const limits of Object.values(DEFAULT_LIMITS)) {
      expect(readLimits(draftOf(limits))).toEqual({ ok: true, limits });
    }
  });

  it('are shares in per cent, thousands set apart, symbols in any case, and none where nothing stands', () => {
    const draft = draftOf(DEFAULT_LIMITS.mainnet);
    expect(draft.texts.priceDistanceMax).toBe('5');
    const texts = { ...draft.texts, priceDistanceMax: '2.5', orderValueMax: ' 12,000.50 ', leverageMax: '' };
    const read = readLimits({ texts, symbols: 'btcusdt  ETHUSDT, u1000pepeusdt', isReadOnly: true });
    expect(read).toMatchObject({
      limits: {
        ...{ priceDistanceMax: '0.025', orderValueMax: '12000.5', leverageMax: null, isReadOnly: true },
        symbols: ['BTCUSDT', 'ETHUSDT', 'u1000PEPEUSDT'],
      },
    });
  });

  it('may have thousands apart by spaces too', () => {
    const draft = draftOf(DEFAULT_LIMITS.mainnet);
    const texts = { ...draft.texts, orderValueMax: '12 000.50' };
    expect(readLimits({ ...draft, texts })).toMatchObject({ limits: { orderValueMax: '12000.5' } });
  });

  // A comma that is meant for a point must not make a limit ten times what was meant.
  it.each(
    LIMIT_FIELDS.flatMap(({ name }) =>
      ['-1', '0', 'x', '1e3x', '2,5', '0,05', '1 5'].map((text) => [name, text] as const),
    ),
  )('name the field that is wrong: %s %j', (name, text) => {
    const draft = draftOf(DEFAULT_LIMITS.paper);
    expect(readLimits({ ...draft, texts: { ...draft.texts, [name]: text } })).toEqual({ ok: false, name });
  });

  it('name the symbols that are none', () => {
    const draft = draftOf(DEFAULT_LIMITS.paper);
    expect(readLimits({ ...draft, symbols: 'BTC-USDT' })).toEqual({ ok: false, name: 'symbols' });
  });
});
