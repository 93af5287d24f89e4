/**
 * The gate for what no browser can have sent. A bot proves itself by its signature, so it has neither session nor Origin;
 * whatever brings an Origin, a cookie or the headers that browsers add is held to the browser's rules or refused.
 */
import { TOKEN_HEADER } from '#contract/api.ts';
import { type Refusal, refusal } from '../door/errors.ts';
import type { Head } from '../door/gate.ts';
import { type Claim, isOfBrowser, isSigned, readClaim } from './claim.ts';
import type { Gateway } from './gateway.ts';

/** Before the exchange's own paths; not part of what a bot signs. */
export const EXCHANGE_PREFIX = '/exchange';

export type BotsAllowed =
  /** Beside the page. */
  | 'signed'
  /** Market data: asked for without a key by every client, and let through while some gateway key is in force. */
  | 'even-unsigned'
  /** No page may call it. */
  | 'only';

const MIXED = refusal(
  'FOREIGN_ORIGIN',
  'A request that is signed with a gateway key must not come from a browser.',
);

/** undefined: the browser's rules hold. */
export function checkBot(
  head: Head,
  bots: BotsAllowed | undefined,
  gateway: Gateway | undefined,
): { readonly claim: Claim | undefined } | Refusal | undefined {
  if (isSigned(head)) {
    if (bots === undefined) return refusal('NOT_ALLOWED');
    if (isOfBrowser(head) || head.header(TOKEN_HEADER) !== '') return MIXED;
    const claim = readClaim(head, head.target.startsWith(`${EXCHANGE_PREFIX}/`) ? EXCHANGE_PREFIX : '');
    return 'code' in claim ? claim : { claim };
  }
  if (bots === 'only') return refusal('UNKNOWN_KEY');
  const isForMarket = bots === 'even-unsigned' && !isOfBrowser(head) && head.header(TOKEN_HEADER) === '';
  if (!isForMarket || gateway === undefined || !gateway.isOpen()) return undefined;
  return gateway.mayAskMarket() ? { claim: undefined } : refusal('TOO_MANY_REQUESTS');
}
