/** Is what the screen shows of the market live, and if not, since when not: one answer for every panel. */
import { useSyncExternalStore } from 'react';
import { connectionStore } from '../exchange/connection.ts';

export type MarketFeed =
  | { readonly state: 'live' }
  /** Nothing has arrived yet. */
  | { readonly state: 'connecting' }
  /** What is shown is old. `sinceMs` is an epoch time. */
  | { readonly state: 'stale'; readonly sinceMs: number };

const LIVE: MarketFeed = { state: 'live' };
const CONNECTING: MarketFeed = { state: 'connecting' };
let lastStale: MarketFeed & { state: 'stale' } = { state: 'stale', sinceMs: 0 };

/** The same object until the answer changes, so that it can be compared by identity. */
function stale(sinceMs: number): MarketFeed {
  if (lastStale.sinceMs !== sinceMs) lastStale = { state: 'stale', sinceMs };
  return lastStale;
}

export function marketFeedNow(): MarketFeed {
  const { socket, status } = connectionStore.getState();
  if (socket.state === 'connecting' && socket.attempt === 0) return CONNECTING;
  if (socket.state !== 'open') return stale(socket.sinceMs);
  if (status === undefined || status.feeds.market.state === 'live') return LIVE;
  if (status.feeds.market.state === 'connecting') return CONNECTING;
  return stale(status.feeds.market.sinceMs);
}

export function onMarketFeed(listener: (feed: MarketFeed) => void): () => void {
  let last = marketFeedNow();
  return connectionStore.subscribe(() => {
    const now = marketFeedNow();
    if (now === last) return;
    last = now;
    listener(now);
  });
}

export const useMarketFeed = (): MarketFeed => useSyncExternalStore(onMarketFeed, marketFeedNow);
