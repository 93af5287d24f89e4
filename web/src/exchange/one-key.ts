/**
 * A page belongs to one environment and one key: when Perpdeck moves to another it begins anew, so that nothing of one
 * account is ever shown as another's. Until it has heard of that, nothing it asks for is done on the other one.
 */
import type { Status } from '#contract/status.ts';
import { connectionStore } from './connection.ts';
import { setScope } from './rest.ts';

const identityOf = ({ environment, scope, exchangeUrl, key }: Status): string =>
  // The embedded paper exchange has another port each time.
  [
    environment,
    // Another API key under the name of the old one is another account.
    scope,
    environment === 'paper' ? '' : exchangeUrl,
    key.state,
    key.state === 'open' && key.account,
  ].join(' ');

export function reloadOnMove(): () => void {
  let first: string | undefined;
  return connectionStore.subscribe(({ status }) => {
    if (status === undefined) return;
    const identity = identityOf(status);
    if (first === undefined) setScope(status.scope);
    first ??= identity;
    if (identity !== first) location.reload();
  });
}
