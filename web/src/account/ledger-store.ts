/** The page's ledger, outside React. */
import { createStore } from 'zustand/vanilla';
import type { AccountUpdate, Fill } from '#contract/model.ts';
import { acknowledged, applyLedger, type Ledger } from './ledger.ts';

/** Absent while no wallet is known. */
export const ledgerStore = createStore<{ readonly ledger?: Ledger }>(() => ({}));

/** `known` are the fills before this message. */
export function bookInLedger(update: AccountUpdate, currency: string, known: readonly Fill[]): void {
  const before = ledgerStore.getState().ledger;
  const ledger = applyLedger(before, update, { currency, known });
  if (ledger !== before) ledgerStore.setState(ledger === undefined ? {} : { ledger }, true);
}

export function changeLedger(change: (ledger: Ledger) => Ledger): void {
  const { ledger } = ledgerStore.getState();
  if (ledger !== undefined) ledgerStore.setState({ ledger: change(ledger) }, true);
}

/** What is left over was moved in or out: the trader says so. */
export const acknowledgeMove = (): void => changeLedger(acknowledged);
