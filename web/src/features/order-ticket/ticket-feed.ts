/** Whether what the ticket reckons by is live: the account, and the market. Else since when the older of them is not. */
import { type AccountFeed, useAccountFeed } from '../../account/account-feed.ts';
import { useMarketFeed } from '../../market/feed.ts';

export function useTicketFeed(): AccountFeed {
  const account = useAccountFeed();
  const market = useMarketFeed();
  if (market.state !== 'stale') return account;
  return account.state === 'stale' && account.sinceMs < market.sinceMs ? account : market;
}
