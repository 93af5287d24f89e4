/** A secret that can sign and do nothing else: its text cannot be read back, printed, logged or serialised. */
import { createHmac, createSecretKey } from 'node:crypto';
import { inspect } from 'node:util';

export interface Secret {
  hmacSha256Hex(text: string): string;
  toString(): string;
  toJSON(): string;
}

const PRINTED = '[secret]';

export function createSecret(text: string): Secret {
  const bytes = Buffer.from(text, 'utf8');
  const key = createSecretKey(bytes);
  bytes.fill(0);
  const secret: Secret = {
    hmacSha256Hex: (signed) => createHmac('sha256', key).update(signed, 'utf8').digest('hex'),
    toString: () => PRINTED,
    toJSON: () => PRINTED,
  };
  return Object.freeze(Object.assign(secret, { [inspect.custom]: () => PRINTED }));
}
