/** Passkeys: made by this browser's authenticator, and signing in with one. The private half never leaves it. */

import { failed, type Result } from '#contract/result.ts';
import type { PasskeyQuestion, PasskeyView, SessionOpened } from '#contract/sign-in.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { type Fault, proxyRequest } from './rest.ts';
import { enterOpened } from './session.ts';

/** One user, so that a new passkey takes the place of the same authenticator's old one. */
const USER = { id: new TextEncoder().encode('perpdeck'), name: 'Perpdeck', displayName: 'Perpdeck' };
/** ES256, EdDSA, RS256. */
const KEY_KINDS = [-7, -8, -257].map((alg) => ({ type: 'public-key', alg }) as const);
const PATIENCE_MS = 110_000;

/** Where the browser has none, or its user did not want to. */
const notGiven: Fault = { kind: 'proxy', code: 'ACCOUNT', message: 'The browser gave no passkey.' };

const question = (path: string): Promise<Result<PasskeyQuestion, Fault>> =>
  proxyRequest('POST', path, {}, (body) => body as PasskeyQuestion);

const readView = (body: unknown) => body as PasskeyView;

export const fetchPasskeys = (): Promise<Result<PasskeyView, Fault>> =>
  proxyRequest('GET', '/api/passkeys', {}, readView);

export const removePasskey = (id: string): Promise<Result<PasskeyView, Fault>> =>
  proxyRequest('POST', '/api/passkeys/remove', { body: { id } }, readView);

export async function makePasskey(): Promise<Result<PasskeyView, Fault>> {
  const asked = await question('/api/passkeys/question');
  if (!asked.ok) return failed(asked.problem);
  const { challenge, known } = asked.value;
  const made = await navigator.credentials
    .create({
      publicKey: {
        challenge: fromBase64url(challenge),
        rp: { name: 'Perpdeck', id: location.hostname },
        user: USER,
        pubKeyCredParams: KEY_KINDS,
        excludeCredentials: known.map((id) => ({ type: 'public-key', id: fromBase64url(id) })),
        authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
        timeout: PATIENCE_MS,
      },
    })
    .catch(() => null);
  const response = (made as PublicKeyCredential | null)?.response as
    | AuthenticatorAttestationResponse
    | undefined;
  const publicKey = response?.getPublicKey();
  if (made === null || response === undefined || !publicKey) return failed(notGiven);
  const body = {
    challenge,
    id: made.id,
    clientData: textOf(response.clientDataJSON),
    authenticatorData: textOf(response.getAuthenticatorData()),
    publicKey: textOf(publicKey),
  };
  return proxyRequest('POST', '/api/passkeys', { body }, readView);
}

/** Enters, or says why not. */
export async function signInWithPasskey(): Promise<Fault | undefined> {
  const asked = await question('/api/sign-in/question');
  if (!asked.ok) return asked.problem;
  const { challenge } = asked.value;
  const given = await navigator.credentials
    .get({
      publicKey: {
        challenge: fromBase64url(challenge),
        rpId: location.hostname,
        userVerification: 'required',
        timeout: PATIENCE_MS,
      },
    })
    .catch(() => null);
  if (given === null) return notGiven;
  const response = (given as PublicKeyCredential).response as AuthenticatorAssertionResponse;
  const body = {
    challenge,
    id: given.id,
    clientData: textOf(response.clientDataJSON),
    authenticatorData: textOf(response.authenticatorData),
    signature: textOf(response.signature),
  };
  const opened = await proxyRequest(
    'POST',
    '/api/sign-in/passkey',
    { body },
    (answer) => answer as SessionOpened,
  );
  if (!opened.ok) return opened.problem;
  enterOpened(opened.value);
  return undefined;
}

const textOf = (bytes: ArrayBuffer): string => toBase64url(new Uint8Array(bytes));
