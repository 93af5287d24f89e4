/**
 * The proxy's own API, beside the exchange's forwarded paths.
 *
 *   POST   /api/session   {token}  → SessionOpened, sets the session cookie (public)
 *   GET    /api/session            → {signedIn: true}
 *   DELETE /api/session            → signs out
 *   GET    /api/status             → Status
 *   GET    /healthz                → {ok: true} (public)
 *
 * Every call but the public ones needs the cookie and the header `x-perpdeck-token`.
 * On `/exchange/ws` the first frame must be `{"id":0,"method":"perpdeck.auth","params":[token]}`; after that the
 * socket speaks the exchange's own methods, and the proxy adds frames of the shape `{"perpdeck": RelayNotice}`.
 */
import type { Environment } from './vocabulary.ts';

export const TOKEN_HEADER = 'x-perpdeck-token';
export const AUTH_METHOD = 'perpdeck.auth';

export interface SessionOpened {
  /** Kept by the page per origin (localStorage) and sent as `x-perpdeck-token`; useless without the cookie. */
  readonly headerToken: string;
}

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

export interface Status {
  readonly environment: Environment;
  readonly exchangeUrl: string;
  readonly version: string;
  readonly hasKey: boolean;
  readonly feeds: Feeds;
  /** Exchange clock minus ours; undefined until measured. */
  readonly clockOffsetMs?: number;
  /** Round trip of the last heartbeat to the exchange. */
  readonly latencyMs?: number;
}

/** What the proxy says on the socket besides the exchange's own messages. */
export type RelayNotice =
  | { readonly kind: 'status'; readonly status: Status }
  /** The session ended; the socket closes with 4401 after it. */
  | { readonly kind: 'signed-out'; readonly reason: string };

/** An error the proxy itself answers with (the exchange's own errors pass through unchanged). */
export interface ProxyError {
  readonly error: {
    readonly code: ProxyErrorCode;
    readonly message: string;
  };
}

export const PROXY_ERROR_CODES = [
  'BAD_REQUEST',
  'NOT_SIGNED_IN',
  'WRONG_TOKEN',
  'FOREIGN_HOST',
  'FOREIGN_ORIGIN',
  'NOT_FOUND',
  'NOT_ALLOWED',
  'UNSUPPORTED_MEDIA_TYPE',
  'TOO_LARGE',
  'TOO_MANY_REQUESTS',
  'NO_KEY',
  /** The signer is not running: nothing was signed, so nothing was sent. */
  'NO_SIGNER',
  /** Above the signer's hard caps. */
  'OVER_CAP',
  /** The exchange was not reached: nothing was sent. */
  'NOT_SENT',
  /** A question that the exchange did not answer usably; asking again is harmless. */
  'NO_ANSWER',
  /** The exchange may have received the request, but its answer is missing or unusable: the outcome is unknown. */
  'OUTCOME_UNKNOWN',
  'INTERNAL',
] as const;
export type ProxyErrorCode = (typeof PROXY_ERROR_CODES)[number];
