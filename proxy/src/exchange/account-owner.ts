/**
 * Whose events the private stream may tell: those of the account (and its user) that it named first on this key. Another
 * one's are a fault of the exchange, or not from the exchange at all, and reach nobody.
 */

import type { Log } from '../watch/log.ts';
import type { ExchangeTopics, TopicListener } from './exchange-topics.ts';

const LISTS = ['accounts_p', 'orders_p', 'positions_p'] as const;

type Row = Readonly<Partial<Record<'userID' | 'accountID', unknown>>>;

export interface AccountOwner {
  /** Whether every row is this account's; the first message that names one says which that is. */
  owns(message: Readonly<Record<string, unknown>>): boolean;
}

function rowsOf(message: Readonly<Record<string, unknown>>): Row[] {
  return LISTS.flatMap((list) => {
    const rows = message[list];
    return Array.isArray(rows) ? rows.filter((row) => typeof row === 'object' && row !== null) : [];
  });
}

export function createAccountOwner(): AccountOwner {
  const users = new Set<unknown>();
  const accounts = new Set<unknown>();
  const isOurs = ({ userID, accountID }: Row): boolean => {
    if (userID !== undefined && users.size > 0) return users.has(userID);
    return accountID === undefined || accounts.size === 0 || accounts.has(accountID);
  };
  return {
    owns(message) {
      const rows = rowsOf(message);
      if (!rows.every(isOurs)) return false;
      // A user may have an account for each currency.
      for (const { userID, accountID } of rows) {
        if (userID !== undefined) users.add(userID);
        if (accountID !== undefined) accounts.add(accountID);
      }
      return true;
    },
  };
}

export interface OwnTopics extends ExchangeTopics {
  /** Messages about somebody else's account: none was passed on. */
  foreignMessages(): number;
}

/** Passes on what is ours. */
export function ownTopicsOf(topics: ExchangeTopics, log: Pick<Log, 'error'>): OwnTopics {
  const owner = createAccountOwner();
  let foreignMessages = 0;
  const onlyOwn = (listener: TopicListener): TopicListener => ({
    ...listener,
    onMessage(message) {
      if (owner.owns(message.parsed)) return listener.onMessage(message);
      foreignMessages += 1;
      log.error({ foreignMessages }, 'the exchange has told of somebody else’s account: dropped');
    },
  });
  return {
    ...topics,
    add: (topic, listener) => topics.add(topic, topic.kind === 'account' ? onlyOwn(listener) : listener),
    foreignMessages: () => foreignMessages,
  };
}
