/**
 * Whether amounts of the account are hidden, for a screen that others can see. What is marked `data-private` is then
 * painted as dots (theme.css); nothing is measured or sent differently.
 */
import { createStore } from 'zustand/vanilla';

const STORAGE_KEY = 'perpdeck.privacy';

export const privacyStore = createStore(() => ({ isOn: localStorage.getItem(STORAGE_KEY) === 'on' }));

function show(): void {
  document.documentElement.dataset.privacy = privacyStore.getState().isOn ? 'on' : 'off';
}

export function togglePrivacy(): void {
  privacyStore.setState(({ isOn }) => ({ isOn: !isOn }));
  localStorage.setItem(STORAGE_KEY, privacyStore.getState().isOn ? 'on' : 'off');
  show();
}

/** From the first paint on. */
export const startPrivacy = show;
