/**
 * The proxy's own API, beside the exchange's forwarded paths.
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
 *   GET    /api/guard              → GuardState (guard.ts)
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
import type { BookCheck } from './book-check.ts';
import type { GuardRefusal } from './guard.ts';
import type { ExchangeRoute } from './routes.ts';
import type { Environment, PosSide, Side } from './vocabulary.ts';

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

export interface SessionOpened {
  /** Kept by the page per origin (localStorage) and sent as `x-perpdeck-token`; useless without the cookie. */
  readonly headerToken: string;
}

/** How a browser can sign in beside the terminal's link. */
export interface SignInWays {
  /** A passphrase is set. */
  readonly withPassphrase: boolean;
  /** A passkey is there that was made under this name. */
  readonly withPasskey: boolean;
  /** From another machine the link and the passphrase are both needed. */
  readonly needsLink: boolean;
  /** The signer's public key, to seal to; base64url. */
  readonly sealTo: string;
}

/** What an authenticator is to sign, and the passkeys that are known already; base64url. */
export interface PasskeyQuestion {
  readonly challenge: string;
  readonly known: readonly string[];
}

export interface PasskeyView {
  /** The page is open under a name with TLS: browsers make passkeys for nothing else. */
  readonly canAdd: boolean;
  readonly passkeys: readonly { readonly id: string; readonly madeIn: string; readonly addedAtMs: number }[];
}

/** A browser that is signed in. */
export interface SessionSummary {
  /** Names it; signs in nobody. */
  readonly handle: string;
  /** In a few known words, e.g. "Firefox on Linux". */
  readonly browser: string;
  readonly openedAtMs: number;
  readonly usedAtMs: number;
  /** Its open pages. */
  readonly pages: number;
  readonly isThis: boolean;
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

/** The API key that signs, or why none does. */
export type KeyState =
  /** No key is known for this environment. */
  | { readonly state: 'none' }
  /** From the environment variables, or the embedded paper exchange's own. */
  | { readonly state: 'given' }
  /** Keys are kept, and none is unlocked. */
  | { readonly state: 'locked' }
  | { readonly state: 'open'; readonly account: string };

/** An account whose key is kept encrypted. */
export interface AccountSummary {
  readonly environment: Environment;
  readonly name: string;
  /** The last characters of the API key; absent where the file is damaged. */
  readonly keyEnding?: string;
  /** 'in-use' is unlocked and signs. */
  readonly state: 'locked' | 'open' | 'in-use' | 'damaged' | 'other-host';
}

export interface AccountsView {
  /** The signer's public key, to seal to; base64url. */
  readonly sealTo: string;
  readonly environment: Environment;
  /** Those that Perpdeck can be on. */
  readonly environments: readonly Environment[];
  /** Those that take a key. */
  readonly connectable: readonly Environment[];
  readonly accounts: readonly AccountSummary[];
}

export interface AccountAnswer {
  readonly message: string;
  /** Perpdeck changes its key or its environment now: reload once it is back. */
  readonly changes: boolean;
}

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

/** The kill switch: what it has done, and whether the exchange has confirmed it. */
export type HaltState =
  | { readonly at: 'armed' }
  | {
      /**
       * `halting` until the exchange shows nothing open any more; opening orders are refused from the first moment.
       * `waiting` while there is no key to clear out with: it acts as soon as there is one.
       */
      readonly at: 'halting' | 'halted' | 'waiting';
      readonly sinceMs: number;
      readonly who: string;
      readonly closesPositions: boolean;
      readonly rounds: number;
      /** Cancel-alls that the exchange has taken, by symbol. */
      readonly canceled: readonly string[];
      /** Closing orders that the exchange has taken. */
      readonly closed: readonly {
        readonly symbol: string;
        readonly posSide: PosSide;
        readonly side: Side;
        readonly qty: string;
      }[];
      /** As last seen at the exchange; absent: not seen yet. */
      readonly openOrders?: number;
      readonly openPositions?: number;
      /** What went wrong on the way, the latest last. */
      readonly problems: readonly string[];
      /** When the exchange was seen to hold nothing that was to go. */
      readonly verifiedAtMs?: number;
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
