/**
 * One API key as it rests: scrypt makes a key of the passphrase, AES-256-GCM encrypts, and everything else in the file
 * (environment, host, version, parameters) is authenticated with it. Secrets are bytes here, never text.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { ENVIRONMENTS, type Environment } from '#contract/vocabulary.ts';
import { VaultError } from './vault-error.ts';

/** What the file says of itself, in the clear. */
export interface KeyFileHeader {
  readonly name: string;
  readonly environment: Environment;
  /** Origin of the exchange that the key is for. */
  readonly host: string;
  /** The last four characters of the API key. */
  readonly keyEnding: string;
}

interface KdfParameters {
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
}

export interface KeyFile extends KeyFileHeader {
  readonly kdf: KdfParameters;
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
}

export interface KeyMaterial {
  readonly apiKey: Buffer;
  readonly secret: Buffer;
}

const VERSION = 1;
/** 128 MiB and about half a second: OWASP's minimum for scrypt. */
export const KDF_COST = { N: 2 ** 17, r: 8, p: 1 } as const;
/** What a file may ask of us: more would be a way to make us run out of memory. */
const N_MIN = 2 ** 15;
const N_MAX = 2 ** 20;
const KEY_BYTES = 32;
const SALT_BYTES = 16;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHERTEXT_BYTES_MAX = 2 * 1024;
export const KEY_FILE_BYTES_MAX = 8 * 1024;

export const ACCOUNT_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/;
const HOST = /^https?:\/\/[\x21-\x7e]{1,200}$/;
const KEY_ENDING = /^[\x21-\x7e]{0,4}$/;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

const damaged = () =>
  new VaultError(
    'DAMAGED',
    'The key file is damaged or was made by another version; it was left as it is. Disconnect the account and connect it again.',
  );

function bytesField(value: unknown, length?: number): Buffer {
  if (typeof value !== 'string' || !BASE64.test(value)) throw damaged();
  const bytes = Buffer.from(value, 'base64');
  if (length !== undefined && bytes.length !== length) throw damaged();
  return bytes;
}

function textField(value: unknown, pattern: RegExp): string {
  if (typeof value !== 'string' || !pattern.test(value)) throw damaged();
  return value;
}

/** Everything is bounded here, before anything is allocated for it. @throws VaultError */
export function parseKeyFile(bytes: Buffer): KeyFile {
  let file: Record<string, unknown>;
  try {
    file = JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch {
    throw damaged();
  }
  if (typeof file !== 'object' || file === null || file.v !== VERSION) throw damaged();
  const kdf = file.kdf as Record<string, unknown> | null;
  if (typeof kdf !== 'object' || kdf === null || kdf.name !== 'scrypt') throw damaged();
  const { N, r, p } = kdf;
  const isBounded =
    typeof N === 'number' &&
    N >= N_MIN &&
    N <= N_MAX &&
    Number.isInteger(Math.log2(N)) &&
    r === KDF_COST.r &&
    p === KDF_COST.p;
  if (!isBounded) throw damaged();
  const ciphertext = bytesField(file.ciphertext);
  if (ciphertext.length <= TAG_BYTES || ciphertext.length > CIPHERTEXT_BYTES_MAX) throw damaged();
  const environment = ENVIRONMENTS.find((one) => one === file.environment);
  if (environment === undefined) throw damaged();
  return {
    name: textField(file.name, ACCOUNT_NAME),
    environment,
    host: textField(file.host, HOST),
    keyEnding: textField(file.keyEnding, KEY_ENDING),
    kdf: { N, r: KDF_COST.r, p: KDF_COST.p, salt: bytesField(kdf.salt, SALT_BYTES) },
    nonce: bytesField(file.nonce, NONCE_BYTES),
    ciphertext,
  };
}

/** The file without its ciphertext, one way to write it: this is what is authenticated. */
const headerOf = ({ name, environment, host, keyEnding, kdf, nonce }: Omit<KeyFile, 'ciphertext'>) => ({
  v: VERSION,
  name,
  environment,
  host,
  keyEnding,
  kdf: { name: 'scrypt', N: kdf.N, r: kdf.r, p: kdf.p, salt: kdf.salt.toString('base64') },
  nonce: nonce.toString('base64'),
});

const authenticated = (file: Omit<KeyFile, 'ciphertext'>) => Buffer.from(JSON.stringify(headerOf(file)));

export const writeKeyFile = (file: KeyFile): string =>
  `${JSON.stringify({ ...headerOf(file), ciphertext: file.ciphertext.toString('base64') }, null, 1)}\n`;

const PASSPHRASE_CHARS_MIN = 12;

/** Characters, not bytes; its text is never made. @throws VaultError */
export function checkPassphrase(utf8: Buffer): void {
  let characters = 0;
  for (const byte of utf8) if ((byte & 0xc0) !== 0x80) characters += 1;
  if (characters >= PASSPHRASE_CHARS_MIN) return;
  throw new VaultError(
    'WEAK_PASSPHRASE',
    `The passphrase must have at least ${PASSPHRASE_CHARS_MIN} characters.`,
  );
}

/** In the thread pool: signing goes on meanwhile. */
export function deriveKey(passphrase: Buffer, { N, r, p, salt }: KdfParameters): Promise<Buffer> {
  // Twice what the work needs: Node's own default refuses anything above 2^14.
  const maxmem = 2 * 128 * N * r;
  return new Promise((resolve, reject) => {
    scrypt(passphrase, salt, KEY_BYTES, { N, r, p, maxmem }, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

export async function encryptKey(
  header: KeyFileHeader,
  { apiKey, secret }: KeyMaterial,
  passphrase: Buffer,
): Promise<KeyFile> {
  const file = {
    ...header,
    kdf: { ...KDF_COST, salt: randomBytes(SALT_BYTES) },
    nonce: randomBytes(NONCE_BYTES),
  };
  const key = await deriveKey(passphrase, file.kdf);
  const plain = Buffer.concat([Buffer.from([apiKey.length >> 8, apiKey.length & 0xff]), apiKey, secret]);
  const closing = createCipheriv('aes-256-gcm', key, file.nonce);
  closing.setAAD(authenticated(file));
  const ciphertext = Buffer.concat([closing.update(plain), closing.final(), closing.getAuthTag()]);
  plain.fill(0);
  key.fill(0);
  return { ...file, ciphertext };
}

/** @throws VaultError: a wrong passphrase and a changed file look the same, and take as long. */
export async function decryptKey(file: KeyFile, passphrase: Buffer): Promise<KeyMaterial> {
  const key = await deriveKey(passphrase, file.kdf);
  const opening = createDecipheriv('aes-256-gcm', key, file.nonce);
  opening.setAAD(authenticated(file));
  opening.setAuthTag(file.ciphertext.subarray(-TAG_BYTES));
  try {
    const plain = Buffer.concat([opening.update(file.ciphertext.subarray(0, -TAG_BYTES)), opening.final()]);
    const split = 2 + plain.readUInt16BE(0);
    const material = {
      apiKey: Buffer.from(plain.subarray(2, split)),
      secret: Buffer.from(plain.subarray(split)),
    };
    plain.fill(0);
    return material;
  } catch {
    throw new VaultError('WRONG_PASSPHRASE', 'The passphrase is wrong, or the key file was changed.');
  } finally {
    key.fill(0);
  }
}
