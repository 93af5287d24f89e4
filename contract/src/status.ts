/** How Perpdeck stands, as it tells every page by itself: the feeds, the key, what holds trading up. */
import type { BookCheck } from './book-check.ts';
import type { HaltState } from './halt.ts';
import type { Environment } from './vocabulary.ts';

/** One upstream feed, public market data or the private account stream. */
export type FeedState =
  | { readonly state: 'live'; readonly sinceMs: number }
  | { readonly state: 'connecting'; readonly sinceMs: number }
  /** Connected, but nothing has arrived for longer than the heartbeat allows. */
  | { readonly state: 'stale'; readonly sinceMs: number }
  | { readonly state: 'reconnecting'; readonly sinceMs: number; readonly attempt: number }
  /** No key is configured, so there is no private stream. */
  | { readonly state: 'off'; readonly sinceMs: number; readonly reason: string };

export interface Feeds {
  readonly market: FeedState;
  readonly account: FeedState;
}

/** The API key that signs, or why none does. */
export type KeyState =
  /** No key is known for this environment. */
  | { readonly state: 'none' }
  /** From the environment variables, or the embedded paper exchange's own. */
  | { readonly state: 'given' }
  /** Keys are kept, and none is unlocked. */
  | { readonly state: 'locked' }
  | { readonly state: 'open'; readonly account: string };

/** The exchange turns this address away, as it does for minutes after too many requests. */
export interface ExchangeBlock {
  readonly sinceMs: number;
  /** Of its answers: 403 or 429. */
  readonly status: number;
  /** When one request is sent to see whether it still does; a cancel may be tried before. */
  readonly nextTryMs: number;
}

export interface Status {
  readonly environment: Environment;
  /** Names environment and account; another key has another. */
  readonly scope: string;
  readonly exchangeUrl: string;
  readonly version: string;
  readonly hasKey: boolean;
  readonly key: KeyState;
  readonly feeds: Feeds;
  /** Absent while trading is armed. */
  readonly halt?: HaltState;
  /** Absent while the exchange takes what is sent. */
  readonly block?: ExchangeBlock;
  /** By the trader's own limit nothing is opened; absent: it may be. */
  readonly isReadOnly?: true;
  /** Gateway keys whose dead-man timer has fired and was not renewed; absent: none. */
  readonly silentBots?: readonly string[];
  /** Absent where nobody has to arm it: with play money, and without a key. */
  readonly arming?: ArmingState;
  /** Exchange clock minus ours; undefined until measured. */
  readonly clockOffsetMs?: number;
  /** Round trip of the last heartbeat to the exchange. */
  readonly latencyMs?: number;
  /** What the exchange still takes: trading and reading history by the minute, this address in five minutes. */
  readonly requestsLeft?: { readonly contract: number; readonly others: number; readonly address: number };
}

/** Whether the page may open anything with real money. What takes risk away needs no arming. */
export type ArmingState =
  | {
      readonly at: 'disarmed';
      /** Of the account, sealed; else a click is enough. */
      readonly needsPassphrase: boolean;
    }
  | {
      readonly at: 'armed';
      /** When it falls back, unless somebody trades meanwhile. */
      readonly untilMs: number;
    };

/** What the proxy says on the socket besides the exchange's own messages. */
export type RelayNotice =
  | { readonly kind: 'status'; readonly status: Status }
  /** To the subscribers of a book: whether it is the exchange's. */
  | { readonly kind: 'book'; readonly symbol: string; readonly check: BookCheck }
  /** The session ended; the socket closes with 4401 after it. */
  | { readonly kind: 'signed-out'; readonly reason: string }
  /** A request whose outcome was unknown: it is known now. */
  | {
      readonly kind: 'resolved';
      readonly requestID: string;
      readonly state: 'ACKED' | 'REJECTED' | 'NOT_PLACED';
      readonly note: string;
    };
