import { describe, expect, it } from 'vitest';
import type { FeedState, Status } from '#contract/status.ts';
import { connectionWord } from './connection-word.ts';

const live: FeedState = { state: 'live', sinceMs: 0 };
const statusOf = (market: FeedState, account: FeedState = live): Status => ({
  environment: 'paper',
  scope: 'paper',
  exchangeUrl: '',
  version: '',
  hasKey: true,
  key: { state: 'given' },
  feeds: { market, account },
});
const open = { state: 'open', sinceMs: 0 } as const;
const wordOf = (market: FeedState, account?: FeedState) =>
  connectionWord({ socket: open, status: statusOf(market, account) }).word;

describe('the connection in one word', () => {
  it('is live only when every part is', () => {
    expect(wordOf(live)).toBe('Live');
    expect(wordOf({ state: 'stale', sinceMs: 0 })).toBe('Stale');
    expect(wordOf(live, { state: 'reconnecting', sinceMs: 0, attempt: 2 })).toBe('Reconnecting');
    expect(wordOf({ state: 'connecting', sinceMs: 0 })).toBe('Connecting');
  });

  it('does without an account where there is no key', () => {
    expect(wordOf(live, { state: 'off', sinceMs: 0, reason: 'No API key.' })).toBe('Live');
  });

  it('speaks of Perpdeck itself first', () => {
    const status = statusOf(live);
    const word = (socket: Parameters<typeof connectionWord>[0]['socket']) =>
      connectionWord({ socket, status }).word;
    expect(word({ state: 'closed', sinceMs: 0, attempt: 1 })).toBe('Reconnecting');
    expect(word({ state: 'connecting', sinceMs: 0, attempt: 0 })).toBe('Connecting');
    expect(word({ state: 'connecting', sinceMs: 0, attempt: 3 })).toBe('Reconnecting');
    expect(word({ state: 'signed-out', sinceMs: 0 })).toBe('Signed out');
  });
});
