/** What one connection listens to, by stream and topic. */
import type { Sink, Topic } from './streams/topic.ts';

interface Subscription {
  readonly stream: string;
  readonly symbol: string | undefined;
  readonly leave: () => void;
}

export interface Subscriptions {
  /** Leaves the topic first where it is there already, so that the sink gets a fresh snapshot. */
  readonly join: (stream: string, topic: Topic) => void;
  /** Without a symbol, everything of the stream. */
  readonly leave: (stream: string, symbol?: unknown) => void;
  readonly has: (stream: string, topic: Topic) => boolean;
  readonly count: () => number;
  readonly leaveAll: () => void;
}

/** `sinkOf` makes what a stream's frames go to. */
export function createSubscriptions(sinkOf: (stream: string) => Sink): Subscriptions {
  const subscriptions = new Map<string, Subscription>();
  const keyOf = (stream: string, topic: Topic): string => `${stream} ${topic.key}`;

  const leaveWhere = (isMeant: (subscription: Subscription) => boolean): void => {
    for (const [key, subscription] of subscriptions) {
      if (!isMeant(subscription)) continue;
      subscription.leave();
      subscriptions.delete(key);
    }
  };

  return {
    join(stream, topic) {
      const key = keyOf(stream, topic);
      subscriptions.get(key)?.leave();
      subscriptions.set(key, { stream, symbol: topic.symbol, leave: topic.join(sinkOf(stream)) });
    },
    leave: (stream, symbol) =>
      leaveWhere((known) => known.stream === stream && (symbol === undefined || known.symbol === symbol)),
    has: (stream, topic) => subscriptions.has(keyOf(stream, topic)),
    count: () => subscriptions.size,
    leaveAll: () => leaveWhere(() => true),
  };
}
