/**
 * Who listens to what: counts listeners per topic and keeps the subscriptions on the wire in step with them.
 * Every listener begins with a snapshot: one that joins later makes the topic be subscribed anew.
 */
import { subscribeFrame, type Topic, unsubscribeFrame } from '#contract/wire/stream-requests.ts';
import type { RequestFrame } from './socket-life.ts';

export function topicKey(topic: Topic): string {
  switch (topic.kind) {
    case 'tickers':
    case 'account':
      return topic.kind;
    case 'book':
    case 'trades':
    case 'tick':
      return `${topic.kind} ${topic.symbol}`;
    case 'candles':
      return `candles ${topic.symbol} ${topic.resolutionSec}`;
  }
}

export interface Topics<Message> {
  add(topic: Topic, listener: (message: Message) => void): () => void;
  deliver(topic: Topic, message: Message): void;
  /** The socket is signed in, and knows of no subscription: everything wanted is asked for again. */
  restart(): void;
}

export interface TopicsNeeds {
  /** Answers whether it was sent; if not, `restart` comes later. */
  request(frame: RequestFrame): boolean;
  /** Runs once what is going on has ended, so that what comes and goes in one go sends nothing. */
  soon(run: () => void): void;
}

export function createTopics<Message>({ request, soon }: TopicsNeeds): Topics<Message> {
  const wanted = new Map<string, { topic: Topic; listeners: Set<(message: Message) => void> }>();
  /** What the socket has been asked for. */
  const asked = new Map<string, Topic>();
  /** Topics that somebody joined after their snapshot had been asked for. */
  const joined = new Set<string>();
  let isSyncDue = false;

  const sync = () => {
    isSyncDue = false;
    // First out, then in: the exchange's "unsubscribe" may end more than the topic it names.
    for (const [key, topic] of asked) {
      if (wanted.has(key) && !joined.has(key)) continue;
      asked.delete(key);
      request((id) => unsubscribeFrame(id, topic));
    }
    joined.clear();
    for (const [key, { topic }] of wanted) {
      if (asked.has(key)) continue;
      if (request((id) => subscribeFrame(id, topic))) asked.set(key, topic);
    }
  };
  const syncSoon = () => {
    if (isSyncDue) return;
    isSyncDue = true;
    soon(sync);
  };

  return {
    add: (topic, listener) => {
      const key = topicKey(topic);
      const entry = wanted.get(key) ?? { topic, listeners: new Set() };
      // A wrapper of its own, so that one function listening twice counts twice.
      const own = (message: Message) => listener(message);
      entry.listeners.add(own);
      wanted.set(key, entry);
      if (asked.has(key)) joined.add(key);
      syncSoon();
      return () => {
        entry.listeners.delete(own);
        if (entry.listeners.size > 0 || wanted.get(key) !== entry) return;
        wanted.delete(key);
        syncSoon();
      };
    },
    deliver: (topic, message) => {
      for (const listener of wanted.get(topicKey(topic))?.listeners ?? []) listener(message);
    },
    restart: () => {
      asked.clear();
      syncSoon();
    },
  };
}
