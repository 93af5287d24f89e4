/** What stops every order that would open something, as the proxy tells all pages; closing and cancels always pass. */
import { useStore } from 'zustand';
import type { GuardRule } from '#contract/guard.ts';
import { type Connection, connectionStore } from '../exchange/connection.ts';

export type OpeningStop = Extract<GuardRule, 'halted' | 'read-only' | 'disarmed'>;

/** The first of them in the order in which the proxy asks; undefined: none. */
export function openingStopOf({ status }: Connection): OpeningStop | undefined {
  if (status?.halt !== undefined) return 'halted';
  if (status?.isReadOnly) return 'read-only';
  return status?.arming?.at === 'disarmed' ? 'disarmed' : undefined;
}

const STOPS: readonly GuardRule[] = ['halted', 'read-only', 'disarmed'] satisfies OpeningStop[];

/** Whether an order was refused for what has ended since. Other limits depend on the order: what it broke, it may break still. */
export const isOver = (rule: GuardRule | undefined, stop: OpeningStop | undefined): boolean =>
  rule !== undefined && STOPS.includes(rule) && rule !== stop;

export const useOpeningStop = (): OpeningStop | undefined => useStore(connectionStore, openingStopOf);
