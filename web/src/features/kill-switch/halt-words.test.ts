import { describe, expect, it } from 'vitest';
import { haltDetail, haltTitle } from './halt-words.ts';

const HALTING = {
  at: 'halting',
  sinceMs: 1,
  who: 'browser',
  closesPositions: false,
  rounds: 1,
  canceled: [],
  closed: [],
  problems: [],
} as const;

describe('a halt in words', () => {
  it('says what is left as long as something is', () => {
    const state = { ...HALTING, openOrders: 1, openPositions: 2, problems: ['first', 'No answer'] };
    expect(haltTitle(state)).toBe('TRADING HALTED: clearing out');
    expect(haltDetail(state)).toBe('1 order open · 2 positions open (kept) · last problem: No answer');
  });

  it('says so when the exchange shows nothing any more, and not what went wrong on the way', () => {
    const closed = [{ symbol: 'BTCUSDT', posSide: 'Merged', side: 'Sell', qty: '0.5' }] as const;
    const state = { ...HALTING, at: 'halted', closesPositions: true, closed, problems: ['x'] } as const;
    const verified = { ...state, openOrders: 0, openPositions: 0, verifiedAtMs: 2 };
    expect(haltTitle(verified)).toBe('TRADING HALTED, nothing left to cancel');
    expect(haltDetail(verified)).toBe('0 orders open · 0 positions open · closing: 0.5 BTCUSDT');
    expect(haltDetail(HALTING)).toBe('');
    expect(haltTitle({ ...HALTING, at: 'waiting' })).toMatch(/NOTHING IS CANCELED/);
  });
});
