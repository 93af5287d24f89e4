import { describe, expect, it } from 'vitest';
import type { ClOrdID } from '#contract/brand.ts';
import { price, ratio } from '#contract/decimal.ts';
import { isExternal, kindOf, standsAt, triggerText, typeName } from './order-words.ts';

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

  it('is external when this screen did not name it', () => {
    expect(isExternal({ clOrdID: 'pd-x' as ClOrdID })).toBe(false);
    expect(isExternal({ clOrdID: 'HBOT-1' as ClOrdID })).toBe(true);
    expect(isExternal({ clOrdID: '' as ClOrdID })).toBe(true);
  });
});
