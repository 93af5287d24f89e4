/**
 * Whether what the account is worth, and what an order would make of it, is live: both go by the account and by the market.
 * Else since when the older of them is not.
 */
import { type MarketFeed, useMarketFeed } from '../market/feed.ts';
import { type AccountFeed, useAccountFeed } from './account-feed.ts';

export function worthFeedOf(account: AccountFeed, market: MarketFeed): AccountFeed {
  if (market.state !== 'stale' || account.state === 'no-key') return account;
  return account.state === 'stale' && account.sinceMs < market.sinceMs ? account : market;
}

export const useWorthFeed = (): AccountFeed => worthFeedOf(useAccountFeed(), useMarketFeed());
