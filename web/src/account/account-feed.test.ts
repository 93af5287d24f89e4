import { describe, expect, it } from 'vitest';
import type { FeedState, Status } from '#contract/status.ts';
import { accountFeedOf } from './account-feed.ts';

const open = { state: 'open', sinceMs: 1 } as const;
const told = (account: FeedState) => ({ socket: open, status: { feeds: { account } } as Status });

describe('the account is stale', () => {
  it('since the page lost Perpdeck', () => {
    const { status } = told({ state: 'live', sinceMs: 5 });
    const lost = { socket: { state: 'closed', sinceMs: 70, attempt: 3 } as const, status };
    expect(accountFeedOf(lost)).toEqual({ state: 'stale', sinceMs: 70 });
  });

  it('since Perpdeck lost the exchange, or hears nothing of it', () => {
    expect(accountFeedOf(told({ state: 'stale', sinceMs: 80 }))).toEqual({ state: 'stale', sinceMs: 80 });
    const lost = told({ state: 'reconnecting', sinceMs: 90, attempt: 2 });
    expect(accountFeedOf(lost)).toEqual({ state: 'stale', sinceMs: 90 });
    // The same answer is the same object: whoever listens hears of changes alone.
    expect(accountFeedOf(lost)).toBe(accountFeedOf(lost));
  });

  it('not while it is live, has not come yet, or is none', () => {
    expect(accountFeedOf(told({ state: 'live', sinceMs: 1 })).state).toBe('live');
    expect(accountFeedOf(told({ state: 'connecting', sinceMs: 1 })).state).toBe('loading');
    expect(accountFeedOf({ socket: { state: 'connecting', sinceMs: 1, attempt: 0 } }).state).toBe('loading');
    expect(accountFeedOf({ socket: open }).state).toBe('loading');
    expect(accountFeedOf(told({ state: 'off', sinceMs: 1, reason: '' })).state).toBe('no-key');
  });
});
