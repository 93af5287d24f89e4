/** How Perpdeck itself runs: connections, books, request budgets, journal. Asked anew as long as it is looked at. */
import { useQuery } from '@tanstack/react-query';
import type { BookReport } from '#contract/book-check.ts';
import type { BudgetReport, ConnectionReport, OperationsView } from '#contract/operations.ts';
import type { FeedState } from '#contract/status.ts';
import { fetchOperations } from '../../exchange/operations.ts';
import { valueOrThrow } from '../../exchange/rest-cache.ts';
import { NO_VALUE } from '../../lib/format.ts';
import { formatAge, formatClock } from '../../lib/time-format.ts';
import styles from './connection.module.css';
import { Fact, inMs } from './fact.tsx';

const ASKED_EVERY_MS = 2_000;
const BYTES_PER_MB = 1_000_000;

export function OperationsFacts() {
  const { data, error } = useQuery({
    queryKey: ['operations'],
    queryFn: async () => valueOrThrow(await fetchOperations()),
    refetchInterval: ASKED_EVERY_MS,
    staleTime: 0,
    gcTime: 0,
  });
  if (data === undefined) return <p>{error === null ? 'Asking Perpdeck …' : error.message}</p>;
  return (
    <>
      {error !== null && <p role="alert">{error.message}</p>}
      <Connections view={data} />
      <h3>Order books</h3>
      <dl>
        <Fact name="Relayed" value={relayedWords(data.books)} />
        <Fact name="Snapshots that agreed" value={String(data.books.verified)} />
        <Fact name="Found wrong, and asked for anew" value={faultWords(data.books)} />
      </dl>
      <h3>Requests left</h3>
      <dl>
        <Fact name="Trading, a minute" value={budgetWords(data.budgets.contract)} />
        <Fact name="History, a minute" value={budgetWords(data.budgets.others)} />
        <Fact name="This address, five minutes" value={budgetWords(data.budgets.address)} />
      </dl>
      {data.journal !== undefined && <Journal journal={data.journal} />}
      <h3>Perpdeck</h3>
      <dl>
        <Fact name="Pages" value={pagesWords(data.browsers)} />
        <Fact name="Gets to what is due within" value={inMs(data.loopDelayMs)} />
        <Fact name="Memory" value={`${Math.round(data.memoryBytes / BYTES_PER_MB)} MB`} />
        <Fact name="Running for" value={formatAge(Date.now() - data.startedAtMs)} />
      </dl>
    </>
  );
}

const STATE_WORDS: Readonly<Record<FeedState['state'], string>> = {
  live: 'live',
  connecting: 'connecting',
  stale: 'stale',
  reconnecting: 'lost',
  off: 'refused',
};

function Connections({ view }: { readonly view: OperationsView }) {
  return (
    <>
      <h3>
        Connections to the exchange ({view.connections.length} of {view.connectionsMax})
      </h3>
      <table className={styles.connections}>
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">State</th>
            <th scope="col" title={`Of ${view.subscriptionsMax} that the exchange allows`}>
              Topics
            </th>
            <th scope="col" title="A heartbeat there and back">
              Beat
            </th>
            <th scope="col" title="Age of the last message when it arrived, by the exchange’s clock">
              Lag
            </th>
            <th scope="col" title="Times it was lost since the start">
              Losses
            </th>
          </tr>
        </thead>
        <tbody>
          {view.connections.map((connection) => (
            <ConnectionRow key={connection.name} connection={connection} max={view.subscriptionsMax} />
          ))}
        </tbody>
      </table>
    </>
  );
}

function ConnectionRow({ connection, max }: { readonly connection: ConnectionReport; readonly max: number }) {
  const { name, state, sinceMs, subscriptions, latencyMs, lagMs, losses } = connection;
  return (
    <tr>
      <th scope="row">{name}</th>
      <td data-state={state}>
        {STATE_WORDS[state]} since {formatClock(sinceMs)}
      </td>
      <td>
        {subscriptions}/{max}
      </td>
      <td>{inMs(latencyMs)}</td>
      <td>{inMs(lagMs)}</td>
      <td>{losses}</td>
    </tr>
  );
}

function Journal({ journal }: { readonly journal: NonNullable<OperationsView['journal']> }) {
  const { requests, unresolved, gaps, foreign, fault } = journal;
  const total = (...states: readonly (keyof typeof requests)[]) =>
    String(states.reduce((sum, state) => sum + (requests[state] ?? 0), 0));
  return (
    <>
      <h3>Journal, since the start</h3>
      {fault !== undefined && <p role="alert">{fault} Nothing but cancels is sent.</p>}
      <dl>
        <Fact name="Taken by the exchange" value={total('ACKED')} />
        <Fact name="Refused by the exchange" value={total('REJECTED')} />
        <Fact name="Stopped by your limits" value={total('REFUSED')} />
        <Fact name="Never sent, or never placed" value={total('NOT_SENT', 'NOT_PLACED')} />
        <Fact name="Outcomes being looked up" value={String(unresolved)} />
        <Fact name="Gaps of the account stream made good" value={String(gaps)} />
        {foreign > 0 && <Fact name="Messages about another account, dropped" value={String(foreign)} />}
      </dl>
    </>
  );
}

function relayedWords({ relayed }: BookReport): string {
  const parts = [
    [relayed.verified, 'verified'],
    [relayed.fresh, 'new'],
    [relayed.awaited, 'awaited'],
    [relayed.broken, 'wrong'],
  ] as const;
  const words = parts.flatMap(([count, word]) => (count === 0 ? [] : [`${count} ${word}`]));
  return words.length === 0 ? NO_VALUE : words.join(', ');
}

function faultWords({ faults }: BookReport): string {
  const words = Object.entries(faults).flatMap(([fault, count]) =>
    count === 0 ? [] : [`${count} ${fault}`],
  );
  return words.length === 0 ? '0' : words.join(', ');
}

const budgetWords = ({ left, capacity }: BudgetReport): string => `${left} of ${capacity}`;

const pagesWords = ({ sockets, behind }: OperationsView['browsers']): string =>
  behind === 0 ? String(sockets) : `${sockets}, ${behind} of them behind`;
