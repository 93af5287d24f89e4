/** Why the account is not shown, in words for the panels: no key, a locked one, or one that the exchange refuses. */
import { useStore } from 'zustand';
import { type Connection, connectionStore } from '../exchange/connection.ts';

export interface NoKeyWords {
  readonly title: string;
  readonly text: string;
}

const NO_KEY: NoKeyWords = {
  title: 'No API key',
  text: 'Perpdeck shows the market; connect an account in the top bar to trade.',
};
const LOCKED: NoKeyWords = {
  title: 'Locked',
  text: 'Unlock the account in the top bar to see it and to trade.',
};
const REFUSED: NoKeyWords = {
  title: 'Key refused',
  text: 'The exchange refuses the API key; it is tried again every minute.',
};

/** The same object for the same state. */
export function noKeyWordsOf({ status }: Connection): NoKeyWords {
  if (status === undefined || status.key.state === 'none') return NO_KEY;
  return status.key.state === 'locked' ? LOCKED : REFUSED;
}

export const useNoKeyWords = (): NoKeyWords => useStore(connectionStore, noKeyWordsOf);
