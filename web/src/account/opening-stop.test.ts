import { describe, expect, it } from 'vitest';
import type { Status } from '#contract/status.ts';
import { isOver, openingStopOf } from './opening-stop.ts';

const stopOf = (status: Partial<Status>) =>
  openingStopOf({ socket: { state: 'open', sinceMs: 0 }, status: status as Status });
const disarmed = { at: 'disarmed', needsPassphrase: false } as const;

describe('what stops every opening order', () => {
  it('is told by the proxy, in the order in which it asks', () => {
    const halt = { at: 'halted' } as Status['halt'];
    expect(stopOf({ ...(halt && { halt }), isReadOnly: true, arming: disarmed })).toBe('halted');
    expect(stopOf({ isReadOnly: true, arming: disarmed })).toBe('read-only');
    expect(stopOf({ arming: disarmed })).toBe('disarmed');
    expect(stopOf({ arming: { at: 'armed', untilMs: 1 } })).toBeUndefined();
    expect(openingStopOf({ socket: { state: 'open', sinceMs: 0 } })).toBeUndefined();
  });

  it('takes its refusal along when it ends; what an order broke by itself stays said', () => {
    expect(isOver('read-only', undefined)).toBe(true);
    expect(isOver('read-only', 'read-only')).toBe(false);
    expect(isOver('halted', 'disarmed')).toBe(true);
    expect(isOver('order-value', undefined)).toBe(false);
    expect(isOver(undefined, undefined)).toBe(false);
  });
});
