/**
 * The proxy's own API, beside the exchange's forwarded paths; what it speaks of is in files of its own (sign-in.ts,
 * accounts.ts, status.ts, guard.ts, halt.ts, gateway.ts, operations.ts).
 *
 *   POST   /api/session   {token}  → SessionOpened, sets the session cookie (public)
 *   POST   /api/session   {passphrase} → the same, where a sign-in passphrase is set (public)
 *   GET    /api/sign-in            → SignInWays (public)
 *   POST   /api/sign-in            {passphrase?}  → {set: boolean}: sets or clears the sign-in passphrase
 *   POST   /api/sign-in/question   {}  → PasskeyQuestion (public)
 *   POST   /api/sign-in/passkey    what an authenticator signed → SessionOpened (public)
 *   GET    /api/passkeys           → PasskeyView
 *   POST   /api/passkeys/question  → PasskeyQuestion
 *   POST   /api/passkeys           what an authenticator made → PasskeyView
 *   POST   /api/passkeys/remove    {id}  → PasskeyView
 *   GET    /api/session            → {signedIn: true}
 *   DELETE /api/session            → signs out
 *   GET    /api/sessions           → SessionSummary[], the newest first
 *   POST   /api/sessions/end       {handle?}  → {ended: n}: that one, or all but this one
 *   GET    /api/status             → Status
 *   GET    /api/guard              → GuardState
 *   PUT    /api/guard     GuardLimits → GuardState
 *   GET    /api/kill               → HaltState
 *   POST   /api/kill      {closesPositions} → HaltState: halts trading and cancels everything, until verified
 *   DELETE /api/kill               → HaltState: arms trading again, on this account
 *   POST   /api/arming    {passphrase?}  → {}: real money may be traded with
 *   DELETE /api/arming             → {}: it may not
 *   GET    /api/outcome?id=clOrdID → PlacementOutcome (outcome.ts)
 *   GET    /api/journal?from=seq   → JournalEntry per line, oldest first (application/x-ndjson)
 *   GET    /api/operations         → OperationsView (operations.ts)
 *   GET    /api/keys               → GatewayKey[]
 *   POST   /api/keys      KeyTerms → IssuedKey: its secret is told this once
 *   POST   /api/keys/revoke  {id}  → GatewayKey[]
 *   GET    /api/placers?ids=a,b    → {clOrdID: name of the gateway key that placed it}
 *   GET    /api/dead-man           → DeadMan  (signed by a bot with its gateway key, as are the next two)
 *   POST   /api/dead-man  {seconds} → DeadMan: arms it, or renews it
 *   DELETE /api/dead-man           → DeadMan: off
 *   GET    /healthz                → {ok: true}, or 503 while the journal cannot be written (public)
 *   GET    /metrics                → Prometheus' text (public): nothing of what is traded is in it
 *   POST   /api/csp       a browser's report of what the page's policy forbade (public)
 *   GET    /api/accounts           → AccountsView
 *   POST   /api/accounts                    {environment, name, key, passphrase}  → AccountAnswer: connects
 *   POST   /api/accounts/unlock             {environment, name, passphrase}       → AccountAnswer, and uses it
 *   POST   /api/accounts/use                {environment, name?}                  → AccountAnswer: one that is open
 *   POST   /api/accounts/lock               {}                                    → AccountAnswer: all of them
 *   POST   /api/accounts/change-passphrase  {environment, name, passphrases}      → AccountAnswer
 *   POST   /api/accounts/disconnect         {environment, name}                   → AccountAnswer: erases the key
 *
 * `key`, `passphrase` and `passphrases` of accounts and of `/api/arming` are sealed to the signer (sealed.ts), in
 * base64url: the proxy cannot read them.
 *
 * Requests that change something are sent to the exchange at most once: a placement is known by its `clOrdID`, the
 * others by the header `idempotency-key` where a client sends it. The same request under the same id is answered with
 * the first one's answer; another request under it is refused (REQUEST_ID_TAKEN).
 *
 * Every call but the public ones needs the cookie and the header `x-perpdeck-token`. What concerns an account is refused
 * (MOVED) where the header `x-perpdeck-scope` names another one than Perpdeck is on.
 * On `/exchange/ws` the first frame must be `{"id":0,"method":"perpdeck.auth","params":[token]}`; after that the
 * socket speaks the exchange's own methods, and the proxy adds frames of the shape `{"perpdeck": RelayNotice}`.
 */
import type { GuardRefusal } from './guard.ts';
import type { ExchangeRoute } from './routes.ts';

export const TOKEN_HEADER = 'x-perpdeck-token';
/** Names a request that changes something and is no placement: a new one for every wish. */
export const REQUEST_ID_HEADER = 'idempotency-key';
/** The `scope` that a page was loaded for: what it asks of an account is meant for no other. */
export const SCOPE_HEADER = 'x-perpdeck-scope';
/** On an order that is worth more than the trader wants to place unasked: the trader was asked. */
export const CONFIRMED_HEADER = 'x-perpdeck-confirmed';
/**
 * What the proxy did with a page's request that changed something: when it was received (epoch ms, by the proxy's clock),
 * and in ms after that written down, sent, and answered by the exchange. "1764432000123 0.31 0.52 3.87". A cancel is
 * written down after it is sent.
 */
