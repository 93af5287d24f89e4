/** The tokens of the printed links: each signs in once, within its time. Only hashes are kept. */

import type { Time } from '../time.ts';
import { hashOf, newToken } from '../token.ts';
import type { FailureWindow } from './failure-window.ts';

/** Printed links and the one that opened the browser; the oldest ends when there are more. */
const TOKENS_MAX = 4;

export interface SignInTokens {
  issue(): string;
  spend(token: string): { readonly ok: true } | { readonly ok: false; readonly retryAfterSec?: number };
}

export function createSignInTokens(time: Time, validMs: number, failures: FailureWindow): SignInTokens {
  /** Expiry by the token's hash; oldest first. */
  const expiries = new Map<string, number>();
  return {
    issue() {
      const token = newToken();
      const [oldest] = expiries.keys();
      if (expiries.size >= TOKENS_MAX && oldest !== undefined) expiries.delete(oldest);
      expiries.set(hashOf(token).toString('hex'), time.nowMs() + validMs);
      return token;
    },
    spend(token) {
      const retryAfterSec = failures.closedForSec();
      if (retryAfterSec !== undefined) return { ok: false, retryAfterSec };
      const hash = hashOf(token).toString('hex');
      const expiresAtMs = expiries.get(hash);
      expiries.delete(hash);
      if (expiresAtMs !== undefined && time.nowMs() < expiresAtMs) return { ok: true };
      failures.failed();
      return { ok: false };
    },
  };
}
