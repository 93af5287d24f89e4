/**
 * Request budgets as the exchange grants them: per account and group in one-minute windows, per address in
 * five-minute ones. A signed request spends both, an anonymous one only the address's. An address that asks for more
 * is shut out for the five minutes that follow. Source: the exchange's documentation, "Rate limits" and "API groups".
 */
import type { Clock } from '../clock.ts';
import type { AccountID } from '../commands.ts';

export type RateGroup = 'contract' | 'others';

const GROUP_WINDOW_MS = 60_000;
const GROUP_CAPACITY: Readonly<Record<RateGroup, number>> = { contract: 500, others: 100 };
const ADDRESS_WINDOW_MS = 300_000;
const ADDRESS_CAPACITY = 5_000;
/** New WebSocket connections of one address in five minutes. */
const SOCKET_CAPACITY = 200;
/** Windows of addresses that went away are forgotten beyond this many. */
const WINDOWS_MAX = 10_000;

export interface Budget {
  readonly capacity: number;
  readonly remaining: number;
  /** Seconds until the window ends; present when the request is refused. */
  readonly retryAfterSec?: number;
}

interface Window {
  endMs: number;
  used: number;
  /** Asked for more than there was. */
  isOver: boolean;
}

export interface RateLimits {
  readonly spendAddress: (address: string) => Budget;
  readonly spendGroup: (account: AccountID, group: RateGroup, weight: number) => Budget;
  readonly spendSocket: (address: string) => Budget;
  /** A budget with nothing left of it. */
  readonly spent: (group: RateGroup, retryAfterSec: number) => Budget;
}

export function createRateLimits(clock: Clock, isOn: boolean): RateLimits {
  const windows = new Map<string, Window>();

  const windowOf = (key: string, lengthMs: number): Window => {
    const now = clock.nowMs();
    const known = windows.get(key);
    if (known !== undefined && now < known.endMs) return known;
    if (windows.size >= WINDOWS_MAX) windows.clear();
    const fresh = { endMs: now + lengthMs, used: 0, isOver: false };
    windows.set(key, fresh);
    return fresh;
  };

  const spend = (key: string, lengthMs: number, capacity: number, weight: number): Budget => {
    const window = windowOf(key, lengthMs);
    if (isOn && window.used + weight > capacity) {
      if (!window.isOver && lengthMs === ADDRESS_WINDOW_MS) window.endMs = clock.nowMs() + lengthMs;
      window.isOver = true;
      const retryAfterSec = Math.max(1, Math.ceil((window.endMs - clock.nowMs()) / 1000));
      return { capacity, remaining: Math.max(0, capacity - window.used), retryAfterSec };
    }
    window.used += weight;
    return { capacity, remaining: isOn ? capacity - window.used : capacity };
  };

  return {
    spendAddress: (address) => spend(`address ${address}`, ADDRESS_WINDOW_MS, ADDRESS_CAPACITY, 1),
    spendSocket: (address) => spend(`socket ${address}`, ADDRESS_WINDOW_MS, SOCKET_CAPACITY, 1),
    spent: (group, retryAfterSec) => ({ capacity: GROUP_CAPACITY[group], remaining: 0, retryAfterSec }),
    spendGroup: (account, group, weight) =>
      spend(`${group} ${account}`, GROUP_WINDOW_MS, GROUP_CAPACITY[group], weight),
  };
}
