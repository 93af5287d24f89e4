/**
 * Text sealed so that only the signer can open it: the page and `npm run connect` seal, the proxy in between passes on
 * what it cannot read. P-256 key agreement, HKDF-SHA256, AES-256-GCM; the purpose is authenticated, so that a box made
 * for one call cannot be used in another.
 */
import type { Environment } from './vocabulary.ts';

export type SealPurpose =
  /** Of this environment alone: the proxy in between must not pass a key for real money off as one for play money. */
  `key of ${Environment}` | 'passphrase' | 'passphrase-change' | 'sign-in' | 'sign-in-change';

const IV_BYTES = 12;
const INFO = 'perpdeck sealed v1';

/** Each field as two bytes of length and its UTF-8. */
function packFields(fields: readonly string[]): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const parts = fields.map((field) => encoder.encode(field.normalize('NFC')));
  const packed = new Uint8Array(parts.reduce((sum, part) => sum + 2 + part.length, 0));
  let at = 0;
  for (const part of parts) {
    packed[at] = part.length >> 8;
    packed[at + 1] = part.length & 0xff;
    packed.set(part, at + 2);
    at += 2 + part.length;
    part.fill(0);
  }
  return packed;
}

/** `sealTo` is the signer's raw public key. The box: our own public key (65 bytes), the nonce (12), the rest. */
export async function seal(
  sealTo: Uint8Array<ArrayBuffer>,
  purpose: SealPurpose,
  fields: readonly string[],
): Promise<Uint8Array> {
  const { subtle } = crypto;
  const curve = { name: 'ECDH', namedCurve: 'P-256' };
  const theirs = await subtle.importKey('raw', sealTo, curve, false, []);
  const own = await subtle.generateKey(curve, false, ['deriveBits']);
  const ownPublic = new Uint8Array(await subtle.exportKey('raw', own.publicKey));
  const shared = await subtle.deriveBits({ name: 'ECDH', public: theirs }, own.privateKey, 256);
  const material = await subtle.importKey('raw', shared, 'HKDF', false, ['deriveKey']);
  const key = await subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: ownPublic, info: new TextEncoder().encode(INFO) },
    material,
    { name: 'AES-GCM', length: 256 },
    false,
    ['encrypt'],
  );
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const packed = packFields(fields);
  const additionalData = new TextEncoder().encode(purpose);
  const sealed = new Uint8Array(await subtle.encrypt({ name: 'AES-GCM', iv, additionalData }, key, packed));
  packed.fill(0);
  const box = new Uint8Array(ownPublic.length + iv.length + sealed.length);
  box.set(ownPublic, 0);
  box.set(iv, ownPublic.length);
  box.set(sealed, ownPublic.length + iv.length);
  return box;
}
