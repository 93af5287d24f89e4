/**
 * A topic is what one subscription listens to. Frames are serialised once and the same bytes go to every sink; a
 * topic that nobody listens to is not there at all.
 */
import type { AccountID } from '../../commands.ts';

/** Takes one text frame, already encoded. */
export type Sink = (frame: Buffer) => void;

export interface Topic {
  /** Two subscriptions with the same key are one. */
  readonly key: string;
  /** The symbol an unsubscribe may name. */
  readonly symbol?: string;
  /** Sends the current state to `sink`, then everything that follows; returns the function that leaves. */
  readonly join: (sink: Sink) => () => void;
}

export interface Stream {
  /** What stands before `.subscribe`. */
  readonly name: string;
  /** The topic that these parameters name, or undefined when they name none. */
  readonly topic: (params: readonly unknown[]) => Topic | undefined;
}

/** A stream that speaks of one account, to whoever has signed in to it. */
export interface PrivateStream {
  readonly name: string;
  readonly topic: (account: AccountID) => Topic;
  readonly stop: () => void;
}

export const encode = (text: string): Buffer => Buffer.from(text, 'utf8');

/** The live topics of one stream: state is made by the first to join and dropped after the last has left. */
export function createTopics<State>(make: (key: string) => State) {
  const live = new Map<string, { readonly state: State; readonly sinks: Set<Sink> }>();

  return {
    /** Sends `greet`'s frame to the sink before it hears anything else. */
    join(key: string, sink: Sink, greet: (state: State) => Buffer | undefined): () => void {
      const topic = live.get(key) ?? { state: make(key), sinks: new Set<Sink>() };
      live.set(key, topic);
      const frame = greet(topic.state);
      if (frame !== undefined) sink(frame);
      topic.sinks.add(sink);
      return () => {
        topic.sinks.delete(sink);
        if (topic.sinks.size === 0 && live.get(key) === topic) live.delete(key);
      };
    },
    states: (): Iterable<readonly [string, State]> => entriesOf(live),
    get: (key: string): State | undefined => live.get(key)?.state,
    send(key: string, frame: Buffer): void {
      for (const sink of live.get(key)?.sinks ?? []) sink(frame);
    },
  };
}

function* entriesOf<State>(live: ReadonlyMap<string, { readonly state: State }>) {
  for (const [key, { state }] of live) yield [key, state] as const;
}
