/** The accounts whose keys are kept, as the page lists and changes them. */
import type { Environment } from './vocabulary.ts';

/** An account whose key is kept encrypted. */
export interface AccountSummary {
  readonly environment: Environment;
  readonly name: string;
  /** The last characters of the API key; absent where the file is damaged. */
  readonly keyEnding?: string;
  /** 'in-use' is unlocked and signs. */
  readonly state: 'locked' | 'open' | 'in-use' | 'damaged' | 'other-host';
}

export interface AccountsView {
  /** The signer's public key, to seal to; base64url. */
  readonly sealTo: string;
  readonly environment: Environment;
  /** Those that Perpdeck can be on. */
  readonly environments: readonly Environment[];
  /** Those that take a key. */
  readonly connectable: readonly Environment[];
  readonly accounts: readonly AccountSummary[];
}

export interface AccountAnswer {
  readonly message: string;
  /** Perpdeck changes its key or its environment now: reload once it is back. */
  readonly changes: boolean;
}
