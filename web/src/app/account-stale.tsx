/** Since when what a panel of the account shows has been old; nothing while it is live. */
import { useAccountFeed } from '../account/account-feed.ts';
import { useWorthFeed } from '../account/worth-feed.ts';
import { StaleSince } from '../ui/stale-since.tsx';

export const AccountStale = () => <StaleSince feed={useAccountFeed()} />;
/** Of a panel that shows what the account is worth: that goes by the market, too. */
export const WorthStale = () => <StaleSince feed={useWorthFeed()} />;
