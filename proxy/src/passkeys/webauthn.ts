/**
 * WebAuthn's two checks, of a new passkey and of a sign-in with one. Attestation is not asked for, so that nothing has to
 * be decoded but the head of the authenticator data; the browser hands over the public key as SPKI. Why no library:
 * docs/decisions/015-passkeys-without-a-library.md.
 */
import { createHash, createPublicKey, type KeyObject, timingSafeEqual, verify } from 'node:crypto';

/** Where the page is, as the browser must have seen it. */
export interface RelyingParty {
  /** E.g. "https://deck.lan:8443". */
  readonly origin: string;
  /** E.g. "deck.lan". */
  readonly id: string;
}

export interface Credential {
  /** base64url */
  readonly id: string;
  /** SPKI, base64url. */
  readonly publicKey: string;
  /** How often it has signed, as it says itself; 0 where it does not count. */
  readonly counter: number;
}

/** What the page was given by the browser; all base64url. */
export interface Registration {
  readonly id: string;
  readonly clientData: string;
  readonly authenticatorData: string;
  readonly publicKey: string;
}
export interface Assertion {
  readonly id: string;
  readonly clientData: string;
  readonly authenticatorData: string;
  readonly signature: string;
}

export interface Expected {
  readonly challenge: string;
  readonly party: RelyingParty;
}

/** Somebody was there, and proved to the authenticator who it is. */
const PRESENT = 0x01;
const VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;
const [HASH_BYTES, COUNTER_AT, HEAD_BYTES, ID_LENGTH_AT, ID_AT] = [32, 33, 37, 53, 55];

const bytesOf = (text: string): Buffer => Buffer.from(text, 'base64url');
const sha256 = (data: string | Buffer): Buffer => createHash('sha256').update(data).digest();

function isClientDataRight(clientData: Buffer, type: string, { challenge, party }: Expected): boolean {
  let told: Record<string, unknown>;
  try {
    told = JSON.parse(clientData.toString('utf8')) as Record<string, unknown>;
  } catch {
    return false;
  }
  return (
    told.type === type &&
    told.challenge === challenge &&
    told.origin === party.origin &&
    told.crossOrigin !== true
  );
}

function isHeadRight(data: Buffer, { party }: Expected, flags: number): boolean {
  if (data.length < HEAD_BYTES) return false;
  const isForUs = timingSafeEqual(data.subarray(0, HASH_BYTES), sha256(party.id));
  return isForUs && ((data[HASH_BYTES] ?? 0) & flags) === flags;
}

/** P-256, RSA of 2,048 bits or more, Ed25519: what browsers make when asked for -7, -257 and -8. */
function readKey(publicKey: string): KeyObject | undefined {
  try {
    const key = createPublicKey({ key: bytesOf(publicKey), format: 'der', type: 'spki' });
    const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {};
    const isKnown =
      (key.asymmetricKeyType === 'ec' && namedCurve === 'prime256v1') ||
      (key.asymmetricKeyType === 'rsa' && modulusLength >= 2048) ||
      key.asymmetricKeyType === 'ed25519';
    return isKnown ? key : undefined;
  } catch {
    return undefined;
  }
}

/** undefined: it is not what was asked for. */
export function checkRegistration(given: Registration, expected: Expected): Credential | undefined {
  const data = bytesOf(given.authenticatorData);
  if (!isClientDataRight(bytesOf(given.clientData), 'webauthn.create', expected)) return undefined;
  if (!isHeadRight(data, expected, PRESENT | VERIFIED | HAS_CREDENTIAL)) return undefined;
  if (data.length < ID_AT) return undefined;
  const id = data.subarray(ID_AT, ID_AT + data.readUInt16BE(ID_LENGTH_AT));
  if (id.length === 0 || !id.equals(bytesOf(given.id)) || readKey(given.publicKey) === undefined) {
    return undefined;
  }
  return { id: given.id, publicKey: given.publicKey, counter: data.readUInt32BE(COUNTER_AT) };
}

/** The credential as it is after this; undefined: it does not sign in. */
export function checkAssertion(
  given: Assertion,
  credential: Credential,
  expected: Expected,
): Credential | undefined {
  const data = bytesOf(given.authenticatorData);
  const clientData = bytesOf(given.clientData);
  if (given.id !== credential.id) return undefined;
  if (!isClientDataRight(clientData, 'webauthn.get', expected)) return undefined;
  if (!isHeadRight(data, expected, PRESENT | VERIFIED)) return undefined;
  const counter = data.readUInt32BE(COUNTER_AT);
  // One that counts and has not risen may be a copy.
  if ((counter > 0 || credential.counter > 0) && counter <= credential.counter) return undefined;
  const key = readKey(credential.publicKey);
  if (key === undefined) return undefined;
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  const signed = Buffer.concat([data, sha256(clientData)]);
  return verify(digest, signed, key, bytesOf(given.signature)) ? { ...credential, counter } : undefined;
}
