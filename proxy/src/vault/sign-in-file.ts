/**
 * The passphrase that signs a browser in without the terminal's link: its scrypt hash, in a file of the owner's alone.
 * Runs in the signer, like all that sees a passphrase.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { checkPassphrase, deriveKey, KDF_COST } from './key-file.ts';
import { openKeyFolder } from './key-folder.ts';
import type { Turn } from './turn.ts';
import { VaultError } from './vault-error.ts';

const ID = 'sign-in';
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export interface SignInFile {
  isSet(): boolean;
  /** Zeroes the passphrase. */
  set(passphrase: Buffer): Promise<void>;
  clear(): void;
  /** Zeroes the passphrase; false too where none is set. */
  check(passphrase: Buffer): Promise<boolean>;
}

export function openSignInFile(folder: string, inTurn: Turn): SignInFile {
  const files = openKeyFolder(folder, '.hash');
  const read = (): { salt: Buffer; hash: Buffer } | undefined => {
    const bytes = files.read(ID);
    if (bytes === undefined) return undefined;
    const [version, salt = '', hash = ''] = bytes.toString('utf8').trim().split(' ');
    const file = { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64') };
    if (version !== '1' || file.salt.length !== SALT_BYTES || file.hash.length !== HASH_BYTES) {
      throw new VaultError('DAMAGED', 'The file of the sign-in passphrase is damaged: set it again.');
    }
    return file;
  };
  const derive = (passphrase: Buffer, salt: Buffer) =>
    inTurn(() => deriveKey(passphrase, { ...KDF_COST, salt }));

  return {
    isSet: () => files.list().includes(ID),
    async set(passphrase) {
      try {
        checkPassphrase(passphrase);
        const salt = randomBytes(SALT_BYTES);
        const hash = await derive(passphrase, salt);
        files.write(ID, `1 ${salt.toString('base64')} ${hash.toString('base64')}\n`, false);
      } finally {
        passphrase.fill(0);
      }
    },
    clear: () => files.erase(ID),
    async check(passphrase) {
      try {
        const file = read();
        return file !== undefined && timingSafeEqual(await derive(passphrase, file.salt), file.hash);
      } finally {
        passphrase.fill(0);
      }
    },
  };
}
