/**
 * One subscription at the exchange per topic, however many browsers look at it, and a snapshot for whoever joins late.
 * A topic nobody looks at any more lingers a while (people switch back and forth) and is then ended.
 */
import type { BookCheck, BookReport } from '#contract/book-check.ts';
import { writeRelayNotice } from '#contract/wire/relay-notice.ts';
import type { Topic } from '#contract/wire/stream-requests.ts';
import type { LineMessage } from '../exchange/exchange-line.ts';
import { type ExchangeTopics, NO_KEY_REASON, NO_ROOM_REASON } from '../exchange/exchange-topics.ts';
import type { Cancel, Time } from '../time.ts';
import { type BookTally, createBookTally } from './book-state.ts';
import { type TextFrame, textFrame } from './text-frame.ts';
import { createTopicState } from './topic-state.ts';
import { topicKey } from './topics.ts';

const LINGER_MS = 10_000;

/** What a browser's socket knows of a topic. */
export interface RelayedTopic {
  /** The account's events may not be left out. */
  readonly isPrivate: boolean;
  snapshot(): TextFrame | undefined;
}

export interface Subscriber {
  /** The frame is shared by all subscribers. */
  deliver(topic: RelayedTopic, frame: TextFrame): void;
  /** What Perpdeck says of a topic itself: small and never left out. Absent where only the exchange is listened to. */
  tell?(frame: TextFrame): void;
}

/** A part of the proxy that reads a topic itself. */
export interface Follower {
  onMessage(message: LineMessage): void;
  /** What was known is out of date; a snapshot follows. */
  onRestart(): void;
}

export interface TopicHub {
  /** For as long as the hub runs; nothing where the topic cannot be had. */
  follow(topic: Topic, follower: Follower): void;
  /**
   * Answers once, with why not if not; after that messages arrive, a snapshot first. Where the exchange is away, the
   * answer is yes and the snapshot comes when it is back.
   */
  subscribe(topic: Topic, subscriber: Subscriber, onAnswer: (refusal?: string) => void): void;
  unsubscribe(topic: Topic, subscriber: Subscriber): void;
  /** How the books have fared, and how those that are relayed now stand. */
  books(): BookReport;
  stop(): void;
}

interface Entry extends RelayedTopic {
  readonly topic: Topic;
  join(subscriber: Subscriber, onAnswer: (refusal?: string) => void): void;
  leave(subscriber: Subscriber): void;
  follow(follower: Follower): void;
  /** Nobody looks at it. */
  isUnwatched(): boolean;
  onAnswer(refusal?: string): void;
  onMessage(message: LineMessage): void;
  onRestart(): void;
  /** Of a book, once its snapshot has come. */
  check(): BookCheck | undefined;
}

interface EntryNeeds {
  readonly time: Time;
  readonly tally: BookTally;
  renew(): void;
}

function createEntry(topic: Topic, needs: EntryNeeds): Entry {
  const onCheck = (check: BookCheck) => {
    const notice = checkNotice(topic, check);
    for (const subscriber of subscribers) subscriber.tell?.(notice);
  };
  const state = createTopicState(topic, { ...needs, onCheck });
  const subscribers = new Set<Subscriber>();
  const followers: Follower[] = [];
  /** Answers owed until the exchange has given its own; undefined once it has. */
  let owed: ((refusal?: string) => void)[] | undefined = [];
  /** Delivered, and not yet part of the state. */
  let unread: LineMessage[] = [];

  const catchUp = () => {
    const messages = unread;
    unread = [];
    for (const message of messages) {
      state.apply(message);
      for (const follower of followers) follower.onMessage(message);
    }
  };
  const entry: Entry = {
    topic,
    isPrivate: topic.kind === 'account',
    snapshot() {
      catchUp();
      const text = state.snapshot();
      return text === undefined ? undefined : textFrame(text);
    },
    join(subscriber, onAnswer) {
      if (owed !== undefined) {
        subscribers.add(subscriber);
        owed.push(onAnswer);
        return;
      }
      onAnswer();
      const snapshot = entry.snapshot();
      if (snapshot !== undefined) subscriber.deliver(entry, snapshot);
      const check = entry.check();
      if (check !== undefined) subscriber.tell?.(checkNotice(topic, check));
      subscribers.add(subscriber);
    },
    leave: (subscriber) => subscribers.delete(subscriber),
    follow: (follower) => followers.push(follower),
    isUnwatched: () => subscribers.size === 0 && followers.length === 0,
    onAnswer(refusal) {
      const answers = owed ?? [];
      owed = undefined;
      for (const onAnswer of answers) onAnswer(refusal);
    },
    onMessage(message) {
      if (subscribers.size > 0) {
        const frame = textFrame(message.bytes);
        for (const subscriber of subscribers) subscriber.deliver(entry, frame);
      }
      // The browsers first: our own copy waits until the messages that arrived together are all on their way.
      if (unread.push(message) === 1) needs.time.soon(catchUp);
    },
    onRestart() {
      unread = [];
      state.clear();
      for (const follower of followers) follower.onRestart();
    },
    check: () => state.check?.(),
  };
  return entry;
}

