/**
 * Whether the wallet adds up: green when every change of it is explained, red with what is left over. What the exchange's
 * histories do not explain either was moved in or out, and asks for the trader's word.
 */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Money } from '#contract/brand.ts';
import { sign } from '#contract/decimal.ts';
import { type Ledger, unexplained, verdictOf } from '../../account/ledger.ts';
import { SETTLING_MS } from '../../account/ledger-audit.ts';
import { acknowledgeMove, ledgerStore } from '../../account/ledger-store.ts';
import { formatMoney, formatSigned } from '../../lib/format.ts';
import { formatClock } from '../../lib/time-format.ts';
import { privacyStore } from '../../workspace/privacy.ts';
import styles from './wallet.module.css';

const PLACES = 4;

function bookings({ sinceMs, start, realised, fees, funding, moved, balance }: Ledger): string {
  return [
    `Since ${formatClock(sinceMs)}: ${formatMoney(start, PLACES)}`,
    `realised ${formatSigned(realised, PLACES)}`,
    `fees ${formatMoney(fees, PLACES)} (paid)`,
    `funding ${formatSigned(funding, PLACES)} (received above zero)`,
    ...(sign(moved) === 0 ? [] : [`moved in or out ${formatSigned(moved, PLACES)}, as you said`]),
    `wallet ${formatMoney(balance, PLACES)}`,
  ].join('\n');
}

const UNEXPLAINED_TITLE =
  'A change of the wallet that no fill and no funding explains. The exchange’s histories are asked.';
const MOVED_TITLE =
  'No fill and no funding in the exchange’s histories explains this change of the wallet: a deposit, a withdrawal, a bonus, a correction. Press if it was you.';

export function LedgerBadge() {
  const ledger = useStore(ledgerStore, (state) => state.ledger);
  const isPrivate = useStore(privacyStore, ({ isOn }) => isOn);
  const verdict = ledger === undefined ? 'adds up' : verdictOf(ledger);
  const isOff = verdict !== 'adds up';
  const [hasSettled, setHasSettled] = useState(false);
  useEffect(() => {
    setHasSettled(false);
    if (!isOff) return;
    const timer = setTimeout(() => setHasSettled(true), SETTLING_MS);
    return () => clearTimeout(timer);
  }, [isOff]);
  if (ledger === undefined) return null;
  const told = isPrivate ? [] : [bookings(ledger)];
  if (verdict === 'moved') {
    const rest = unexplained(ledger);
    return (
      <button
        type="button"
        className={styles.ledger}
        data-testid="ledger"
        data-verdict={verdict}
        title={[MOVED_TITLE, ...told].join('\n')}
        onClick={acknowledgeMove}
      >
        {movedText(rest, isPrivate)}
      </button>
    );
  }
  const isWrong = isOff && hasSettled;
  return (
    <span
      className={styles.ledger}
      data-testid="ledger"
      data-verdict={isWrong ? 'unexplained' : 'adds up'}
      title={[...(isWrong ? [UNEXPLAINED_TITLE] : []), ...told].join('\n')}
    >
      {isWrong ? `Unexplained${isPrivate ? '' : ` ${formatSigned(unexplained(ledger))}`}` : 'Adds up'}
    </span>
  );
}

const movedText = (rest: Money, isPrivate: boolean): string =>
  `Moved ${sign(rest) > 0 ? 'in' : 'out'}${isPrivate ? '' : ` ${formatSigned(rest)}`}: yours?`;
