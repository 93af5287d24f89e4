/**
 * Accounts at the proxy: listed, connected, unlocked, switched. What is typed is sealed to the signer here, at once, so
 * that nothing between this page and it can read a secret or a passphrase; the page keeps neither.
 */
import type { AccountAnswer, AccountSummary, AccountsView } from '#contract/accounts.ts';
import { failed, type Result } from '#contract/result.ts';
import { type SealPurpose, seal } from '#contract/sealed.ts';
import type { Environment } from '#contract/vocabulary.ts';
import { fromBase64url, toBase64url } from './base64url.ts';
import { type Fault, proxyRequest } from './rest.ts';

export type AccountRef = Pick<AccountSummary, 'environment' | 'name'>;
type Answered = Promise<Result<AccountAnswer, Fault>>;

/** The proxy's own answers are taken at their word: it is the same version as this page. */
export const fetchAccounts = (): Promise<Result<AccountsView, Fault>> =>
  proxyRequest('GET', '/api/accounts', {}, (body) => body as AccountsView);

const post = (action: string, body: object): Answered =>
  proxyRequest('POST', `/api/accounts${action}`, { body }, (answer) => answer as AccountAnswer);

/** Seals to the signer as it is now: it has a new key after a restart. */
async function withSeal(
  send: (sealed: (purpose: SealPurpose, ...fields: string[]) => Promise<string>) => Answered,
): Answered {
  const view = await fetchAccounts();
  if (!view.ok) return failed(view.problem);
  const sealTo = fromBase64url(view.value.sealTo);
  return send(async (purpose, ...fields) => toBase64url(await seal(sealTo, purpose, fields)));
}

export interface NewAccount extends AccountRef {
  readonly apiKey: string;
  readonly secret: string;
  readonly passphrase: string;
}

export const connectAccount = ({ environment, name, apiKey, secret, passphrase }: NewAccount): Answered =>
  withSeal(async (sealed) =>
    post('', {
      environment,
      name,
      key: await sealed(`key of ${environment}`, apiKey, secret),
      passphrase: await sealed('passphrase', passphrase),
    }),
  );

export const unlockAccount = ({ environment, name }: AccountRef, passphrase: string): Answered =>
  withSeal(async (sealed) =>
    post('/unlock', { environment, name, passphrase: await sealed('passphrase', passphrase) }),
  );

export const changePassphrase = ({ environment, name }: AccountRef, old: string, next: string): Answered =>
  withSeal(async (sealed) =>
    post('/change-passphrase', {
      environment,
      name,
      passphrases: await sealed('passphrase-change', old, next),
    }),
  );

/** Without a name: the environment with whatever key it has. */
export const switchAccount = (environment: Environment, name?: string): Answered =>
  post('/use', { environment, ...(name === undefined ? {} : { name }) });

export const lockAccounts = (): Answered => post('/lock', {});

export const disconnectAccount = ({ environment, name }: AccountRef): Answered =>
  post('/disconnect', { environment, name });
