/** Whether the wallet adds up: green when every change of it is explained, red with what is left over. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { ledgerStore } from '../../account/account-store.ts';
import { isReconciled, type Ledger, unexplained } from '../../account/ledger.ts';
import { formatMoney, formatSigned } from '../../lib/format.ts';
import { formatClock } from '../../lib/time-format.ts';
import { privacyStore } from '../../workspace/privacy.ts';
import styles from './wallet.module.css';

/** A fill and the balance that it makes may come in two messages: only what stays is a difference. */
const SETTLING_MS = 3_000;
const PLACES = 4;

function bookings({ sinceMs, start, realised, fees, funding, balance }: Ledger): string {
  return [
    `Since ${formatClock(sinceMs)}: ${formatMoney(start, PLACES)}`,
    `realised ${formatSigned(realised, PLACES)}`,
    `fees ${formatMoney(fees, PLACES)}`,
    `funding ${formatMoney(funding, PLACES)} (paid)`,
    `wallet ${formatMoney(balance, PLACES)}`,
  ].join('\n');
}

export function LedgerBadge() {
  const ledger = useStore(ledgerStore, (state) => state.ledger);
  const isPrivate = useStore(privacyStore, ({ isOn }) => isOn);
  const isOff = ledger !== undefined && !isReconciled(ledger);
  const [hasSettled, setHasSettled] = useState(false);
  useEffect(() => {
    setHasSettled(false);
    if (!isOff) return;
    const timer = setTimeout(() => setHasSettled(true), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [isOff]);
  if (ledger === undefined) return null;
  const isWrong = isOff && hasSettled;
  return (
    <span
      className={styles.ledger}
      data-testid="ledger"
      data-wrong={isWrong}
      title={`${isWrong ? 'A change of the wallet that no fill or funding explains: a transfer, a correction, or a mistake.\n' : ''}${isPrivate ? '' : bookings(ledger)}`}
    >
      {isWrong ? `Unexplained ${formatSigned(unexplained(ledger))}` : 'Adds up'}
    </span>
  );
}
