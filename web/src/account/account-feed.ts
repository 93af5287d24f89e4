/** Is what the screen shows of the account live, and if not, since when not: one answer for every panel. */
import { useStore } from 'zustand';
import { type Connection, connectionStore } from '../exchange/connection.ts';

export type AccountFeed =
  | { readonly state: 'live' | 'loading' | 'no-key' }
  /** What is shown is old. `sinceMs` is an epoch time. */
  | { readonly state: 'stale'; readonly sinceMs: number };

const LIVE: AccountFeed = { state: 'live' };
const LOADING: AccountFeed = { state: 'loading' };
const NO_KEY: AccountFeed = { state: 'no-key' };
let lastStale: AccountFeed & { state: 'stale' } = { state: 'stale', sinceMs: 0 };

/** The same object until the answer changes, so that it can be compared by identity. */
function stale(sinceMs: number): AccountFeed {
  if (lastStale.sinceMs !== sinceMs) lastStale = { state: 'stale', sinceMs };
  return lastStale;
}

export function accountFeedOf({ socket, status }: Connection): AccountFeed {
  if (socket.state === 'connecting' && socket.attempt === 0) return LOADING;
  if (socket.state !== 'open') return stale(socket.sinceMs);
  if (status === undefined) return LOADING;
  const { state, sinceMs } = status.feeds.account;
  if (state === 'off') return NO_KEY;
  if (state === 'connecting') return LOADING;
  return state === 'live' ? LIVE : stale(sinceMs);
}

export const useAccountFeed = (): AccountFeed => useStore(connectionStore, accountFeedOf);
