/**
 * The insurance fund: it earns what liquidations bring above the bankruptcy price, and pays what they lack.
 * Source: https://phemex.com/contract/insurance-fund. Its first balance is our choice: enough for the gaps of an
 * ordinary crash, little enough that a heavy one shows what auto-deleverage is.
 */
import type { Units } from '../commands.ts';
import type { InsuranceEvent } from '../events.ts';
import type { Core } from './core.ts';
import { asUnits } from './state.ts';

/** 1,000,000 USDT. */
export const INSURANCE_FUND_START = (1_000_000n * 10n ** 12n) as Units;

/** `change` is positive when the fund earns. It falls below zero by shortfalls alone, which nobody else could pay. */
export function changeFund(core: Core, change: bigint, why: InsuranceEvent['why']): void {
  if (change === 0n) return;
  core.ledger.insuranceFund += change;
  core.journal.emit({
    kind: 'insurance',
    atNs: core.clock.nowNs(),
    change: asUnits(change),
    balance: asUnits(core.ledger.insuranceFund),
    why,
  });
  core.journal.touchCounters();
}
