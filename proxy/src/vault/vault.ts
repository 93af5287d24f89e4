/** The keys at rest: listed, saved, opened, given another passphrase, erased. Runs in the signer alone. */
import type { Environment } from '#contract/vocabulary.ts';
import {
  ACCOUNT_NAME,
  checkPassphrase,
  decryptKey,
  encryptKey,
  type KeyFile,
  type KeyFileHeader,
  type KeyMaterial,
  parseKeyFile,
  writeKeyFile,
} from './key-file.ts';
import { openKeyFolder } from './key-folder.ts';
import { createTurn, type Turn } from './turn.ts';
import { VaultError } from './vault-error.ts';

/** Names one account at rest, and says for which exchange it is wanted. */
export interface VaultRef {
  readonly environment: Environment;
  readonly name: string;
  readonly host: string;
}

export interface VaultEntry extends Pick<KeyFileHeader, 'environment' | 'name'> {
  /** undefined: the file is damaged. */
  readonly header?: KeyFileHeader;
}

export interface Vault {
  list(): VaultEntry[];
  /** Never over an account that is there. Zeroes the passphrase. */
  save(ref: VaultRef, material: KeyMaterial, passphrase: Buffer): Promise<void>;
  /** Zeroes the passphrase. */
  open(ref: VaultRef, passphrase: Buffer): Promise<KeyMaterial>;
  /** Zeroes both. */
  changePassphrase(ref: VaultRef, old: Buffer, next: Buffer): Promise<void>;
  erase(ref: Pick<VaultRef, 'environment' | 'name'>): void;
}

/** In the data folder. */
export const VAULT_FOLDER = 'keys';

const KEY_ENDING_CHARS = 4;

const idOf = ({ environment, name }: Pick<VaultRef, 'environment' | 'name'>): string => {
  if (!ACCOUNT_NAME.test(name)) {
    throw new VaultError('BAD_NAME', 'A name has up to 32 letters, digits, hyphens and underscores.');
  }
  return `${environment}.${name}`;
};

export function openVault(folder: string, inTurn: Turn = createTurn()): Vault {
  const files = openKeyFolder(folder);
  const readFor = (ref: VaultRef): KeyFile => {
    const bytes = files.read(idOf(ref));
    if (bytes === undefined) throw new VaultError('NO_SUCH_ACCOUNT', 'There is no such account.');
    const file = parseKeyFile(bytes);
    // A file put in another's place says so itself; one that lies about it cannot be decrypted.
    if (file.environment !== ref.environment || file.name !== ref.name || file.host !== ref.host) {
      throw new VaultError(
        'FOREIGN_KEY',
        `This key was saved for ${file.environment} at ${file.host}, and is used for nothing else.`,
      );
    }
    return file;
  };

  return {
    list() {
      return files.list().flatMap((id): VaultEntry[] => {
        const dot = id.indexOf('.');
        const [environment, name] = [id.slice(0, dot) as Environment, id.slice(dot + 1)];
        const bytes = files.read(id);
        if (bytes === undefined) return [];
        try {
          return [{ environment, name, header: parseKeyFile(bytes) }];
        } catch {
          return [{ environment, name }];
        }
      });
    },
    save: (ref, material, passphrase) =>
      inTurn(async () => {
        try {
          const id = idOf(ref);
          checkPassphrase(passphrase);
          const keyEnding = material.apiKey.subarray(-KEY_ENDING_CHARS).toString('latin1');
          const header = { name: ref.name, environment: ref.environment, host: ref.host, keyEnding };
          files.write(id, writeKeyFile(await encryptKey(header, material, passphrase)), true);
        } finally {
          passphrase.fill(0);
        }
      }),
    open: (ref, passphrase) =>
      inTurn(() => decryptKey(readFor(ref), passphrase)).finally(() => passphrase.fill(0)),
    changePassphrase: (ref, old, next) =>
      inTurn(async () => {
        try {
          const file = readFor(ref);
          checkPassphrase(next);
          const material = await decryptKey(file, old);
          const replaced = await encryptKey(file, material, next);
          material.secret.fill(0);
          files.write(idOf(ref), writeKeyFile(replaced), false);
        } finally {
          old.fill(0);
          next.fill(0);
        }
      }),
    erase: (ref) => files.erase(idOf(ref)),
  };
}
