/** The text that is signed (HMAC-SHA256, hex). Pure: whoever holds the secret does the cryptography. */

export interface SignedParts {
  readonly path: string;
  /** Exactly as sent: percent-encoded, repeated keys kept, without the question mark; '' for none. */
  readonly query: string;
  /** Epoch seconds after which the exchange refuses the request. */
  readonly expirySec: number;
  /** Exactly as sent; '' for none. */
  readonly body: string;
}

export const signatureText = ({ path, query, expirySec, body }: SignedParts): string =>
  `${path}${query}${expirySec}${body}`;

/** What `user.auth` signs on a socket. */
export const socketSignatureText = (apiKey: string, expirySec: number): string => `${apiKey}${expirySec}`;

export const SIGNING_HEADERS = {
  key: 'x-phemex-access-token',
  expiry: 'x-phemex-request-expiry',
  signature: 'x-phemex-request-signature',
} as const;
