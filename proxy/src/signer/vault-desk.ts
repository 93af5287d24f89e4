/**
 * The signer's dealings with keys at rest: what comes in is sealed, typed at a terminal or in a file of the owner's,
 * and is opened here, so that neither a secret nor a passphrase is ever text in the proxy's process.
 */
import type { SealPurpose } from '#contract/sealed.ts';
import type { Environment } from '#contract/vocabulary.ts';
import { readPrivately } from '../vault/key-folder.ts';
import { openSignInFile, type SignInFile } from '../vault/sign-in-file.ts';
import { createTurn } from '../vault/turn.ts';
import { openVault, type Vault, type VaultRef } from '../vault/vault.ts';
import { VaultError } from '../vault/vault-error.ts';
import { type Hidden, PROPOSED, type SignerCalls, SignerError, vaultAccount } from './protocol.ts';
import type { SealedBox } from './sealed-box.ts';

const PASSPHRASE_FILE_BYTES_MAX = 1024;
const SECRET_BYTES_MAX = 512;
const PASSPHRASE_BYTES_MAX = 1024;

type VaultCall =
  | 'accounts'
  | 'propose'
  | 'keep'
  | 'unlock'
  | 'changePassphrase'
  | 'erase'
  | 'hasSignIn'
  | 'setSignIn'
  | 'checkSignIn';
export type VaultCommand = {
  [K in VaultCall]: { readonly kind: K } & Readonly<SignerCalls[K]['in']>;
}[VaultCall];

export interface VaultDeskNeeds {
  /** undefined: this signer has no vault. */
  readonly folder: string | undefined;
  readonly box: SealedBox;
  /** Zeroes the secret. */
  hold(key: SignerCalls['hold']['in']): void;
  drop(account: string): void;
}

export interface VaultDesk {
  handle(command: VaultCommand): Promise<unknown>;
  /** Of the key that is tried, everything. */
  forgetProposed(): void;
}

interface KeyMaterial {
  readonly apiKey: Buffer;
  readonly secret: Buffer;
}

interface Proposed extends KeyMaterial {
  readonly environment: Environment;
}

/** @throws SignerError */
function triedFor({ environment }: VaultRef, proposed: Proposed | undefined): Proposed {
  if (proposed === undefined) throw new SignerError('NO_SUCH_KEY', 'No key was tried.');
  if (proposed.environment === environment) return proposed;
  throw new SignerError('MALFORMED', 'The key was tried for another environment.');
}

function materialOf(fields: readonly Buffer[]): KeyMaterial {
  const [apiKey = Buffer.alloc(0), secret = Buffer.alloc(0)] = fields.map(trimmed);
  if (secret.length > 0 && secret.length <= SECRET_BYTES_MAX) return { apiKey, secret };
  throw new SignerError('MALFORMED', 'The secret is empty or too long to be one.');
}

function passphraseIn([field = Buffer.alloc(0)]: readonly Buffer[]): Buffer {
  if (field.length <= PASSPHRASE_BYTES_MAX) return field;
  throw new SignerError('MALFORMED', 'The passphrase is too long.');
}

