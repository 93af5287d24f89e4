import { describe, expect, it } from 'vitest';
import type { ClOrdID } from '#contract/brand.ts';
import { price, ratio } from '#contract/decimal.ts';
import { TRIGGER_SOURCES } from '#contract/vocabulary.ts';
import {
  isExternal,
  kindOf,
  SOURCE_NAMES,
  sourcesBeside,
  standsAt,
  triggerText,
  typeName,
} from './order-words.ts';

const trigger = { price: price('61000'), source: 'ByMarkPrice', direction: 'Rising' } as const;

describe('an order in words', () => {
  it('waits for its trigger, then is in the book, and stands at the price that counts', () => {
    const waiting = { ordStatus: 'Untriggered', trigger, price: price('61100') } as const;
    expect(kindOf(waiting)).toBe('conditional');
    expect(standsAt(waiting)).toBe('61000');
    const triggered = { ...waiting, ordStatus: 'New' } as const;
    expect(kindOf(triggered)).toBe('active');
    expect(standsAt(triggered)).toBe('61100');
    expect(standsAt({ ...triggered, price: price('0') })).toBeUndefined();
  });

  it('says what sets it off', () => {
    expect(triggerText({ trigger }, price('0.1'))).toBe('≥ 61,000.0 mark');
    expect(triggerText({ trigger: { price: price('5') } }, price('0.1'))).toBe('5.0');
    const trail = { by: 'proportion', proportion: ratio('0.01') } as const;
    expect(triggerText({ trigger, trail }, price('1'))).toBe('≥ 61,000 mark (1.00% behind)');
    expect(typeName({ ordType: 'Stop', trail })).toBe('Trailing stop');
    expect(triggerText({}, price('0.1'))).toBe('');
  });

  it('names every price that the exchange knows, and offers one beside its own only where it was chosen elsewhere', () => {
    const byAsk = { ...trigger, source: 'ByAskPrice' } as const;
    expect(triggerText({ trigger: byAsk }, price('0.1'))).toBe('≥ 61,000.0 ask');
    expect(new Set(TRIGGER_SOURCES.map((source) => SOURCE_NAMES[source])).size).toBe(TRIGGER_SOURCES.length);
    expect(sourcesBeside('ByLastPrice')).toEqual(['ByMarkPrice', 'ByLastPrice', 'ByIndexPrice']);
    expect(sourcesBeside('ByBidPrice')).toContain('ByBidPrice');
  });

  it('is external when this screen did not name it', () => {
    expect(isExternal({ clOrdID: 'pd-x' as ClOrdID })).toBe(false);
    expect(isExternal({ clOrdID: 'HBOT-1' as ClOrdID })).toBe(true);
    expect(isExternal({ clOrdID: '' as ClOrdID })).toBe(true);
  });
});
