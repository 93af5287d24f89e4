/**
 * Who sent a request, and whether it is signed: HMAC-SHA256 hex over what was sent, byte for byte. Two conventions
 * for the secret live side by side (its characters as they are, and base64url-decoded): either is accepted.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { AccountID } from '../commands.ts';

export interface ApiKey {
  /** The account's name. */
  readonly name: string;
  readonly apiKey: string;
  readonly secret: string;
  readonly account: AccountID;
}

export interface KeyRing {
  readonly find: (apiKey: string) => SigningKey | undefined;
  readonly nameOf: (account: AccountID) => string | undefined;
}

export interface SigningKey {
  readonly name: string;
  readonly apiKey: string;
  readonly account: AccountID;
  readonly isSignature: (signed: string, signature: string) => boolean;
}

/** Hex of SHA-256. */
const SIGNATURE = /^[0-9a-f]{64}$/;

function signingKey({ name, apiKey, secret, account }: ApiKey): SigningKey {
  const keys = [Buffer.from(secret, 'utf8'), Buffer.from(secret, 'base64url')];
  return {
    name,
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
  const names = new Map(keys.map(({ account, name }) => [account, name]));
  return { find: (apiKey) => byKey.get(apiKey), nameOf: (account) => names.get(account) };
}
