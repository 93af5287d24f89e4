/** Signs for one API key as the exchange documents it: HMAC-SHA256 over exactly the bytes that are sent. */
import {
  SIGNING_HEADERS,
  type SignedParts,
  signatureText,
  socketSignatureText,
} from '#contract/wire/signature.ts';
import { userAuthFrame } from '#contract/wire/stream-requests.ts';
import type { Secret } from './secret.ts';

export interface Signer {
  headers(parts: SignedParts): Record<string, string>;
  /** The `user.auth` frame of a socket; `expirySec` may lie at most two minutes ahead. */
  authFrame(id: number, expirySec: number): string;
  /** An answer without the API key and the request's signature, should the exchange repeat them. */
  scrub(answer: string, signedHeaders: Readonly<Record<string, string>>): string;
}

export function createSigner(apiKey: string, secret: Secret): Signer {
  return {
    headers: (parts) => ({
      [SIGNING_HEADERS.key]: apiKey,
      [SIGNING_HEADERS.expiry]: String(parts.expirySec),
      [SIGNING_HEADERS.signature]: secret.hmacSha256Hex(signatureText(parts)),
    }),
    authFrame: (id, expirySec) =>
      userAuthFrame(id, apiKey, secret.hmacSha256Hex(socketSignatureText(apiKey, expirySec)), expirySec),
    scrub: (answer, { [SIGNING_HEADERS.signature]: signature }) => {
      const withoutKey = answer.replaceAll(apiKey, '[key]');
      return signature === undefined ? withoutKey : withoutKey.replaceAll(signature, '[signature]');
    },
  };
}
