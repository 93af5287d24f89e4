import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Status } from '#contract/status.ts';
import { connectionStore } from './connection.ts';
import { reloadOnMove } from './one-key.ts';

const FEED = { state: 'live', sinceMs: 0 } as const;
const STATUS: Status = {
  environment: 'mainnet',
  scope: 'mainnet 01',
  exchangeUrl: 'https://exchange',
  version: '0',
  hasKey: true,
  key: { state: 'open', account: 'main' },
  feeds: { market: FEED, account: FEED },
};

afterEach(() => vi.unstubAllGlobals());

/** Whether a page that began with the one status is loaded anew at the other. */
function isReloaded(from: Status, to: Status): boolean {
  const reload = vi.fn();
  vi.stubGlobal('location', { reload });
  const stop = reloadOnMove();
  connectionStore.setState({ status: from });
  connectionStore.setState({ status: to });
  stop();
  return reload.mock.calls.length > 0;
}

describe('a page', () => {
  it('begins anew on another account, or on another API key under the same name', () => {
    const named = { ...STATUS, key: { state: 'open', account: 'other' } } as const;
    expect(isReloaded(STATUS, { ...named, scope: 'mainnet 02' })).toBe(true);
    expect(isReloaded(STATUS, { ...STATUS, scope: 'mainnet 02' })).toBe(true);
  });

  it('stays where it is when the paper exchange comes up on another port', () => {
    const paper = { ...STATUS, environment: 'paper', scope: 'paper', key: { state: 'given' } } as const;
    expect(isReloaded(paper, { ...paper, exchangeUrl: 'http://127.0.0.1:2' })).toBe(false);
  });
});
