/** Whether what the screen shows is live, and, on a press, how old each part of it is and how Perpdeck runs. */
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { type Connection, connectionStore } from '../../exchange/connection.ts';
import { lastArrivals } from '../../exchange/stream.ts';
import { NO_VALUE } from '../../lib/format.ts';
import { formatAge, formatClock } from '../../lib/time-format.ts';
import styles from './connection.module.css';
import { connectionWord } from './connection-word.ts';
import { Fact, inMs } from './fact.tsx';

/** Nobody looks at it most of the time. */
const OperationsFacts = lazy(async () => ({
  default: (await import('./operations-facts.tsx')).OperationsFacts,
}));

export function ConnectionState() {
  const connection = useStore(connectionStore);
  const [isOpen, setIsOpen] = useState(false);
  const place = useRef<HTMLDivElement>(null);
  const { word, tone, sinceMs } = connectionWord(connection);
  useEffect(() => {
    if (!isOpen) return;
    const closeOutside = ({ target }: Event) => {
      if (target instanceof Node && place.current?.contains(target)) return;
      setIsOpen(false);
    };
    const closeOnEscape = ({ key }: KeyboardEvent) => key === 'Escape' && setIsOpen(false);
    window.addEventListener('pointerdown', closeOutside);
    window.addEventListener('keydown', closeOnEscape);
    return () => {
      window.removeEventListener('pointerdown', closeOutside);
      window.removeEventListener('keydown', closeOnEscape);
    };
  }, [isOpen]);
  return (
    <div ref={place} className={styles.place}>
      <button
        type="button"
        className={styles.connection}
        title="Connection: press for the age of every stream, and how Perpdeck runs"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        <span className={styles.dot} data-tone={tone} />
        <span data-testid="connection" aria-live="polite">
          {word}
        </span>
        {sinceMs === undefined ? (
          <span className={styles.latency} title="To the exchange and back">
            {inMs(word === 'Live' ? connection.status?.latencyMs : undefined)}
          </span>
        ) : (
          <span className={styles.latency} title="Nothing new has come since then">
            since {formatClock(sinceMs)}
          </span>
        )}
      </button>
      {isOpen && <Details connection={connection} />}
    </div>
  );
}

const STREAMS = [
  ['Order book', 'book'],
  ['Trades', 'trades'],
  ['Candles', 'candles'],
  ['Tickers', 'tickers'],
  ['Account', 'account'],
] as const;

function Details({ connection }: { readonly connection: Connection }) {
  const { status, roundTripMs } = connection;
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  const age = (kind: (typeof STREAMS)[number][1]): string => {
    const atMs = lastArrivals().get(kind);
    return atMs === undefined ? NO_VALUE : `${formatAge(nowMs - atMs)} ago`;
  };
  const { detail } = connectionWord(connection);
  const offset = status?.clockOffsetMs;
  return (
    <section className={styles.details} aria-label="Connection details">
      {detail !== '' && <p>{detail}</p>}
      <dl>
        <Fact name="Perpdeck to the exchange and back" value={inMs(status?.latencyMs)} />
        <Fact name="This page to Perpdeck and back" value={inMs(roundTripMs)} />
        <Fact
          name="Exchange's clock less ours"
          value={offset === undefined ? NO_VALUE : `${offset > 0 ? '+' : ''}${Math.round(offset)} ms`}
        />
        {STREAMS.map(([name, kind]) => (
          <Fact key={kind} name={`${name}: last message`} value={age(kind)} />
        ))}
        <Fact name="Exchange" value={status?.exchangeUrl ?? NO_VALUE} />
      </dl>
      <Suspense fallback={null}>
        <OperationsFacts />
      </Suspense>
    </section>
  );
}
