/** Signing for one account: what the proxy knows of a key is its public half, and how to ask the signer. */
import { SIGNING_HEADERS } from '#contract/wire/signature.ts';
import { userAuthFrame } from '#contract/wire/stream-requests.ts';
import { type Refusal, refusal } from '../door/errors.ts';
import { type AskSigner, SignerError, type SigningOrder } from '../signer/protocol.ts';

export type SignedHeaders = Readonly<Record<string, string>>;

export interface Signer {
  /** The headers that sign exactly these parts. @throws SignerError: nothing was signed. */
  headers(order: SigningOrder): Promise<SignedHeaders>;
  /** The `user.auth` frame of a socket, still without its id. @throws SignerError */
  authFrame(expirySec: number): Promise<(id: number) => string>;
  /** Of the gateway key with these terms. @throws SignerError */
  gatewaySecret(terms: string): Promise<string>;
  /** @throws SignerError */
  isSignedByGateway(terms: string, text: string, signature: string): Promise<boolean>;
  /** An answer without the API key and the request's signature, should the exchange repeat them. */
  scrub(answer: string, signedHeaders: SignedHeaders): string;
}

export function createSigner(ask: AskSigner, account: string, apiKey: string): Signer {
  return {
    headers: (order) => ask('sign', { account, order }),
    async authFrame(expirySec) {
      const signature = await ask('authenticate', { account, expirySec });
      return (id) => userAuthFrame(id, apiKey, signature, expirySec);
    },
    gatewaySecret: (terms) => ask('gatewaySecret', { account, terms }),
    isSignedByGateway: (terms, text, signature) =>
      ask('isSignedByGateway', { account, terms, text, signature }),
    scrub: (answer, { [SIGNING_HEADERS.signature]: signature }) => {
      const withoutKey = answer.replaceAll(apiKey, '[key]');
      return signature === undefined ? withoutKey : withoutKey.replaceAll(signature, '[signature]');
    },
  };
}

/** What is answered for a request that was not signed. */
export function unsigned(error: unknown): Refusal {
  if (!(error instanceof SignerError)) throw error;
  switch (error.code) {
    case 'GONE':
      return refusal('NO_SIGNER');
    case 'NO_SUCH_KEY':
      return refusal('NO_KEY');
    case 'NOT_LISTED':
      return refusal('NOT_ALLOWED');
    case 'TOO_FAR_AHEAD':
      return refusal('CLOCK', error.message);
    case 'OVER_CAP':
      return refusal('OVER_CAP', error.message);
    default:
      return refusal('BAD_REQUEST');
  }
}
