/**
 * An API key that can sign, for the exchange or as one of its gateway keys, and do nothing else: its secret cannot be
 * read back, printed, logged or serialised.
 */
import { createHmac, createSecretKey, hkdfSync, timingSafeEqual } from 'node:crypto';
import { inspect } from 'node:util';

export interface SigningKey {
  readonly apiKey: string;
  hmacSha256Hex(text: string): string;
  /**
   * The secret of a gateway key, made of this key's own secret and the words of its terms: with other terms it is
   * another, and it is nowhere kept.
   */
  gatewaySecret(terms: string): string;
  /** Whether that secret has signed the text: as the characters it consists of, or decoded from base64url. */
  isSignedByGateway(terms: string, text: string, signature: string): boolean;
}

const PRINTED = '[key]';
const GATEWAY_USE = 'perpdeck gateway keys 1';
const DIGEST_BYTES = 32;

const hmac = (key: Parameters<typeof createHmac>[1], text: string): Buffer =>
  createHmac('sha256', key).update(text, 'utf8').digest();

/** Zeroes `secret`, and `gatewayRoot`: what gateway secrets are made of where the secret itself does not last. */
export function createSigningKey(
  apiKey: string,
  secret: Uint8Array,
  gatewayRoot: Uint8Array = secret,
): SigningKey {
  const key = createSecretKey(secret);
  const root = createSecretKey(
    new Uint8Array(hkdfSync('sha256', gatewayRoot, new Uint8Array(), GATEWAY_USE, DIGEST_BYTES)),
  );
  gatewayRoot.fill(0);
  secret.fill(0);
  const gatewaySecret = (terms: string) => hmac(root, terms).toString('base64url');
  const signing: SigningKey = {
    apiKey,
    hmacSha256Hex: (signed) => hmac(key, signed).toString('hex'),
    gatewaySecret,
    isSignedByGateway(terms, text, signature) {
      const given = Buffer.from(signature, 'hex');
      if (given.length !== DIGEST_BYTES) return false;
      const gateway = gatewaySecret(terms);
      const [asText, asBytes] = [Buffer.from(gateway), Buffer.from(gateway, 'base64url')].map((one) =>
        timingSafeEqual(hmac(one, text), given),
      );
      return asText === true || asBytes === true;
    },
  };
  return Object.freeze(
    Object.assign(signing, {
      toJSON: () => PRINTED,
      toString: () => PRINTED,
      [inspect.custom]: () => PRINTED,
    }),
  );
}
