/** How orders leave the screen: whether the ticket asks first, and whether a click in the book is an order. */
import { createStore } from 'zustand/vanilla';
import type { Money } from '#contract/brand.ts';
import { canonical, sign } from '#contract/decimal.ts';

export interface Sending {
  /** Asks before it sends an opening order worth this or more, in quote currency; zero: every one. Absent: never. */
  readonly askFrom?: Money;
  /** Never remembered: it is off after a reload, for another product, and while the ticket is out of sight. */
  readonly isOneClick: boolean;
}

const STORAGE_KEY = 'perpdeck.ask-from';

function remembered(): Pick<Sending, 'askFrom'> {
  const text = canonical(localStorage.getItem(STORAGE_KEY) ?? '') as Money | undefined;
  return text === undefined || sign(text) < 0 ? {} : { askFrom: text };
}

export const sendingStore = createStore<Sending>(() => ({ ...remembered(), isOneClick: false }));

export function askFrom(value: Money | undefined): void {
  if (value === undefined) localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, value);
  const { isOneClick } = sendingStore.getState();
  sendingStore.setState({ isOneClick, ...(value === undefined ? {} : { askFrom: value }) }, true);
}

export function setOneClick(isOneClick: boolean): void {
  if (sendingStore.getState().isOneClick !== isOneClick) sendingStore.setState({ isOneClick });
}
