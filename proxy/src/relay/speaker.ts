/** The exchange's socket methods, as one signed-in browser uses them; answered here, each with the browser's own id. */
import type { StreamRequest, Topic } from '#contract/wire/stream-requests.ts';
import { createTokenBucket } from '../door/token-bucket.ts';
import type { Time } from '../time.ts';
import type { BrowserSocket } from './browser-socket.ts';
import type { TopicHub } from './topic-hub.ts';
import { readTopicRequest, topicKey } from './topics.ts';

const MESSAGES_PER_SECOND = 20;

/** Codes with which sockets are closed. */
export const CLOSE = {
  goingAway: 1001,
  notText: 1003,
  badFrame: 4400,
  signedOut: 4401,
  tooMuch: 4429,
} as const;

export const answerFrame = (id: StreamRequest['id'], result: unknown): string =>
  JSON.stringify({ error: null, id, result });

/** In the exchange's shape and with its code for what it does not understand. */
export const refusalFrame = (id: StreamRequest['id'], message: string): string =>
  JSON.stringify({ error: { code: 6001, message }, id, result: null });

export interface Speaker {
  /** Spends one message of the budget. */
  maySpeak(): boolean;
  hear(request: StreamRequest): void;
  leave(): void;
}

/** Takes topics more, if there is room for them. */
export interface Share {
  take(count?: number): boolean;
  giveBack(count: number): void;
}

export function createSpeaker(browser: BrowserSocket, hub: TopicHub, time: Time, share?: Share): Speaker {
  const subscribed = new Map<string, Topic>();
  const bucket = createTokenBucket(time, { burst: MESSAGES_PER_SECOND, perSecond: MESSAGES_PER_SECOND });

  const forget = (key: string) => {
    if (subscribed.delete(key)) share?.giveBack(1);
  };
  const subscribe = (id: StreamRequest['id'], topic: Topic) => {
    const isNew = !subscribed.has(topicKey(topic));
    if (isNew && share?.take() === false) return browser.send(refusalFrame(id, 'too many subscriptions'));
    subscribed.set(topicKey(topic), topic);
    hub.subscribe(topic, browser, (refused) => {
      if (refused === undefined) return browser.send(answerFrame(id, { status: 'success' }));
      forget(topicKey(topic));
      browser.send(refusalFrame(id, refused));
    });
  };
  return {
    maySpeak: () => bucket.take(),
    hear(request) {
      const { id, method } = request;
      if (method === 'server.ping') return browser.send(answerFrame(id, 'pong'));
      const asked = readTopicRequest(request);
      if (asked === undefined) return browser.send(refusalFrame(id, 'invalid argument'));
      if (asked.verb === 'subscribe') return subscribe(id, asked.topic);
      for (const [key, topic] of [...subscribed]) {
        if (!asked.matches(topic)) continue;
        forget(key);
        hub.unsubscribe(topic, browser);
      }
      browser.send(answerFrame(id, { status: 'success' }));
    },
    leave() {
      for (const topic of subscribed.values()) hub.unsubscribe(topic, browser);
      share?.giveBack(subscribed.size);
      subscribed.clear();
    },
  };
}
