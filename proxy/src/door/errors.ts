/**
 * What the proxy itself refuses: one catalogue of code, status and sentence. Sentences are constants, so that nothing
 * an attacker sends is ever echoed.
 */
import type { ProxyError, ProxyErrorCode } from '#contract/api.ts';
import { type GuardRefusal, guardSentence } from '#contract/guard.ts';

export interface Refusal {
  readonly status: number;
  readonly code: ProxyErrorCode;
  readonly message: string;
  readonly guard?: GuardRefusal;
}

const CATALOGUE: Readonly<Record<ProxyErrorCode, readonly [status: number, message: string]>> = {
  BAD_REQUEST: [400, 'The request is malformed.'],
  NOT_SIGNED_IN: [401, 'Sign in with the link that Perpdeck printed in its terminal.'],
  SECOND_FACTOR: [
    401,
    'From another machine the link needs the sign-in passphrase beside it, or use a passkey.',
  ],
  WRONG_TOKEN: [403, 'The header token is missing or belongs to another session.'],
  FOREIGN_HOST: [421, 'Perpdeck answers only under its own address.'],
  FOREIGN_ORIGIN: [403, 'The request comes from another site.'],
  FOREIGN_USER: [403, 'The connection belongs to another user of this machine.'],
  NOT_FOUND: [404, 'There is nothing here.'],
  NOT_ALLOWED: [404, 'Perpdeck does not forward this path to the exchange.'],
  UNSUPPORTED_MEDIA_TYPE: [415, 'The body must be JSON.'],
  TOO_LARGE: [413, 'The request is too large.'],
  TOO_MANY_REQUESTS: [429, 'Too many requests: wait a little.'],
  NO_KEY: [409, 'No API key is configured, so only public data is available.'],
  MOVED: [
    409,
    'Perpdeck is on another account by now than this page was loaded for: nothing was sent. Reload the page.',
  ],
  UNKNOWN_KEY: [401, 'Api key not found: it is not known here, was revoked, or is over.'],
  WRONG_SIGNATURE: [401, 'API Signature verification failed.'],
  EXPIRED: [401, '401 Request Expired, or its expiry is more than five minutes ahead.'],
  NOT_PERMITTED: [403, 'The gateway key may not do this.'],
  NOT_CONNECTED: [422, 'The account was not connected.'],
  ACCOUNT: [409, 'This cannot be done with the account.'],
  WRONG_PASSPHRASE: [403, 'The passphrase is wrong, or the key file was changed.'],
  NO_SIGNER: [503, 'The signer is not running: nothing was signed and nothing was sent.'],
  CLOCK: [422, 'The exchange’s clock and this machine’s are too far apart: set this machine’s clock.'],
  OVER_CAP: [422, 'The request is above the hard caps of the signer: nothing was sent.'],
  NOT_SENT: [502, 'The exchange was not reached: nothing was sent.'],
  NO_ANSWER: [502, 'The exchange gave no usable answer. Nothing was changed.'],
  OUTCOME_UNKNOWN: [
    502,
    'No usable answer from the exchange: the request may or may not have been carried out.',
  ],
  GUARD: [422, 'One of your limits stopped it.'],
  CONFIRM_NEEDED: [428, 'The order is large: say that you mean it.'],
  JOURNAL: [
    503,
    'Perpdeck cannot write its journal (is the disk full?), so it sends nothing but cancels: an order it could not remember might be sent twice.',
  ],
  REQUEST_ID_TAKEN: [409, 'This id belongs to another request: every new wish needs a new id.'],
  NOT_PLACED: [409, 'The exchange never took this request, and no longer can.'],
  AMEND_UNRESOLVED: [409, 'The order is being amended already, and the outcome is not known yet.'],
  SETTING_UNRESOLVED: [409, 'This is being set already, and the outcome is not known yet: nothing was sent.'],
  FILLED_BEYOND: [422, 'As much as the new quantity is filled already: nothing was sent.'],
  INTERNAL: [500, 'Perpdeck made a mistake; its log says more.'],
};

export function refusal(code: ProxyErrorCode, message?: string, status?: number): Refusal {
  const [usualStatus, usualMessage] = CATALOGUE[code];
  return { status: status ?? usualStatus, code, message: message ?? usualMessage };
}

/** By one of the trader's limits. */
export const guardRefusal = (guard: GuardRefusal): Refusal => ({
  ...refusal(guard.rule === 'confirm' ? 'CONFIRM_NEEDED' : 'GUARD', guardSentence(guard)),
  guard,
});

export function refusalBody({ code, message, guard }: Refusal): string {
  return JSON.stringify({
    error: { code, message, ...(guard === undefined ? {} : { guard }) },
  } satisfies ProxyError);
}