export function createVaultDesk({ folder, box, hold, drop }: VaultDeskNeeds): VaultDesk {
  const inTurn = createTurn();
  const vault: Vault | undefined = folder === undefined ? undefined : openVault(folder, inTurn);
  const signInFile = folder === undefined ? undefined : openSignInFile(folder, inTurn);
  let proposed: Proposed | undefined;

  const theVault = (): Vault => {
    if (vault === undefined) throw new SignerError('MALFORMED', 'There is no vault.');
    return vault;
  };
  const reveal = (hidden: Hidden, purpose: SealPurpose, count: number): Buffer[] => {
    const fields = revealed(hidden, purpose, box);
    if (fields.length !== count)
      throw new SignerError('MALFORMED', 'What was sealed is not what was asked for.');
    return fields;
  };
  const revealOne = (hidden: Hidden, purpose: SealPurpose) => passphraseIn(reveal(hidden, purpose, 1));
  const forgetProposed = () => {
    proposed?.secret.fill(0);
    proposed = undefined;
    drop(PROPOSED);
  };
  const propose = (environment: Environment, key: Hidden): { apiKey: string } => {
    forgetProposed();
    const { apiKey, secret } = materialOf(reveal(key, `key of ${environment}`, 2));
    // The public half; it becomes a header.
    const text = apiKey.toString('latin1');
    hold({ account: PROPOSED, environment, apiKey: text, secret: Buffer.from(secret) });
    proposed = { environment, apiKey, secret };
    return { apiKey: text };
  };
  const holdKept = (ref: VaultRef, apiKey: Buffer, secret: Buffer): string => {
    const text = apiKey.toString('latin1');
    hold({ account: vaultAccount(ref), environment: ref.environment, apiKey: text, secret });
    return text;
  };
  const keep = async (ref: VaultRef, passphrase: Hidden): Promise<void> => {
    // No longer one that is tried: what is forgotten meanwhile must not be zeroed while it is written.
    const tried = proposed;
    proposed = undefined;
    drop(PROPOSED);
    try {
      const material = triedFor(ref, tried);
      await theVault().save(ref, material, revealOne(passphrase, 'passphrase'));
      holdKept(ref, material.apiKey, Buffer.from(material.secret));
    } finally {
      tried?.secret.fill(0);
    }
  };

  return {
    forgetProposed,
    async handle(command) {
      switch (command.kind) {
        case 'accounts':
          return (
            vault?.list().map(({ environment, name, header }) => ({
              environment,
              name,
              ...(header === undefined ? {} : { host: header.host, keyEnding: header.keyEnding }),
            })) ?? []
          );
        case 'propose':
          return propose(command.environment, command.key);
        case 'keep':
          return keep(command.ref, command.passphrase);
        case 'unlock': {
          const { apiKey, secret } = await theVault().open(
            command.ref,
            revealOne(command.passphrase, 'passphrase'),
          );
          return { apiKey: holdKept(command.ref, apiKey, secret) };
        }
        case 'changePassphrase': {
          const [old = Buffer.alloc(0), next = Buffer.alloc(0)] = reveal(
            command.passphrases,
            'passphrase-change',
            2,
          );
          return theVault().changePassphrase(command.ref, old, next);
        }
        case 'erase':
          // Where the disk refuses it the account stays as it was, open for who uses it.
          theVault().erase(command.ref);
          return drop(vaultAccount(command.ref));
        default:
          return handleSignIn(command, signInFile, revealOne);
      }
    },
  };
}

async function handleSignIn(
  command: Extract<VaultCommand, { kind: `${string}SignIn` }>,
  file: SignInFile | undefined,
  reveal: (hidden: Hidden, purpose: SealPurpose) => Buffer,
): Promise<unknown> {
  if (command.kind === 'hasSignIn') return file?.isSet() ?? false;
  if (file === undefined) throw new SignerError('MALFORMED', 'There is no vault.');
  if (command.kind === 'checkSignIn') return file.check(reveal(command.passphrase, 'sign-in'));
  return command.passphrase === undefined
    ? file.clear()
    : file.set(reveal(command.passphrase, 'sign-in-change'));
}

function revealed(hidden: Hidden, purpose: SealPurpose, box: SealedBox): Buffer[] {
  switch (hidden.by) {
    case 'seal':
      return box.open(hidden.box, purpose);
    case 'bytes':
      return hidden.fields.map((field) => Buffer.from(field.buffer, field.byteOffset, field.byteLength));
    case 'file': {
      const bytes = readPrivately(hidden.path, PASSPHRASE_FILE_BYTES_MAX);
      if (bytes === undefined) throw new VaultError('DISK', `There is no passphrase file at ${hidden.path}.`);
      return [trimmed(bytes)];
    }
  }
}

/** Without the spaces and line ends that pasting brings along. */
function trimmed(bytes: Buffer): Buffer {
  let [start, end] = [0, bytes.length];
  while (start < end && (bytes[start] ?? 0) <= 0x20) start += 1;
  while (end > start && (bytes[end - 1] ?? 0) <= 0x20) end -= 1;
  return bytes.subarray(start, end);
}
