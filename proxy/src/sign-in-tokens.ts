/** The tokens of the printed links: each signs in once, within its time. Only hashes are kept. */
import type { Time } from './time.ts';
import { hashOf, newToken } from './token.ts';

/** Printed links and the one that opened the browser; the oldest ends when there are more. */
const TOKENS_MAX = 4;
/** Wrong tokens within the window, after which nobody is let in until it has passed. */
const FAILURES_MAX = 5;
const FAILURE_WINDOW_MS = 60_000;

export interface SignInTokens {
  issue(): string;
  spend(token: string): { readonly ok: true } | { readonly ok: false; readonly retryAfterSec?: number };
}

export function createSignInTokens(time: Time, validMs: number): SignInTokens {
  /** Expiry by the token's hash; oldest first. */
  const expiries = new Map<string, number>();
  let failures: number[] = [];
  return {
    issue() {
      const token = newToken();
      const [oldest] = expiries.keys();
      if (expiries.size >= TOKENS_MAX && oldest !== undefined) expiries.delete(oldest);
      expiries.set(hashOf(token).toString('hex'), time.nowMs() + validMs);
      return token;
    },
    spend(token) {
      const nowMs = time.nowMs();
      failures = failures.filter((atMs) => nowMs - atMs < FAILURE_WINDOW_MS);
      const [first] = failures;
      if (failures.length >= FAILURES_MAX && first !== undefined) {
        return { ok: false, retryAfterSec: Math.ceil((first + FAILURE_WINDOW_MS - nowMs) / 1000) };
      }
      const hash = hashOf(token).toString('hex');
      const expiresAtMs = expiries.get(hash);
      expiries.delete(hash);
      if (expiresAtMs !== undefined && nowMs < expiresAtMs) return { ok: true };
      failures.push(nowMs);
      return { ok: false };
    },
  };
}
