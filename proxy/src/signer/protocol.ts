/** What the proxy and the signer say to each other: one command, one answer, matched by a number. */
import type { ExchangeRoute } from '#contract/routes.ts';
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

/** Every command: what goes in, what comes out. */
export interface SignerCalls {
  /** Holds a key in memory under a name. The bytes are zeroed by whoever sends them. */
  hold: { in: { account: string; apiKey: string; secret: Uint8Array }; out: undefined };
  /** Forgets the key. */
  drop: { in: { account: string }; out: undefined };
  sign: { in: { account: string; order: SigningOrder }; out: Readonly<Record<string, string>> };
  /** The signature of a socket's `user.auth`. */
  authenticate: { in: { account: string; expirySec: number }; out: string };
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
  | 'OVER_CAP'
  /** The signer is not running: nothing was signed. */
  | 'GONE';

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
