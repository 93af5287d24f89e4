/** What can be wrong with a key at rest; `message` is a sentence for the person whose key it is. */
export type VaultErrorCode =
  | 'NO_SUCH_ACCOUNT'
  | 'NAME_TAKEN'
  | 'BAD_NAME'
  | 'WEAK_PASSPHRASE'
  | 'WRONG_PASSPHRASE'
  /** The key is for another environment or host. */
  | 'FOREIGN_KEY'
  | 'DAMAGED'
  /** The file can be read by others, or is not a file. */
  | 'EXPOSED'
  | 'DISK';

export class VaultError extends Error {
  override readonly name = 'VaultError';
  readonly code: VaultErrorCode;
  constructor(code: VaultErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