function checkNotice(topic: Topic, check: BookCheck): TextFrame {
  const symbol = topic.kind === 'book' ? topic.symbol : '';
  return textFrame(writeRelayNotice({ kind: 'book', symbol, check }));
}

export function createTopicHub(exchange: ExchangeTopics, time: Time): TopicHub {
  const entries = new Map<string, Entry>();
  /** Topics nobody looks at, with the end of their patience. */
  const lingering = new Map<Entry, Cancel>();
  const tally = createBookTally();

  const stay = (entry: Entry) => {
    lingering.get(entry)?.();
    lingering.delete(entry);
  };
  const drop = (entry: Entry) => {
    stay(entry);
    entries.delete(topicKey(entry.topic));
    entry.onRestart();
    exchange.remove(entry.topic);
  };
  const add = (topic: Topic): Entry | undefined => {
    const entry = createEntry(topic, { time, tally, renew: () => exchange.renew(topic) });
    const listener = {
      ...entry,
      onAnswer(refusal?: string) {
        if (refusal !== undefined) {
          stay(entry);
          entries.delete(topicKey(topic));
        }
        entry.onAnswer(refusal);
      },
    };
    entries.set(topicKey(topic), entry);
    if (exchange.add(topic, listener)) return entry;
    const [unwatched] = lingering.keys();
    if (unwatched !== undefined) {
      drop(unwatched);
      if (exchange.add(topic, listener)) return entry;
    }
    entries.delete(topicKey(topic));
    return undefined;
  };
  // The account is followed from the start, so that its state is there whoever asks first.
  add({ kind: 'account' });

  return {
    follow(topic, follower) {
      const entry = entries.get(topicKey(topic)) ?? add(topic);
      entry?.follow(follower);
    },
    subscribe(topic, subscriber, onAnswer) {
      const entry = entries.get(topicKey(topic)) ?? add(topic);
      if (entry === undefined) {
        return onAnswer(topic.kind === 'account' ? NO_KEY_REASON : NO_ROOM_REASON);
      }
      stay(entry);
      entry.join(subscriber, onAnswer);
    },
    unsubscribe(topic, subscriber) {
      const entry = entries.get(topicKey(topic));
      if (entry === undefined || entry.isUnwatched()) return;
      entry.leave(subscriber);
      if (!entry.isUnwatched() || entry.isPrivate) return;
      lingering.set(
        entry,
        time.after(LINGER_MS, () => drop(entry)),
      );
    },
    books() {
      const relayed = { fresh: 0, verified: 0, broken: 0, awaited: 0 };
      for (const entry of entries.values()) {
        if (entry.topic.kind === 'book') relayed[entry.check()?.state ?? 'awaited'] += 1;
      }
      return { ...tally, relayed };
    },
    stop() {
      for (const cancel of lingering.values()) cancel();
      for (const entry of entries.values()) entry.onRestart();
    },
  };
}
