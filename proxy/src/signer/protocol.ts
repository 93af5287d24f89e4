/** What the proxy and the signer say to each other: one command, one answer, matched by a number. */
import type { ExchangeRoute } from '#contract/routes.ts';
import type { Environment } from '#contract/vocabulary.ts';
import type { VaultRef } from '../vault/vault.ts';
import type { VaultErrorCode } from '../vault/vault-error.ts';
import type { Caps } from './caps.ts';

/** A request to sign, in parts: the signer puts the path from its own table and checks the rest. */
export interface SigningOrder {
  readonly method: ExchangeRoute['method'];
  readonly path: string;
  /** Percent-encoded, without the question mark; '' for none. */
  readonly query: string;
  /** JSON text; '' for none. */
  readonly body: string;
  /** Epoch seconds after which the exchange refuses the request. */
  readonly expirySec: number;
  /** The price by which the caps judge an order that names none; decimal text. */
  readonly referencePrice?: string;
}

/** A secret on its way to the signer: sealed by the page, as bytes of a terminal, or in a file that the signer reads. */
export type Hidden =
  | { readonly by: 'seal'; readonly box: Uint8Array }
  | { readonly by: 'bytes'; readonly fields: readonly Uint8Array[] }
  | { readonly by: 'file'; readonly path: string };

/** From the page's base64url. */
export const sealed = (text: string): Hidden => ({
  by: 'seal',
  box: new Uint8Array(Buffer.from(text, 'base64url')),
});

/** One account at rest; host and the key's last four characters are absent where its file is damaged. */
export interface KeptAccount {
  readonly environment: Environment;
  readonly name: string;
  readonly host?: string;
  readonly keyEnding?: string;
}

/** Under this name the signer holds a key that is being tried and not kept yet. */
export const PROPOSED = 'proposed';

/** The name under which the signer holds an unlocked key of the vault. */
export const vaultAccount = ({ environment, name }: Pick<VaultRef, 'environment' | 'name'>): string =>
  `${environment}/${name}`;

/** Every command: what goes in, what comes out. */
export interface SignerCalls {
  /**
   * Holds a key in memory under a name. The bytes are zeroed by whoever sends them. Without an environment the caps and
   * expiries of real money hold. `gatewayRoot`: what its gateway keys are made of; absent: the secret.
   */
  hold: {
    in: {
      account: string;
      environment?: Environment;
      apiKey: string;
      secret: Uint8Array;
      gatewayRoot?: Uint8Array;
    };
    out: undefined;
  };
  /** Forgets the key. */
  drop: { in: { account: string }; out: undefined };
  sign: { in: { account: string; order: SigningOrder }; out: Readonly<Record<string, string>> };
  /** The signature of a socket's `user.auth`. */
  authenticate: { in: { account: string; expirySec: number }; out: string };
  /** The secret of the gateway key with these terms, to be told its owner once. */
  gatewaySecret: { in: { account: string; terms: string }; out: string };
  /** Whether that secret has signed the text. */
  isSignedByGateway: {
    in: { account: string; terms: string; text: string; signature: string };
    out: boolean;
  };
  accounts: { in: object; out: readonly KeptAccount[] };
  /** Holds a key (API key and secret) as `proposed`, until it is kept or another is proposed. */
  propose: { in: { environment: Environment; key: Hidden }; out: { apiKey: string } };
  /** Writes the proposed key to the vault, for the environment it was proposed for, and holds it under its name. */
  keep: { in: { ref: VaultRef; passphrase: Hidden }; out: undefined };
  unlock: { in: { ref: VaultRef; passphrase: Hidden }; out: { apiKey: string } };
  /** The old one and the new one. */
  changePassphrase: { in: { ref: VaultRef; passphrases: Hidden }; out: undefined };
  /** Whether a passphrase signs browsers in. */
  hasSignIn: { in: object; out: boolean };
  /** Without one: no passphrase signs in any more. */
  setSignIn: { in: { passphrase: Hidden | undefined }; out: undefined };
  checkSignIn: { in: { passphrase: Hidden }; out: boolean };
  erase: { in: { ref: Pick<VaultRef, 'environment' | 'name'> }; out: undefined };
}
export type SignerCall = keyof SignerCalls;

export type SignerCommand = {
  [K in SignerCall]: { readonly kind: K } & Readonly<SignerCalls[K]['in']>;
}[SignerCall];

export type SignerErrorCode =
  | 'NO_SUCH_KEY'
  /** The path is not on the signer's list. */
  | 'NOT_LISTED'
  | 'MALFORMED'
  /** It would hold too long by this machine's clock. */
  | 'TOO_FAR_AHEAD'
  | 'OVER_CAP'
  /** The signer is not running: nothing was signed. */
  | 'GONE'
  | VaultErrorCode;

/** Nothing was signed; `message` is a sentence for a person, without anything that was asked. */
export class SignerError extends Error {
  override readonly name = 'SignerError';
  readonly code: SignerErrorCode;
  constructor(code: SignerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** The first message to the process. */
export interface SignerStart {
  readonly kind: 'start';
  readonly caps: Caps;
  readonly mainnetCaps?: Caps;
  readonly vaultFolder?: string;
}

/** Its first answer: it is ready, and this is the public key to seal to. */
export interface SignerReady {
  readonly kind: 'ready';
  readonly sealTo: Uint8Array;
}

export interface SignerQuestion {
  readonly number: number;
  readonly command: SignerCommand;
}

export type SignerAnswer =
  | { readonly number: number; readonly value: unknown }
  | { readonly number: number; readonly error: { readonly code: SignerErrorCode; readonly message: string } };

/** Asks the signer; @throws SignerError */
export type AskSigner = <K extends SignerCall>(
  kind: K,
  input: SignerCalls[K]['in'],
) => Promise<SignerCalls[K]['out']>;
