/**
 * Who sent a request, and whether it is signed: HMAC-SHA256 hex over what was sent, byte for byte. Two conventions
 * for the secret live side by side (its characters as they are, and base64url-decoded): either is accepted.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AccountID } from '../commands.ts';

export interface ApiKey {
  readonly apiKey: string;
  readonly secret: string;
  readonly account: AccountID;
}

export interface KeyRing {
  readonly find: (apiKey: string) => SigningKey | undefined;
}

export interface SigningKey {
  readonly apiKey: string;
  readonly account: AccountID;
  readonly isSignature: (signed: string, signature: string) => boolean;
}

/** Hex of SHA-256. */
const SIGNATURE = /^[0-9a-f]{64}$/;

function signingKey({ apiKey, secret, account }: ApiKey): SigningKey {
  const keys = [Buffer.from(secret, 'utf8'), Buffer.from(secret, 'base64url')];
  return {
    apiKey,
    account,
    isSignature(signed, signature) {
      if (!SIGNATURE.test(signature)) return false;
      const given = Buffer.from(signature, 'hex');
      return keys.some((key) => timingSafeEqual(createHmac('sha256', key).update(signed).digest(), given));
    },
  };
}

export function createKeyRing(keys: readonly ApiKey[]): KeyRing {
  const byKey = new Map(keys.map((key) => [key.apiKey, signingKey(key)]));
  return { find: (apiKey) => byKey.get(apiKey) };
}
