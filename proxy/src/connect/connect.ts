/** Connects one account: the key is tried at the exchange first, and kept only if it works. Terminal and page alike. */
import type { Environment } from '#contract/vocabulary.ts';
import { createExchangeClient, EXCHANGE_LIMITS } from '../exchange/exchange-client.ts';
import { createSigner } from '../exchange/sign.ts';
import { type AskSigner, type Hidden, PROPOSED, vaultAccount } from '../signer/protocol.ts';
import { checkKey, type KeyCheck } from './check-key.ts';

export interface ConnectRequest {
  readonly environment: Environment;
  /** Origin of the exchange. */
  readonly host: string;
  readonly name: string;
  /** API key and secret. */
  readonly key: Hidden;
  readonly passphrase: Hidden;
}

export interface ConnectNeeds {
  readonly ask: AskSigner;
  readonly userAgent: string;
  nowMs(): number;
  /** Until the keys are locked or the account is disconnected: what was begun before must not leave a key open. */
  isWanted(): boolean;
}

export type ConnectOutcome = { readonly message: string } & (
  | { readonly ok: true; readonly apiKey: string; readonly mayTrade: boolean | undefined }
  | { readonly ok: false; readonly reason: Extract<KeyCheck, { ok: false }>['reason'] | 'CALLED_OFF' }
);

/** An offset beyond this is worth telling. */
const OFFSET_WORTH_TELLING_MS = 5_000;

/** @throws SignerError: the secret cannot be one, the passphrase is too short, the name is taken, the disk is full … */
export async function connectAccount(request: ConnectRequest, needs: ConnectNeeds): Promise<ConnectOutcome> {
  const outcome = await tryAndKeep(request, needs);
  if (!outcome.ok || needs.isWanted()) return outcome;
  const { environment, name } = request;
  await needs.ask('drop', { account: vaultAccount({ environment, name }) });
  // Where it was disconnected it may be erased again.
  const kept = await needs.ask('accounts', {});
  const isKept = kept.some((one) => one.environment === environment && one.name === name);
  return calledOff(isKept ? KEPT : NOT_KEPT);
}

async function tryAndKeep(request: ConnectRequest, needs: ConnectNeeds): Promise<ConnectOutcome> {
  const { ask, userAgent, nowMs, isWanted } = needs;
  const { environment, host, name, key, passphrase } = request;
  if (!isWanted()) return calledOff(NOT_KEPT);
  const { apiKey } = await ask('propose', { environment, key });
  const client = createExchangeClient(host, EXCHANGE_LIMITS);
  try {
    const check = await checkKey({ client, signer: createSigner(ask, PROPOSED, apiKey), userAgent, nowMs });
    if (!check.ok) {
      await ask('drop', { account: PROPOSED });
      return { ok: false, reason: check.reason, message: explain(check, host) };
    }
    if (!isWanted()) {
      await ask('drop', { account: PROPOSED });
      return calledOff(NOT_KEPT);
    }
    await ask('keep', { ref: { environment, host, name }, passphrase });
    return { ok: true, apiKey, mayTrade: check.mayTrade, message: congratulate(check, request) };
  } finally {
    await client.close();
  }
}

const NOT_KEPT = 'Nothing was kept.';
const KEPT = 'The key is kept, and locked: unlock it with its passphrase.';

const calledOff = (rest: string): ConnectOutcome => ({
  ok: false,
  reason: 'CALLED_OFF',
  message: `Not connected: the keys were locked, or this account was disconnected, meanwhile. ${rest}`,
});

const seconds = (ms: number): string => `${(Math.abs(ms) / 1000).toFixed(0)} seconds`;

function congratulate({ mayTrade, clockOffsetMs }: KeyCheck & { ok: true }, request: ConnectRequest): string {
  const { environment, name } = request;
  const may = {
    true: `The ${environment} account “${name}” may read and trade.`,
    false: `The ${environment} account “${name}” may read but not trade: give the key the contract trading permission to place orders.`,
    undefined: `The ${environment} account “${name}” may read; whether it may trade could not be told.`,
  }[String(mayTrade) as 'true' | 'false' | 'undefined'];
  const clock =
    Math.abs(clockOffsetMs) < OFFSET_WORTH_TELLING_MS
      ? ''
      : ` This machine’s clock is ${seconds(clockOffsetMs)} ${clockOffsetMs > 0 ? 'behind' : 'ahead of'} the exchange’s: set it.`;
  return `You are now connected to phemex_perpetual. ${may}${clock}`;
}

function explain({ reason, detail, clockOffsetMs = 0 }: KeyCheck & { ok: false }, host: string): string {
  switch (reason) {
    case 'BAD_KEY':
      return 'Not connected: the exchange does not know this API key. Check that it is whole, and that it was made on this environment (a testnet key does not work on mainnet).';
    case 'BAD_SECRET':
      return 'Not connected: the API key exists, but the secret does not belong to it. Paste the secret that was shown when the key was made.';
    case 'CLOCK':
      return `Not connected: the exchange says the request had expired. This machine’s clock is off by ${seconds(clockOffsetMs)}: set it, then try again.`;
    case 'IP_NOT_LISTED':
      return 'Not connected: the key is bound to other IP addresses. Add this machine’s public address to the key on the exchange.';
    case 'NO_PERMISSION':
      return 'Not connected: the key has no permission for contracts. Give it read and trade permission for contract trading on the exchange (and no withdrawal).';
    case 'TOO_MANY_REQUESTS':
      return 'Not connected: the exchange answers that there are too many requests. Wait a minute, then try again.';
    case 'NETWORK':
      return `Not connected: ${host} could not be reached (${detail}). Check the network; nothing was kept.`;
    case 'UNEXPECTED':
      return `Not connected: ${host} gave an answer that is not the exchange’s (${detail}). Nothing was kept.`;
  }
}
