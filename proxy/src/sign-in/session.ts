/**
 * Who is signed in. A session has two halves, since cookies ignore ports: a cookie and a header token that only our
 * origin can read. Only SHA-256 hashes are kept. A sign-in token works once, for ten minutes.
 */
import { timingSafeEqual } from 'node:crypto';
import type { SessionSummary } from '#contract/sign-in.ts';
import { type Moment, momentNow, passedSinceMs, type Time } from '../time.ts';
import { hashOf, newToken } from '../token.ts';
import { createFailureWindow } from './failure-window.ts';
import { createSignInTokens } from './sign-in-tokens.ts';

export interface SessionLimits {
  readonly signInTokenMs: number;
  readonly idleMs: number;
  readonly absoluteMs: number;
}

export const SESSION_LIMITS: SessionLimits = {
  signInTokenMs: 10 * 60_000,
  idleMs: 30 * 60_000,
  absoluteMs: 12 * 3_600_000,
};
const SESSIONS_MAX = 8;
const HANDLE_CHARS = 12;
/** How often ended sessions are looked for: their sockets close within this. */
const SWEEP_MS = 1000;

/** A live session as the rest of the proxy knows it: an object to hold on to, nothing to read. */
export interface Session {
  /** A right one counts as use. */
  isToken(headerToken: string): boolean;
  /** Runs when the session ends; the answer forgets it. While anything is attached, the session is not idle. */
  attach(onEnd: (reason: string) => void): () => void;
}

interface SessionRecord extends Session {
  readonly idHash: string;
  readonly handle: string;
  readonly browser: string;
  readonly openedAt: Moment;
  usedAt: Moment;
  isEnded: boolean;
  readonly attached: Set<(reason: string) => void>;
}

export type SignIn =
  | { readonly ok: true; readonly sessionId: string; readonly headerToken: string }
  | { readonly ok: false; readonly retryAfterSec?: number };

export interface Sessions {
  issueSignInToken(): string;
  /** `previousId` is the session the browser brought along, which ends; `browser` is what it calls itself. */
  signIn(token: string, previousId: string | undefined, browser?: string): SignIn;
  /** Whether it is right; it is used up then. */
  spendToken(token: string): boolean;
  /** By something else than a token alone; wrong tries count like wrong tokens. */
  signInBy(check: () => Promise<boolean>, previousId: string | undefined, browser?: string): Promise<SignIn>;
  find(sessionId: string): Session | undefined;
  end(sessionId: string, reason: string): void;
  /** The newest first. */
  list(thisId: string | undefined): SessionSummary[];
  /** The one of that handle, or all but this one; how many have ended. */
  endOf(which: { readonly handle: string } | { readonly allBut: string | undefined }, reason: string): number;
  close(reason: string): void;
}

export function createSessions(time: Time, limits: SessionLimits = SESSION_LIMITS): Sessions {
  const sessions = new Map<string, SessionRecord>();
  const failures = createFailureWindow(time);
  const signInTokens = createSignInTokens(time, limits.signInTokenMs, failures);

  const endRecord = (record: SessionRecord, reason: string) => {
    sessions.delete(record.idHash);
    record.isEnded = true;
    for (const onEnd of [...record.attached]) onEnd(reason);
  };
  const end = (sessionId: string, reason: string) => {
    const record = sessions.get(hashOf(sessionId).toString('hex'));
    if (record !== undefined) endRecord(record, reason);
  };
  const expiryOf = (record: SessionRecord): string | undefined => {
    if (record.attached.size > 0) record.usedAt = momentNow(time);
    if (passedSinceMs(record.openedAt, time) >= limits.absoluteMs)
      return 'The session is over: sign in again.';
    if (passedSinceMs(record.usedAt, time) >= limits.idleMs) return 'The session was idle for too long.';
    return undefined;
  };
  const stopSweeping = time.every(SWEEP_MS, () => {
    for (const record of [...sessions.values()]) {
      const reason = expiryOf(record);
      if (reason !== undefined) endRecord(record, reason);
    }
  });
  const makeRoom = () => {
    if (sessions.size < SESSIONS_MAX) return;
    const [oldest] = [...sessions.values()].sort((a, b) => a.usedAt.monoMs - b.usedAt.monoMs);
    if (oldest !== undefined) endRecord(oldest, 'Too many sessions: the one unused for longest has ended.');
  };

  const open = (previousId: string | undefined, browser: string): SignIn => {
    if (previousId !== undefined) end(previousId, 'Signed in again in this browser.');
    makeRoom();
    const sessionId = newToken();
    const headerToken = newToken();
    const record = createRecord({ sessionId, headerToken, browser }, time);
    sessions.set(record.idHash, record);
    return { ok: true, sessionId, headerToken };
  };

  return {
    issueSignInToken: signInTokens.issue,
    spendToken: (token) => signInTokens.spend(token).ok,
    signIn(token, previousId, browser = 'A browser') {
      const spent = signInTokens.spend(token);
      return spent.ok ? open(previousId, browser) : spent;
    },
    async signInBy(check, previousId, browser = 'A browser') {
      const retryAfterSec = failures.closedForSec();
      if (retryAfterSec !== undefined) return { ok: false, retryAfterSec };
      // Counted before it is checked, so that many at once are no more tries.
      const forgive = failures.failed();
      if (!(await check())) return { ok: false };
      forgive();
      return open(previousId, browser);
    },
    find(sessionId) {
      const record = sessions.get(hashOf(sessionId).toString('hex'));
      if (record === undefined) return undefined;
      const reason = expiryOf(record);
      if (reason === undefined) return record;
      endRecord(record, reason);
      return undefined;
    },
    end,
    list: (thisId) =>
      [...sessions.values()]
        .sort((a, b) => b.openedAt.monoMs - a.openedAt.monoMs)
        .map((record) => summaryOf(record, record.idHash === hashIn(thisId))),
    endOf(which, reason) {
      const chosen = [...sessions.values()].filter((record) =>
        'handle' in which ? record.handle === which.handle : record.idHash !== hashIn(which.allBut),
      );
      for (const record of chosen) endRecord(record, reason);
      return chosen.length;
    },
    close(reason) {
      stopSweeping();
      for (const record of [...sessions.values()]) endRecord(record, reason);
    },
  };
}

const hashIn = (sessionId: string | undefined): string | undefined =>
  sessionId === undefined ? undefined : hashOf(sessionId).toString('hex');

const summaryOf = (record: SessionRecord, isThis: boolean): SessionSummary => ({
  handle: record.handle,
  browser: record.browser,
  openedAtMs: record.openedAt.wallMs,
  usedAtMs: record.usedAt.wallMs,
  pages: record.attached.size,
  isThis,
});

interface NewSession {
  readonly sessionId: string;
  readonly headerToken: string;
  readonly browser: string;
}

function createRecord({ sessionId, headerToken, browser }: NewSession, time: Time): SessionRecord {
  const tokenHash = hashOf(headerToken);
  const attached = new Set<(reason: string) => void>();
  const record: SessionRecord = {
    idHash: hashOf(sessionId).toString('hex'),
    handle: newToken().slice(0, HANDLE_CHARS),
    browser,
    openedAt: momentNow(time),
    usedAt: momentNow(time),
    isEnded: false,
    attached,
    isToken(given) {
      if (record.isEnded || !timingSafeEqual(hashOf(given), tokenHash)) return false;
      record.usedAt = momentNow(time);
      return true;
    },
    attach(onEnd) {
      attached.add(onEnd);
      return () => attached.delete(onEnd);
    },
  };
  return record;
}
