/** Is what the screen shows of the account live, and if not, since when not: one answer for every panel. */
import { useStore } from 'zustand';
import { type Connection, connectionStore } from '../exchange/connection.ts';

export type AccountFeed = 'live' | 'loading' | 'stale' | 'no-key';

export function accountFeedOf({ socket, status }: Connection): AccountFeed {
  if (socket.state === 'connecting' && socket.attempt === 0) return 'loading';
  if (socket.state !== 'open') return 'stale';
  if (status === undefined) return 'loading';
  const { state } = status.feeds.account;
  if (state === 'off') return 'no-key';
  if (state === 'connecting') return 'loading';
  return state === 'live' ? 'live' : 'stale';
}

export const useAccountFeed = (): AccountFeed => useStore(connectionStore, accountFeedOf);
