/** How this proxy runs, gathered from its parts: for the page's panel and for /metrics alike. */
import type { OperationsView } from '#contract/operations.ts';
import type { ExchangeClock } from '../exchange/clock-offset.ts';
import { CONNECTIONS_MAX, type ExchangeTopics, TOPICS_PER_LANE } from '../exchange/exchange-topics.ts';
import type { RateBudget } from '../exchange/rate-budget.ts';
import type { Relay } from '../relay/relay.ts';
import type { TopicHub } from '../relay/topic-hub.ts';
import type { Time } from '../time.ts';
import type { TradingCounts } from '../trading.ts';
import { createLoopDelay } from './loop-delay.ts';

export interface OperationsParts {
  readonly exchange: ExchangeTopics;
  readonly hub: TopicHub;
  readonly relay: Relay;
  readonly budget: RateBudget;
  readonly clock: ExchangeClock;
  /** Absent with the key. */
  readonly counts: TradingCounts | undefined;
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100;

export interface Operations {
  view(): OperationsView;
  stop(): void;
}

/** `parts` are asked for once there is somebody to ask for the view. */
export function createOperations(time: Time, parts: () => OperationsParts): Operations {
  const startedAtMs = time.nowMs();
  const loopDelay = createLoopDelay(time);
  return {
    view: () => ({ ...viewOf(parts()), loopDelayMs: rounded(loopDelay.p99Ms()), startedAtMs }),
    stop: loopDelay.stop,
  };
}

function viewOf(parts: OperationsParts): Omit<OperationsView, 'loopDelayMs' | 'startedAtMs'> {
  const { exchange, hub, relay, budget, clock, counts } = parts;
  const clockOffsetMs = clock.offsetMs();
  return {
    connections: exchange.connections(),
    connectionsMax: CONNECTIONS_MAX,
    subscriptionsMax: TOPICS_PER_LANE,
    books: hub.books(),
    budgets: budget.report(),
    browsers: relay.browsers(),
    ...(counts === undefined ? {} : { journal: journalOf(counts) }),
    ...(clockOffsetMs === undefined ? {} : { clockOffsetMs: rounded(clockOffsetMs) }),
    memoryBytes: process.memoryUsage.rss(),
  };
}

const journalOf = ({ requests, unresolved, mismatches, foreignMessages, journalFault }: TradingCounts) => ({
  requests: Object.fromEntries(requests),
  unresolved,
  gaps: mismatches,
  foreign: foreignMessages,
  ...(journalFault === undefined ? {} : { fault: journalFault }),
});
