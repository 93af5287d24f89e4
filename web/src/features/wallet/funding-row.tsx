/** What the held positions pay or get when funding is settled next, and when that is; the later ones in its tooltip. */
import { useStore } from 'zustand';
import { accountStore, usePositions } from '../../account/account-store.ts';
import { type Settlement, settlementsOf } from '../../account/funding-due.ts';
import { type Direction, formatSigned, NO_VALUE } from '../../lib/format.ts';
import { formatClock, formatCountdown } from '../../lib/time-format.ts';
import { productNow } from '../../market/products.ts';
import { tickerNow, useTickerFigure } from '../../market/ticker-store.ts';
import { privacyStore } from '../../workspace/privacy.ts';
import { useExchangeMs } from './use-exchange-ms.ts';
import styles from './wallet.module.css';

/** Funding of small positions is small: cents would show most of it as nothing. */
const PLACES = 4;

const settlementsAt = (nowMs: number): readonly Settlement[] =>
  settlementsOf(accountStore.getState().positions.values(), {
    nowMs,
    quoteOf: tickerNow,
    intervalSecOf: (symbol) => productNow(symbol)?.fundingIntervalSec,
  });

const lineOf = ({ atMs, due }: Settlement): string =>
  `${atMs} ${due === undefined ? NO_VALUE : formatSigned(due, PLACES)}`;
const timeOfLine = (line: string): number => Number(line.slice(0, line.indexOf(' ')));
const dueOfLine = (line: string): string => line.slice(line.indexOf(' ') + 1);
const laterText = (line: string): string => `Then at ${formatClock(timeOfLine(line))}: ${dueOfLine(line)}`;

const TITLE =
  'Of the positions that settle then, at mark and rate of now. Received above zero: longs pay shorts while the rate is above zero.';

export function FundingRow() {
  // Which positions there are changes it without a word from the market.
  usePositions();
  const exchangeMs = useExchangeMs();
  const isPrivate = useStore(privacyStore, ({ isOn }) => isOn);
  // One text, so that it is worked out once for each beat of the market.
  const told = useTickerFigure(() => settlementsAt(exchangeMs).map(lineOf).join('\n'));
  const [first, ...later] = told === '' ? [] : told.split('\n');
  const text = first === undefined ? NO_VALUE : dueOfLine(first);
  const direction: Direction = text.startsWith('+') ? 'up' : text.startsWith('-') ? 'down' : 'flat';
  return (
    <div className={styles.row} title={isPrivate ? TITLE : [TITLE, ...later.map(laterText)].join('\n')}>
      <dt>
        Funding due{' '}
        {first !== undefined && (
          <span className={styles.countdown}>{formatCountdown(timeOfLine(first) - exchangeMs)}</span>
        )}
      </dt>
      <dd data-private={true} data-testid="funding-due" data-direction={direction}>
        {text}
      </dd>
    </div>
  );
}
