/**
 * `/healthz` and `/metrics`: whether this Perpdeck can trade, in words for a supervisor and in numbers for Prometheus.
 * Both are answered without a session, so neither says what is traded or what it is worth. The page asks for the same
 * figures at `/api/operations`.
 */
import type { FastifyInstance } from 'fastify';
import type { BookReport } from '#contract/book-check.ts';
import type { ConnectionReport, OperationsView } from '#contract/operations.ts';
import type { FeedState, Status } from '#contract/status.ts';
import { refusal } from '../door/errors.ts';
import { sendJson, sendRefusal } from '../door/replies.ts';

export interface HealthNeeds {
  status(): Status;
  operations(): OperationsView;
}

const MS_PER_SEC = 1000;

type Labels = Readonly<Record<string, string>>;
interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge' | 'counter';
  readonly samples: readonly (readonly [labels: Labels, value: number])[];
}

/** Labels are constants of ours: none needs escaping. */
function textOf({ name, help, type, samples }: Metric): string {
  const lines = samples.map(([labels, value]) => {
    const pairs = Object.entries(labels).map(([key, text]) => `${key}="${text}"`);
    return `${name}${pairs.length === 0 ? '' : `{${pairs.join(',')}}`} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines].join('\n');
}

const gauge = (name: string, help: string, samples: Metric['samples']): Metric => ({
  name: `perpdeck_${name}`,
  help,
  type: 'gauge',
  samples,
});
const counter = (name: string, help: string, samples: Metric['samples']): Metric => ({
  ...gauge(name, help, samples),
  type: 'counter',
});
const flag = (name: string, help: string, is: boolean): Metric => gauge(name, help, [[{}, is ? 1 : 0]]);

const FEED_STATES: readonly FeedState['state'][] = ['live', 'connecting', 'stale', 'reconnecting', 'off'];

function feedMetric({ feeds }: Status): Metric {
  const samples = (['market', 'account'] as const).flatMap((feed) =>
    FEED_STATES.map((state) => [{ feed, state }, feeds[feed].state === state ? 1 : 0] as const),
  );
  return gauge('feed', 'State of each feed of the exchange: 1 for the one it is in', samples);
}

const samplesOf = (label: string, counts: Readonly<Partial<Record<string, number>>>): Metric['samples'] =>
  Object.entries(counts).map(([key, count]) => [{ [label]: key }, count ?? 0] as const);

function bookMetrics({ relayed, verified, repeated, faults }: BookReport): readonly Metric[] {
  return [
    gauge(
      'books',
      'Books that are relayed, by how they stand against the exchange',
      samplesOf('state', relayed),
    ),
    counter('book_verifications_total', "Exchange's snapshots that found a book as it was", [[{}, verified]]),
    counter('book_faults_total', 'Books found wrong and asked for anew, by why', samplesOf('fault', faults)),
    counter('book_repeats_total', 'Increments that a book had already', [[{}, repeated]]),
  ];
}

/** Of each connection: what is known of it. */
function connectionMetrics(connections: readonly ConnectionReport[]): readonly Metric[] {
  const of = (read: (connection: ConnectionReport) => number | undefined): Metric['samples'] =>
    connections.flatMap((connection) => {
      const value = read(connection);
      return value === undefined ? [] : [[{ connection: connection.name }, value] as const];
    });
  const seconds = (ms: number | undefined) => (ms === undefined ? undefined : ms / MS_PER_SEC);
  return [
    gauge(
      'connection_up',
      'Connections to the exchange that are live',
      of(({ state }) => (state === 'live' ? 1 : 0)),
    ),
    gauge(
      'subscriptions',
      'Subscriptions of each connection',
      of(({ subscriptions }) => subscriptions),
    ),
    counter(
      'connection_losses_total',
      'Times each connection was lost',
      of(({ losses }) => losses),
    ),
    gauge(
      'connection_latency_seconds',
      'Round trip of the last heartbeat',
      of(({ latencyMs }) => seconds(latencyMs)),
    ),
    gauge(
      'message_lag_seconds',
      'Age of the last message on arrival',
      of(({ lagMs }) => seconds(lagMs)),
    ),
  ];
}

function journalMetrics(journal: OperationsView['journal']): readonly Metric[] {
  const { requests = {}, unresolved = 0, gaps = 0, foreign = 0, fault } = journal ?? {};
  return [
    flag('journal_failing', 'The journal cannot be written: only cancels are sent', fault !== undefined),
    gauge('requests_unknown', 'Requests whose outcome is being looked up', [[{}, unresolved]]),
    counter(
      'requests_total',
      'Requests that change something, by the state they came to',
      samplesOf('state', requests),
    ),
    counter('account_gaps_total', 'Times the account stream had lost something', [[{}, gaps]]),
    counter('foreign_messages_total', "Messages about somebody else's account, dropped", [[{}, foreign]]),
  ];
}

function metricsOf({ status, operations }: HealthNeeds): readonly Metric[] {
  const now = status();
  const view = operations();
  const { contract, others, address } = view.budgets;
  const left = { contract: contract.left, others: others.left, address: address.left };
  const seconds = (name: string, help: string, ms: number | undefined) =>
    gauge(name, help, ms === undefined ? [] : [[{}, ms / MS_PER_SEC]]);
  return [
    feedMetric(now),
    flag('halted', 'The kill switch has stopped trading', now.halt !== undefined),
    gauge('silent_bots', 'Gateway keys whose dead-man timer has fired', [[{}, now.silentBots?.length ?? 0]]),
    ...journalMetrics(view.journal),
    ...connectionMetrics(view.connections),
    ...bookMetrics(view.books),
    gauge('requests_left', "What is left of the exchange's request budgets", samplesOf('budget', left)),
    gauge('browser_sockets', "The pages' own sockets", [[{}, view.browsers.sockets]]),
    gauge('browser_sockets_behind', 'Those that do not keep up', [[{}, view.browsers.behind]]),
    seconds('exchange_latency_seconds', 'Round trip of the last heartbeat', now.latencyMs),
    seconds('clock_offset_seconds', "Exchange's clock minus ours", view.clockOffsetMs),
    seconds(
      'loop_delay_seconds',
      'How late the proxy gets to what is due, 99 % of the time',
      view.loopDelayMs,
    ),
    gauge('resident_memory_bytes', 'Memory of the process', [[{}, view.memoryBytes]]),
    gauge('heap_used_bytes', 'Of it, what objects take, those that are not collected yet included', [
      [{}, process.memoryUsage().heapUsed],
    ]),
    gauge('uptime_seconds', 'Since the process started', [[{}, Math.round(process.uptime())]]),
  ];
}

export function registerHealth(app: FastifyInstance, needs: HealthNeeds): void {
  const open = { config: { audience: 'api', isPublic: true, isLocal: true } } as const;
  app.get('/healthz', open, (_request, reply) => {
    const isFailing = needs.operations().journal?.fault !== undefined;
    return isFailing ? sendRefusal(reply, refusal('JOURNAL')) : sendJson(reply, { ok: true });
  });
  app.get('/api/operations', { config: { audience: 'api' } }, (_request, reply) =>
    sendJson(reply, needs.operations()),
  );
  app.get('/metrics', open, (_request, reply) =>
    reply
      .header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      .send(`${metricsOf(needs).map(textOf).join('\n')}\n`),
  );
}
