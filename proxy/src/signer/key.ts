/** An API key that can sign and do nothing else: its secret cannot be read back, printed, logged or serialised. */
import { createHmac, createSecretKey } from 'node:crypto';
import { inspect } from 'node:util';

export interface SigningKey {
  readonly apiKey: string;
  hmacSha256Hex(text: string): string;
}

const PRINTED = '[key]';

/** Zeroes `secret`. */
export function createSigningKey(apiKey: string, secret: Uint8Array): SigningKey {
  const key = createSecretKey(secret);
  secret.fill(0);
  const signing: SigningKey = {
    apiKey,
    hmacSha256Hex: (signed) => createHmac('sha256', key).update(signed, 'utf8').digest('hex'),
  };
  return Object.freeze(
    Object.assign(signing, {
      toJSON: () => PRINTED,
      toString: () => PRINTED,
      [inspect.custom]: () => PRINTED,
    }),
  );
}
