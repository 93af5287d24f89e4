/** Whether what the screen shows is live, and how far away the exchange is. */
import { useStore } from 'zustand';
import { type Connection, connectionStore } from '../../exchange/connection.ts';
import { NO_VALUE } from '../../lib/format.ts';
import styles from './connection.module.css';
import { connectionWord } from './connection-word.ts';

const ms = (value: number | undefined): string =>
  value === undefined ? NO_VALUE : `${Math.round(value)} ms`;

function describe(connection: Connection): string {
  const { status, roundTripMs } = connection;
  return [
    connectionWord(connection).detail,
    `Perpdeck to the exchange and back: ${ms(status?.latencyMs)}.`,
    `This page to Perpdeck and back: ${ms(roundTripMs)}.`,
    status === undefined ? '' : `Exchange: ${status.exchangeUrl}`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

export function ConnectionState() {
  const connection = useStore(connectionStore);
  const { word, tone } = connectionWord(connection);
  return (
    <div className={styles.connection} title={describe(connection)}>
      <span className={styles.dot} data-tone={tone} />
      <span data-testid="connection" aria-live="polite">
        {word}
      </span>
      <span className={styles.latency} title="To the exchange and back">
        {ms(word === 'Live' ? connection.status?.latencyMs : undefined)}
      </span>
    </div>
  );
}
