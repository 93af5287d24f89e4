/** The tokens of the printed links: each signs in once, within its time. Only hashes are kept. */

import { type Moment, momentNow, passedSinceMs, type Time } from '../time.ts';
import { hashOf, newToken } from '../token.ts';
import type { FailureWindow } from './failure-window.ts';

/** Printed links and the one that opened the browser; the oldest ends when there are more. */
const TOKENS_MAX = 4;

export interface SignInTokens {
  issue(): string;
  spend(token: string): { readonly ok: true } | { readonly ok: false; readonly retryAfterSec?: number };
}

export function createSignInTokens(time: Time, validMs: number, failures: FailureWindow): SignInTokens {
  /** When they were issued, by the token's hash; oldest first. */
  const issued = new Map<string, Moment>();
  return {
    issue() {
      const token = newToken();
      const [oldest] = issued.keys();
      if (issued.size >= TOKENS_MAX && oldest !== undefined) issued.delete(oldest);
      issued.set(hashOf(token).toString('hex'), momentNow(time));
      return token;
    },
    spend(token) {
      const retryAfterSec = failures.closedForSec();
      if (retryAfterSec !== undefined) return { ok: false, retryAfterSec };
      const hash = hashOf(token).toString('hex');
      const issuedAt = issued.get(hash);
      issued.delete(hash);
      if (issuedAt !== undefined && passedSinceMs(issuedAt, time) < validMs) return { ok: true };
      failures.failed();
      return { ok: false };
    },
  };
}
