/** The trader's limits as the proxy keeps them, and the arming of the page for real money. */
import type { GuardLimits, GuardState } from '#contract/guard.ts';
import { failed, type Result } from '#contract/result.ts';
import { type Fault, proxyRequest } from './rest.ts';
import { sealedForSigner } from './sign-in.ts';

/** The proxy's own answers are taken at their word: it is the same version as this page. */
const read = (body: unknown) => body as GuardState;

export const fetchGuard = (): Promise<Result<GuardState, Fault>> =>
  proxyRequest('GET', '/api/guard', {}, read);

export const saveLimits = (limits: GuardLimits): Promise<Result<GuardState, Fault>> =>
  proxyRequest('PUT', '/api/guard', { body: limits }, read);

/** With the account's passphrase where it has one. The status tells what came of it. */
export async function armPage(passphrase: string | undefined): Promise<Result<unknown, Fault>> {
  if (passphrase === undefined) return proxyRequest('POST', '/api/arming', { body: {} }, () => undefined);
  const box = await sealedForSigner('passphrase', passphrase);
  if (!box.ok) return failed(box.problem);
  return proxyRequest('POST', '/api/arming', { body: { passphrase: box.value } }, () => undefined);
}

export const disarmPage = (): Promise<Result<unknown, Fault>> =>
  proxyRequest('DELETE', '/api/arming', {}, () => undefined);
