/** What the held positions pay or get when funding is settled next, and when that is. */
import { useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { accountStore, usePositions } from '../../account/account-store.ts';
import { fundingDueOf } from '../../account/funding-due.ts';
import { connectionStore } from '../../exchange/connection.ts';
import { type Direction, formatSigned, NO_VALUE } from '../../lib/format.ts';
import { formatCountdown } from '../../lib/time-format.ts';
import { nextFundingAtMs } from '../../market/funding.ts';
import { productNow } from '../../market/products.ts';
import { tickerNow, useTickerFigure } from '../../market/ticker-store.ts';
import styles from './wallet.module.css';

/** Funding of small positions is small: cents would show most of it as nothing. */
const PLACES = 4;

export function FundingRow() {
  const positions = usePositions();
  const text = useTickerFigure(() => {
    const due = fundingDueOf(accountStore.getState().positions.values(), tickerNow);
    return due === undefined ? NO_VALUE : formatSigned(due, PLACES);
  });
  const direction: Direction = text.startsWith('+') ? 'up' : text.startsWith('-') ? 'down' : 'flat';
  return (
    <div
      className={styles.row}
      title="At mark and rate of now: longs pay shorts while the rate is above zero"
    >
      <dt>Funding due {positions.size > 0 && <Countdown />}</dt>
      <dd data-private={true} data-testid="funding-due" data-direction={direction}>
        {positions.size === 0 ? NO_VALUE : text}
      </dd>
    </div>
  );
}

/** To the first settlement of any held product, on the exchange's clock. */
function Countdown() {
  const offsetMs = useStore(connectionStore, ({ status }) => status?.clockOffsetMs ?? 0);
  const positions = usePositions();
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const exchangeMs = nowMs + offsetMs;
  const settlements = [...positions.values()].flatMap(({ symbol }) => {
    const intervalSec = productNow(symbol)?.fundingIntervalSec;
    return intervalSec === undefined ? [] : [nextFundingAtMs(exchangeMs, intervalSec)];
  });
  if (settlements.length === 0) return null;
  return <span className={styles.countdown}>{formatCountdown(Math.min(...settlements) - exchangeMs)}</span>;
}