export const TIMING_HEADER = 'x-perpdeck-timing';
export const AUTH_METHOD = 'perpdeck.auth';

/** Where a request that changes something stands, from the wish to what the exchange made of it. */
export const REQUEST_STATES = [
  /** Written down, not sent yet. */
  'INTENT',
  'SENDING',
  /** The exchange took it. */
  'ACKED',
  /** The exchange refused it. */
  'REJECTED',
  /** It never left: the exchange was not reached. */
  'NOT_SENT',
  /** Perpdeck's own rules stopped it. */
  'REFUSED',
  /** It may have arrived; being looked up until it is ACKED, REJECTED or NOT_PLACED. */
  'UNKNOWN',
  /** The exchange never carried it out and no longer can. */
  'NOT_PLACED',
] as const;
export type RequestState = (typeof REQUEST_STATES)[number];

/** One request that changes something, as the journal keeps it. No secret is in it: signatures are made afterwards. */
export interface JournalEntry {
  readonly seq: number;
  /** Environment and account. */
  readonly scope: string;
  /** Who asked: a browser's session, or a part of Perpdeck. */
  readonly who: string;
  /** `clOrdID` of a placement, else the client's idempotency key. */
  readonly requestID?: string;
  readonly kind:
    | 'place'
    | 'amend'
    | 'cancel'
    | 'cancel-several'
    | 'cancel-all'
    | 'leverage'
    | 'pos-mode'
    | 'margin';
  readonly symbol: string;
  readonly request: {
    readonly method: ExchangeRoute['method'];
    readonly path: string;
    readonly query: string;
    readonly body: string;
  };
  readonly state: RequestState;
  /** By the exchange's clock, at the earliest: it is known to a round trip. Absent where it was not known at all. */
  readonly signedAtMs?: number;
  /** The exchange cannot accept it later than this, epoch seconds. */
  readonly expirySec?: number;
  /** The exchange's answer, or ours. */
  readonly answer?: { readonly status: number; readonly body: string };
  /** Why it is in this state, in words. */
  readonly note?: string;
  /** The limit that stopped it. */
  readonly guard?: GuardRefusal;
  readonly steps: readonly { readonly state: RequestState; readonly atMs: number }[];
}

/** An error the proxy itself answers with (the exchange's own errors pass through unchanged). */
export interface ProxyError {
  readonly error: {
    readonly code: ProxyErrorCode;
    readonly message: string;
    /** With GUARD and CONFIRM_NEEDED: the limit that stopped it. */
    readonly guard?: GuardRefusal;
  };
}

export const PROXY_ERROR_CODES = [
  'BAD_REQUEST',
  'NOT_SIGNED_IN',
  /** From another machine the link alone is not enough. */
  'SECOND_FACTOR',
  'WRONG_TOKEN',
  'FOREIGN_HOST',
  'FOREIGN_ORIGIN',
  /** The connection belongs to another user of this machine. */
  'FOREIGN_USER',
  'NOT_FOUND',
  'NOT_ALLOWED',
  'UNSUPPORTED_MEDIA_TYPE',
  'TOO_LARGE',
  'TOO_MANY_REQUESTS',
  'NO_KEY',
  /** The page was loaded for another account than Perpdeck is on by now. */
  'MOVED',
  /** Of a bot's request: its gateway key is not known here, revoked, over, or of another account. */
  'UNKNOWN_KEY',
  'WRONG_SIGNATURE',
  /** Its signature holds no longer, or would hold too long. */
  'EXPIRED',
  /** The gateway key may not do this. */
  'NOT_PERMITTED',
  /** The exchange refuses the API key, or was not reached: nothing was kept. */
  'NOT_CONNECTED',
  /** What was asked of an account cannot be done; the message says why. */
  'ACCOUNT',
  'WRONG_PASSPHRASE',
  /** The signer is not running: nothing was signed, so nothing was sent. */
  'NO_SIGNER',
  /** The exchange's clock and this machine's are too far apart: nothing was signed. */
  'CLOCK',
  /** Above the signer's hard caps. */
  'OVER_CAP',
  /** The exchange was not reached: nothing was sent. */
  'NOT_SENT',
  /** One of the trader's own limits stopped it. */
  'GUARD',
  /** The trader wants to be asked before an order this large is sent. */
  'CONFIRM_NEEDED',
  /** The journal cannot be written, so nothing but cancels is sent. */
  'JOURNAL',
  /** The request's id was used for another request. */
  'REQUEST_ID_TAKEN',
  /** The exchange never took the request of this id, and no longer can. */
  'NOT_PLACED',
  /** The order is being amended already, and what became of that is not known yet. */
  'AMEND_UNRESOLVED',
  /** The account is being set so or otherwise already, and what became of that is not known yet. */
  'SETTING_UNRESOLVED',
  /** The amendment's quantity, which is the total, is filled already. */
  'FILLED_BEYOND',
  /** A question that the exchange did not answer usably; asking again is harmless. */
  'NO_ANSWER',
  /** The exchange may have received the request, but its answer is missing or unusable: the outcome is unknown. */
  'OUTCOME_UNKNOWN',
  'INTERNAL',
] as const;
export type ProxyErrorCode = (typeof PROXY_ERROR_CODES)[number];
