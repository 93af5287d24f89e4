/**
 * What a request says of its own signature, as the exchange's clients say it: who signs, until when, and what. Nothing
 * of it is believed before the signer has verified it. No browser can send such a request: it would bring its Origin.
 */
import { SIGNING_HEADERS, signatureText, socketSignatureText } from '#contract/wire/signature.ts';
import { type Refusal, refusal } from '../door/errors.ts';
import type { Head } from '../door/gate.ts';

/** Seconds since the epoch. */
export interface Claim {
  readonly keyID: string;
  readonly expirySec: number;
  /** Of 64 hexadecimal digits. */
  readonly signature: string;
  /** What it should sign, once the body is there. */
  textOf(body: string): string;
}

const EXPIRY = /^\d{10}$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
/** What browsers add by themselves. Node's own fetch sends `sec-fetch-mode`, which therefore proves nothing alone. */
const BROWSER_HEADERS = ['origin', 'cookie', 'sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-user'];

export const isSigned = (head: Head): boolean => head.header(SIGNING_HEADERS.key) !== '';
export const isOfBrowser = (head: Head): boolean => BROWSER_HEADERS.some((name) => head.header(name) !== '');

/** How far ahead an expiry may lie, and how far this clock and the exchange's may be apart to be both believed. */
const AHEAD_MAX_MS = 300_000;

/** A bot goes by its machine's clock or by the exchange's. */
export function isInTime({ expirySec }: Claim, ownMs: number, exchangeMs: number): boolean {
  const clocks = Math.abs(exchangeMs - ownMs) < AHEAD_MAX_MS ? [ownMs, exchangeMs] : [ownMs];
  const expiryMs = expirySec * 1000;
  return clocks.some((nowMs) => expiryMs > nowMs && expiryMs <= nowMs + AHEAD_MAX_MS);
}

const BAD_SIGNATURE = refusal('WRONG_SIGNATURE');

/** `prefix` stands before the exchange's own path, and is not signed. */
export function readClaim(head: Head, prefix: string): Claim | Refusal {
  const expiry = head.header(SIGNING_HEADERS.expiry);
  const signature = head.header(SIGNING_HEADERS.signature);
  if (!EXPIRY.test(expiry) || !SIGNATURE.test(signature)) return BAD_SIGNATURE;
  const [target = '', ...rest] = head.target.slice(prefix.length).split('?');
  const query = rest.join('?');
  const expirySec = Number(expiry);
  return {
    keyID: head.header(SIGNING_HEADERS.key),
    expirySec,
    signature,
    textOf: (body) => signatureText({ path: target, query, expirySec, body }),
  };
}

/** Of `user.auth` on a socket: ["API", key, signature, expiry]. */
export function readSocketClaim(params: readonly unknown[]): Claim | Refusal {
  const [kind, keyID, signature, expirySec] = params;
  if (kind !== 'API' || typeof keyID !== 'string' || typeof signature !== 'string') return BAD_SIGNATURE;
  if (typeof expirySec !== 'number' || !EXPIRY.test(String(expirySec))) return BAD_SIGNATURE;
  if (!SIGNATURE.test(signature)) return BAD_SIGNATURE;
  return { keyID, expirySec, signature, textOf: () => socketSignatureText(keyID, expirySec) };
}
