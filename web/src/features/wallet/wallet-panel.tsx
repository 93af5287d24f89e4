/** The account in a few figures, and whether they add up. */
import { useStore } from 'zustand';
import type { Money } from '#contract/brand.ts';
import { quotient, sign, toNumberLossy } from '#contract/decimal.ts';
import { accountStore, SETTLE_CURRENCY } from '../../account/account-store.ts';
import { crossMarginRatioNow } from '../../account/margin-now.ts';
import type { AccountFigures } from '../../account/pnl.ts';
import { useWorthFeed } from '../../account/worth-feed.ts';
import { directionOf, formatMoney, formatPercent, formatSigned, NO_VALUE } from '../../lib/format.ts';
import { useTickerFigure } from '../../market/ticker-store.ts';
import { StaleSince } from '../../ui/stale-since.tsx';
import { FundingRow } from './funding-row.tsx';
import { LedgerBadge } from './ledger-badge.tsx';
import { PrivacyButton } from './privacy-button.tsx';
import { useFigures } from './use-figures.ts';
import styles from './wallet.module.css';

export function WalletPanel() {
  const figures = useFigures();
  const feed = useWorthFeed();
  return (
    <section className={styles.panel} aria-label="Wallet" data-feed={feed.state}>
      <header className={styles.head}>
        <h2 className={styles.title}>Account</h2>
        <LedgerBadge />
        <PrivacyButton />
        {feed.state === 'stale' ? (
          <StaleSince feed={feed} />
        ) : (
          <span className={styles.currency}>{SETTLE_CURRENCY}</span>
        )}
      </header>
      <dl className={styles.rows}>
        <Row label="Balance" testid="wallet-balance" value={figures?.balance} />
        <Row label="Unrealised PnL" value={figures?.unrealisedPnl} isSigned isToldElsewhere />
        <Row label="Equity" testid="wallet-equity" value={figures?.equity} isToldElsewhere />
        <UsedMarginRow used={figures?.used} />
        <Row label="Available" testid="wallet-available" value={figures?.available} isToldElsewhere />
        <FundingRow />
      </dl>
      <UsedBar figures={figures} />
    </section>
  );
}

function Row(props: {
  readonly label: string;
  readonly value: Money | undefined;
  readonly testid?: string;
  readonly isSigned?: boolean;
  readonly isToldElsewhere?: boolean;
}) {
  const { label, value, testid, isSigned = false, isToldElsewhere = false } = props;
  const text = value === undefined ? NO_VALUE : isSigned ? formatSigned(value) : formatMoney(value);
  return (
    <div className={styles.row} data-told={isToldElsewhere ? 'elsewhere' : undefined}>
      <dt>{label}</dt>
      <dd
        data-private={true}
        data-testid={testid}
        data-direction={isSigned && value !== undefined ? directionOf(value) : undefined}
      >
        {text}
      </dd>
    </div>
  );
}

/** What is tied up, and how near liquidation the cross positions are. */
function UsedMarginRow({ used }: { readonly used: Money | undefined }) {
  useStore(accountStore, ({ positions }) => positions);
  const ratio = useTickerFigure(() => {
    const now = crossMarginRatioNow();
    return now === undefined ? NO_VALUE : formatPercent(now);
  });
  return (
    <div
      className={styles.row}
      title="Locked by positions and orders; and the margin ratio, the maintenance margin of the cross positions against what backs them: at 100 % they are liquidated"
    >
      <dt>Used margin, ratio</dt>
      <dd data-private={true}>
        {used === undefined ? NO_VALUE : formatMoney(used)}{' '}
        <span className={styles.note} data-testid="margin-ratio">
          {ratio}
        </span>
      </dd>
    </div>
  );
}

/** How much of the balance is tied up. */
function UsedBar({ figures }: { readonly figures: AccountFigures | undefined }) {
  const isFunded = figures !== undefined && sign(figures.balance) > 0;
  const share = isFunded ? Math.min(1, toNumberLossy(quotient(figures.used, figures.balance, 4))) : 0;
  const percent = `${(share * 100).toFixed(1)}%`;
  return (
    <div className={styles.bar} title={`${percent} of the balance is in use`}>
      <span style={{ transform: `scaleX(${share})` }} />
    </div>
  );
}

/** The same in one line, for screens without room for the panel. */
export function WalletLine() {
  const figures = useFigures();
  const feed = useWorthFeed();
  return (
    <div className={styles.lineAndEye}>
      <dl className={styles.line} aria-label="Wallet" data-feed={feed.state}>
        <Row label="Balance" testid="wallet-balance" value={figures?.balance} />
        <Row label="Equity" testid="wallet-equity" value={figures?.equity} />
        <Row label="Available" testid="wallet-available" value={figures?.available} />
      </dl>
      <span className={styles.lineStale}>
        <StaleSince feed={feed} />
      </span>
      <PrivacyButton />
    </div>
  );
}

/** For the top bar: what the account is worth, and which way it goes. */
export function WalletSummary() {
  const figures = useFigures();
  const feed = useWorthFeed();
  return (
    <dl className={styles.summary} data-feed={feed.state}>
      <Row label="Equity" value={figures?.equity} />
      <Row label="Unrealised PnL" value={figures?.unrealisedPnl} isSigned />
    </dl>
  );
}
