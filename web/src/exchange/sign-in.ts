/** Signing in without the terminal's link, where a passphrase was set for it; sealed to the signer like all passphrases. */

import { failed, type Result } from '#contract/result.ts';
import { type SealPurpose, seal } from '#contract/sealed.ts';
import type { SessionOpened, SignInWays } from '#contract/sign-in.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { type Fault, proxyRequest } from './rest.ts';
import { enterOpened, waitingLinkToken } from './session.ts';

export const fetchSignInWays = (): Promise<Result<SignInWays, Fault>> =>
  proxyRequest('GET', '/api/sign-in', {}, (body) => body as SignInWays);

export async function sealedForSigner(
  purpose: SealPurpose,
  passphrase: string,
): Promise<Result<string, Fault>> {
  const ways = await fetchSignInWays();
  if (!ways.ok) return failed(ways.problem);
  const box = await seal(fromBase64url(ways.value.sealTo), purpose, [passphrase]);
  return { ok: true, value: toBase64url(box) };
}

/** Enters, or says why not. */
export async function signInWithPassphrase(passphrase: string): Promise<Fault | undefined> {
  const box = await sealedForSigner('sign-in', passphrase);
  if (!box.ok) return box.problem;
  const opened = await proxyRequest(
    'POST',
    '/api/session',
    { body: { passphrase: box.value, token: waitingLinkToken() } },
    (body) => body as SessionOpened,
  );
  if (!opened.ok) return opened.problem;
  enterOpened(opened.value);
  return undefined;
}

/** Without one: only the link signs in. */
export async function setSignInPassphrase(passphrase: string | undefined): Promise<Fault | undefined> {
  const box = passphrase === undefined ? undefined : await sealedForSigner('sign-in-change', passphrase);
  if (box?.ok === false) return box.problem;
  const body = box === undefined ? {} : { passphrase: box.value };
  const set = await proxyRequest('POST', '/api/sign-in', { body }, () => undefined);
  return set.ok ? undefined : set.problem;
}
