/**
 * Subscriptions at the exchange, spread over as many connections as its limits ask for; the private stream has one of
 * its own. After a lost connection everything is asked for again.
 */
import type { ConnectionReport } from '#contract/operations.ts';
import type { FeedState, Feeds } from '#contract/status.ts';
import { subscribeFrame, type Topic } from '#contract/wire/stream-requests.ts';
import { topicKey, topicKeyOfMessage, unsubscription } from '../relay/topics.ts';
import type { LineAnswer, LineMessage } from './exchange-line.ts';
import type { Sockets } from './knocking.ts';
import type { Signer } from './sign.ts';
import { createUpstream, type Upstream, type UpstreamNeeds } from './upstream.ts';

/** The exchange's limits are 5 connections of 20 subscriptions; one connection is the private stream's. */
const PUBLIC_LANES_MAX = 4;
export const TOPICS_PER_LANE = 20;
export const CONNECTIONS_MAX = PUBLIC_LANES_MAX + 1;
const NS_PER_MS = 1e6;
/** What claims to be older is stamped by a clock of its own (a paper exchange at another pace). */
const LAG_MS_MAX = 600_000;
/** How soon to ask again for a topic that was granted once and refused after a reconnect. */
const REFUSED_AGAIN_MS = 10_000;

export const NO_KEY_REASON = 'No API key is configured.';
export const NO_ROOM_REASON =
  `Too many subscriptions: the exchange allows ${PUBLIC_LANES_MAX * TOPICS_PER_LANE} books, charts, trades and ticks ` +
  'at once, and all are in use. Leave some products, and try again.';

export interface TopicListener {
  /** Subscribed, or why not (then the topic is gone); also when the connection is lost before either. */
  onAnswer(refusal?: string): void;
  onMessage(message: LineMessage): void;
  /** Asked for again: what was known is out of date, a snapshot follows. */
  onRestart(): void;
}

export interface ExchangeTopics {
  /** False: there is no room for it. */
  add(topic: Topic, listener: TopicListener): boolean;
  remove(topic: Topic): void;
  /** Asks for the topic once more: a fresh snapshot follows. */
  renew(topic: Topic): void;
  feeds(): Feeds;
  latencyMs(): number | undefined;
  connections(): readonly ConnectionReport[];
  stop(): void;
}

export interface ExchangeTopicsNeeds extends Omit<UpstreamNeeds, 'name' | 'openSocket' | 'mayOpen'> {
  readonly sockets: Sockets;
  onFeedsChanged(): void;
}

interface Lane {
  readonly name: string;
  readonly upstream: Upstream;
  readonly entries: Set<Entry>;
  latencyMs?: number;
  lagMs?: number;
}

interface Entry {
  readonly topic: Topic;
  readonly lane: Lane;
  readonly listener: TopicListener;
  /** Its browsers have been told that they get it. */
  isGranted: boolean;
}

