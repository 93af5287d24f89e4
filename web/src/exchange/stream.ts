/**
 * What the exchange streams, as the trader's own words: subscribe to a topic, get its messages parsed once.
 * Subscriptions are counted per page and come back by themselves after a reconnect, each with a fresh snapshot.
 */
import type { AccountUpdate, BookUpdate, CandleUpdate, Tick, Ticker, TradeUpdate } from '#contract/model.ts';
import { RESOLUTIONS_SEC } from '#contract/vocabulary.ts';
import type { StreamMessage } from '#contract/wire/stream-message.ts';
import type { Topic } from '#contract/wire/stream-requests.ts';
import { onExchangeMessage, onSocketOpen, requestOnSocket } from './connection.ts';
import { createTopics, type Topics } from './stream-topics.ts';

/** What a listener of each kind of topic gets. */
export interface TopicMessages {
  readonly book: BookUpdate;
  readonly trades: TradeUpdate;
  readonly candles: CandleUpdate;
  readonly tickers: readonly Ticker[];
  readonly tick: Tick;
  readonly account: AccountUpdate;
}

/** Starts hearing a topic; the answer ends it. The last one to leave ends the subscription. */
export function subscribe<T extends Topic>(
  topic: T,
  listener: (message: TopicMessages[T['kind']]) => void,
): () => void {
  return topics().add(topic, listener as (message: unknown) => void);
}

/** When the last message of each kind arrived, epoch ms. */
const arrivals = new Map<keyof TopicMessages, number>();
export const lastArrivals = (): ReadonlyMap<keyof TopicMessages, number> => arrivals;

let shared: Topics<unknown> | undefined;

function topics(): Topics<unknown> {
  if (shared !== undefined) return shared;
  const own = createTopics<unknown>({ request: requestOnSocket, soon: queueMicrotask });
  onSocketOpen(own.restart);
  onExchangeMessage((message) => deliver(own, message));
  shared = own;
  return own;
}

function deliver(to: Topics<unknown>, message: StreamMessage): void {
  if (isOfTopic(message.kind)) arrivals.set(message.kind, Date.now());
  switch (message.kind) {
    case 'book':
    case 'trades':
      to.deliver({ kind: message.kind, symbol: message.update.symbol }, message.update);
      break;
    case 'candles':
      deliverCandles(to, message.update);
      break;
    case 'tickers':
      to.deliver({ kind: 'tickers' }, message.update.tickers);
      break;
    case 'tick':
      to.deliver({ kind: 'tick', symbol: message.tick.symbol }, message.tick);
      break;
    case 'account':
      to.deliver({ kind: 'account' }, message.update);
      break;
    case 'malformed':
      warn(`A ${message.of} message could not be read`, message.problem.message);
      break;
    case 'ack':
      if (message.refusal !== undefined) warn('The exchange refused a subscription', message.refusal.message);
      break;
    case 'pong':
    case 'notice':
    case 'unknown':
      break;
  }
}

const TOPIC_KINDS: readonly string[] = ['book', 'trades', 'candles', 'tickers', 'tick', 'account'];
const isOfTopic = (kind: string): kind is keyof TopicMessages => TOPIC_KINDS.includes(kind);

/** The resolution stands in the candles alone: a message without any concerns whoever waits for this product's. */
function deliverCandles(to: Topics<unknown>, update: CandleUpdate): void {
  const { symbol } = update;
  const resolutions = update.resolutionSec === 0 ? RESOLUTIONS_SEC : [update.resolutionSec];
  for (const resolutionSec of resolutions) to.deliver({ kind: 'candles', symbol, resolutionSec }, update);
}

/** For whoever looks into a screen that stands still; the trader sees the feed's own state. */
function warn(what: string, why: string): void {
  console.warn(`${what}: ${why}`);
}
