/**
 * `/healthz` and `/metrics`: whether this Perpdeck can trade, in words for a supervisor and in numbers for Prometheus.
 * Both are answered without a session, so neither says what is traded or what it is worth.
 */
import type { FastifyInstance } from 'fastify';
import type { FeedState, Status } from '#contract/api.ts';
import { refusal } from './errors.ts';
import { sendJson, sendRefusal } from './replies.ts';
import type { BookReport } from './topic-hub.ts';
import type { Trading } from './trading.ts';

export interface HealthNeeds {
  status(): Status;
  trading(): Trading | undefined;
  /** What is left of the exchange's request budgets. */
  requestsLeft(): Readonly<Record<string, number>>;
  books(): BookReport;
}

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

const samplesOf = (label: string, counts: Readonly<Record<string, number>>): Metric['samples'] =>
  Object.entries(counts).map(([key, count]) => [{ [label]: key }, count] as const);

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

function metricsOf({ status, trading, requestsLeft, books }: HealthNeeds): readonly Metric[] {
  const now = status();
  const counts = trading()?.counts();
  const tally = [...(counts?.requests ?? [])].map(([state, count]) => [{ state }, count] as const);
  return [
    feedMetric(now),
    flag('halted', 'The kill switch has stopped trading', now.halt !== undefined),
    flag(
      'journal_failing',
      'The journal cannot be written: only cancels are sent',
      counts?.journalFault !== undefined,
    ),
    gauge('requests_unknown', 'Requests whose outcome is being looked up', [[{}, counts?.unresolved ?? 0]]),
    counter('requests_total', 'Requests that change something, by the state they came to', tally),
    counter('account_gaps_total', 'Times the account stream had lost something', [
      [{}, counts?.mismatches ?? 0],
    ]),
    ...bookMetrics(books()),
    gauge(
      'requests_left',
      "What is left of the exchange's request budgets",
      samplesOf('budget', requestsLeft()),
    ),
    ...(now.latencyMs === undefined
      ? []
      : [
          gauge('exchange_latency_seconds', 'Round trip of the last heartbeat', [[{}, now.latencyMs / 1000]]),
        ]),
    ...(now.clockOffsetMs === undefined
      ? []
      : [gauge('clock_offset_seconds', "Exchange's clock minus ours", [[{}, now.clockOffsetMs / 1000]])]),
    gauge('resident_memory_bytes', 'Memory of the process', [[{}, process.memoryUsage.rss()]]),
    gauge('uptime_seconds', 'Since the process started', [[{}, Math.round(process.uptime())]]),
  ];
}

export function registerHealth(app: FastifyInstance, needs: HealthNeeds): void {
  const open = { config: { audience: 'api', isPublic: true } } as const;
  app.get('/healthz', open, (_request, reply) => {
    const isFailing = needs.trading()?.counts().journalFault !== undefined;
    return isFailing ? sendRefusal(reply, refusal('JOURNAL')) : sendJson(reply, { ok: true });
  });
  app.get('/metrics', open, (_request, reply) =>
    reply
      .header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
      .send(`${metricsOf(needs).map(textOf).join('\n')}\n`),
  );
}