export function createExchangeTopics(needs: ExchangeTopicsNeeds): ExchangeTopics {
  const entries = new Map<string, Entry>();
  const startedAtMs = needs.time.nowMs();

  const forget = (entry: Entry) => {
    entries.delete(topicKey(entry.topic));
    entry.lane.entries.delete(entry);
  };
  const ask = (entry: Entry) => subscribeAt(entry, needs, () => forget(entry));
  const askAgain = (again: readonly Entry[]) => {
    for (const entry of again) {
      entry.listener.onRestart();
      ask(entry);
    }
  };
  const openLane = (name: string, signer: Signer | undefined): Lane => {
    const laneEntries = new Set<Entry>();
    const upstream = createUpstream(
      { ...needs, ...needs.sockets[signer === undefined ? 'market' : 'account'], name, signer },
      {
        onReady: () => askAgain([...laneEntries]),
        onMessage: (message) => {
          const key = topicKeyOfMessage(message.parsed);
          const entry = key === undefined ? undefined : entries.get(key);
          if (entry?.lane === lane) entry.listener.onMessage(message);
          const saidNs = message.parsed.timestamp;
          if (typeof saidNs === 'number') lane.lagMs = needs.exchangeNowMs() - saidNs / NS_PER_MS;
        },
        onLatency(roundTripMs) {
          lane.latencyMs = roundTripMs;
        },
        onState: () => needs.onFeedsChanged(),
      },
    );
    const lane: Lane = { name, upstream, entries: laneEntries };
    return lane;
  };
  const publicLanes = [openLane('market 1', undefined)];
  const privateLane = needs.signer === undefined ? undefined : openLane('account', needs.signer);

  const laneFor = (topic: Topic): Lane | undefined => {
    if (topic.kind === 'account') return privateLane;
    const free = publicLanes.find((lane) => lane.entries.size < TOPICS_PER_LANE);
    if (free !== undefined || publicLanes.length >= PUBLIC_LANES_MAX) return free;
    const lane = openLane(`market ${publicLanes.length + 1}`, undefined);
    publicLanes.push(lane);
    return lane;
  };

  return {
    add(topic, listener) {
      const lane = laneFor(topic);
      if (lane === undefined) return false;
      const entry: Entry = { topic, lane, listener, isGranted: false };
      entries.set(topicKey(topic), entry);
      lane.entries.add(entry);
      ask(entry);
      return true;
    },
    remove(topic) {
      const entry = entries.get(topicKey(topic));
      if (entry === undefined) return;
      forget(entry);
      const { upstream, entries: others } = entry.lane;
      const at = publicLanes.indexOf(entry.lane);
      if (others.size === 0 && at > 0) {
        publicLanes.splice(at, 1);
        return upstream.stop();
      }
      const { frame, ends } = unsubscription(topic);
      upstream.request(frame, () => {});
      askAgain([...others].filter((other) => ends(other.topic)));
    },
    renew(topic) {
      const entry = entries.get(topicKey(topic));
      if (entry !== undefined) askAgain([entry]);
    },
    feeds: () => ({
      market: worst(publicLanes.map(({ upstream }) => upstream.state())),
      account: privateLane?.upstream.state() ?? {
        state: 'off',
        sinceMs: startedAtMs,
        reason: NO_KEY_REASON,
      },
    }),
    latencyMs: () => publicLanes[0]?.latencyMs,
    connections: () => [...publicLanes, ...(privateLane === undefined ? [] : [privateLane])].map(reportOf),
    stop() {
      for (const { upstream } of publicLanes) upstream.stop();
      privateLane?.upstream.stop();
    },
  };
}

function reportOf({ name, upstream, entries, latencyMs, lagMs }: Lane): ConnectionReport {
  const { state, sinceMs } = upstream.state();
  return {
    ...{ name, state, sinceMs, subscriptions: entries.size, losses: upstream.losses() },
    ...(latencyMs === undefined ? {} : { latencyMs: Math.round(latencyMs * 100) / 100 }),
    ...(lagMs === undefined || Math.abs(lagMs) > LAG_MS_MAX ? {} : { lagMs: Math.round(lagMs) }),
  };
}

/** Whatever is answered for a topic that is gone by then concerns nobody. */
function subscribeAt(entry: Entry, needs: ExchangeTopicsNeeds, onRefused: () => void): void {
  const { topic, lane, listener } = entry;
  const hear = (answer: LineAnswer) => {
    if (!lane.entries.has(entry)) return;
    if (answer.kind !== 'refused') {
      entry.isGranted = true;
      return listener.onAnswer();
    }
    needs.log.warn({ topic: topicKey(topic), reason: answer.message }, 'a subscription was refused');
    if (!entry.isGranted) {
      onRefused();
      return listener.onAnswer(answer.message);
    }
    // Whoever was told "yes" before the connection was lost still waits for it.
    needs.time.after(REFUSED_AGAIN_MS, () => {
      if (lane.entries.has(entry)) subscribeAt(entry, needs, onRefused);
    });
  };
  lane.upstream.request((id) => subscribeFrame(id, topic), hear);
}

const RANK: Readonly<Record<FeedState['state'], number>> = {
  live: 0,
  stale: 1,
  connecting: 2,
  reconnecting: 3,
  off: 4,
};

/** Several connections are as good as the worst of them. */
function worst(states: readonly FeedState[]): FeedState {
  return states.reduce((a, b) => (RANK[b.state] > RANK[a.state] ? b : a));
}
