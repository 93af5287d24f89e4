/** The whole way from the exchange to this page in one word, and what is behind it. Pure. */
import type { FeedState } from '#contract/status.ts';
import type { Connection } from '../../exchange/connection.ts';

export interface ConnectionWord {
  readonly word: 'Live' | 'Connecting' | 'Reconnecting' | 'Stale' | 'Signed out';
  readonly tone: 'good' | 'waiting' | 'bad';
  readonly detail: string;
  /** Since when what is shown is old, epoch ms. */
  readonly sinceMs?: number;
}

const live = (detail: string): ConnectionWord => ({ word: 'Live', tone: 'good', detail });
const waiting = (word: 'Connecting' | 'Reconnecting', detail: string): ConnectionWord => ({
  word,
  tone: 'waiting',
  detail,
});

function feedWord(name: string, feed: FeedState): ConnectionWord {
  switch (feed.state) {
    case 'live':
      return live('');
    // Without a key there is no account to be behind with.
    case 'off':
      return live(feed.reason);
    case 'connecting':
      return waiting('Connecting', `Connecting to the exchange's ${name}.`);
    case 'reconnecting':
      return {
        ...waiting('Reconnecting', `The exchange's ${name} was lost; attempt ${feed.attempt}.`),
        sinceMs: feed.sinceMs,
      };
    case 'stale':
      return {
        ...{ word: 'Stale', tone: 'bad', detail: `Nothing new of the exchange's ${name}.` },
        sinceMs: feed.sinceMs,
      };
  }
}

export function connectionWord({ socket, status }: Connection): ConnectionWord {
  if (socket.state === 'signed-out')
    return { word: 'Signed out', tone: 'bad', detail: 'The session has ended.' };
  if (socket.state !== 'open') {
    const isFirst = socket.state === 'connecting' && socket.attempt === 0;
    if (isFirst) return waiting('Connecting', 'Connecting to Perpdeck.');
    return {
      ...waiting('Reconnecting', 'Perpdeck does not answer: is it still running?'),
      sinceMs: socket.sinceMs,
    };
  }
  if (status === undefined) return waiting('Connecting', 'Connected to Perpdeck.');
  const market = feedWord('market data', status.feeds.market);
  return market.word === 'Live' ? feedWord('account stream', status.feeds.account) : market;
}
