/** The keys this Perpdeck has: its signer, the accounts it keeps, what was given at the start, and their loss. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Environment } from '#contract/vocabulary.ts';
import { type Config, ConfigError } from './config.ts';
import { type AccountDesk, createAccountDesk, type Selection } from './connect/account-desk.ts';
import { InputEndedError, openTerminal } from './connect/terminal.ts';
import { DataDirError } from './data-dir.ts';
import { EXCHANGES, type ExchangeHosts } from './exchange/exchanges.ts';
import { newPaperAccount, type PaperAccount } from './paper-process.ts';
import { type SignerCalls, SignerError } from './signer/protocol.ts';
import { type SignerProcess, startSignerProcess } from './signer/signer-process.ts';
import type { Time } from './time.ts';
import { readPrivately } from './vault/key-folder.ts';
import { VAULT_FOLDER } from './vault/vault.ts';
import type { Log } from './watch/log.ts';
import { writeWhole } from './whole-file.ts';

/** The signer's names for keys that are not kept. */
const GIVEN_KEY = 'given';
export const PAPER_KEY = 'paper';
const PROMPTS_MAX = 3;
const PAPER_ROOT_FILE = 'paper-gateway.key';
const ROOT_BYTES = 32;

/** undefined: the embedded paper exchange. */
export function hostsOf({ environment, exchange }: Config, wanted: Environment): ExchangeHosts | undefined {
  if (wanted === environment) return exchange;
  return wanted === 'paper' ? undefined : EXCHANGES[wanted];
}

/** The embedded paper exchange's key is new at each start: its bots' keys are made of a file's bytes. @throws DataDirError */
function paperGatewayRoot(dataDir: string): Buffer {
  const path = join(dataDir, PAPER_ROOT_FILE);
  try {
    const kept = readPrivately(path, ROOT_BYTES);
    if (kept?.length === ROOT_BYTES) return kept;
  } catch (error) {
    throw new DataDirError((error as Error).message);
  }
  const root = randomBytes(ROOT_BYTES);
  writeWhole(path, root);
  return root;
}

export interface KeysNeeds {
  readonly config: Config;
  readonly dataDir: string;
  readonly log: Log;
  readonly time: Time;
  readonly version: string;
  /** What the log never shows. */
  readonly hidden: Set<string>;
}

export interface Keys {
  readonly signer: SignerProcess;
  readonly desk: AccountDesk;
  readonly paperAccount: PaperAccount;
  /** Runs when the signer has died and taken keys with it: what is selected may be something else now. */
  onLost(run: () => void): void;
  close(): Promise<void>;
}

/** @throws SignerError: a key file is open to others, the signer does not start. */
export async function openKeys({ config, dataDir, log, time, version, hidden }: KeysNeeds): Promise<Keys> {
  const { caps, mainnetCaps, credentials, environment, environments } = config;
  const vaultFolder = join(dataDir, VAULT_FOLDER);
  const signer = await startSignerProcess({
    ...{ caps, mainnetCaps, vaultFolder, time, log },
    ...(config.passphraseFile === undefined ? {} : { passphraseFile: config.passphraseFile }),
  });
  const paperAccount = newPaperAccount();
  const given = new Map<Environment, NonNullable<Selection['signing']>>();
  const lost: (() => void)[] = [];

  const give = async (to: Environment, key: SignerCalls['hold']['in']) => {
    const { account, apiKey } = key;
    hidden.add(apiKey);
    await signer.ask('hold', { ...key, environment: to });
    key.secret.fill(0);
    key.gatewayRoot?.fill(0);
    given.set(to, { account, apiKey });
  };
  const giveOwn = async () => {
    if (hostsOf(config, 'paper') !== undefined) return;
    hidden.add(paperAccount.secret);
    const { apiKey, secret } = paperAccount;
    const gatewayRoot = paperGatewayRoot(dataDir);
    await give('paper', { account: PAPER_KEY, apiKey, secret: Buffer.from(secret, 'utf8'), gatewayRoot });
  };
  const desk = createAccountDesk(
    {
      signer,
      time,
      userAgent: `perpdeck/${version}`,
      hostOf: (wanted) => hostsOf(config, wanted)?.url,
      environments,
      given: (wanted) => given.get(wanted),
      conceal: (apiKey) => hidden.add(apiKey),
    },
    environment,
  );
  /** Keys that were given are gone with the signer; those in the vault can be unlocked again. */
  const recover = async () => {
    const { key } = desk.selection();
    given.clear();
    await giveOwn();
    await desk.forgetOpen();
    if (key.state === 'open' && config.passphraseFile !== undefined) {
      await unlockFromFile(desk, { environment: desk.selection().environment, name: key.account }, config);
    }
  };
  signer.onRestart(() => {
    recover()
      .catch((error: Error) => log.error({ err: error }, 'the keys could not be had again'))
      .finally(() => {
        for (const run of lost) run();
      });
  });
  try {
    await giveOwn();
    if (credentials !== undefined && config.exchange !== undefined) {
      await give(environment, { account: GIVEN_KEY, ...credentials });
    }
    await desk.use(environment, undefined);
  } catch (error) {
    await signer.stop();
    throw error;
  }
  return { signer, desk, paperAccount, onLost: (run) => lost.push(run), close: signer.stop };
}

const unlockFromFile = (desk: AccountDesk, ref: { environment: Environment; name: string }, config: Config) =>
  desk.unlock(ref, { by: 'file', path: config.passphraseFile ?? '' });

/**
 * Unlocks the account to begin with: from the passphrase file, or by asking where a person sits at a terminal.
 * @throws ConfigError
 */
export async function unlockAtStart(
  desk: AccountDesk,
  config: Config,
  input: NodeJS.ReadStream,
): Promise<void> {
  const { environment, account, passphraseFile } = config;
  const { accounts } = await desk.view();
  const known = accounts.filter((one) => one.environment === environment && one.state === 'locked');
  const meant = account === undefined ? known : known.filter(({ name }) => name === account);
  const [only] = meant;
  if (account !== undefined && only === undefined) {
    throw new ConfigError(`There is no ${environment} account “${account}”: run "npm run connect".`);
  }
  if (desk.selection().key.state === 'given') return;
  if (passphraseFile !== undefined) {
    if (only === undefined || meant.length > 1) {
      throw new ConfigError('--passphrase-file needs one account: say which with --account.');
    }
    await unlockFromFile(desk, only, config);
    return;
  }
  if (only !== undefined && meant.length === 1 && input.isTTY) await promptFor(desk, only, input);
}

async function promptFor(
  desk: AccountDesk,
  ref: { environment: Environment; name: string },
  input: NodeJS.ReadStream,
): Promise<void> {
  const terminal = openTerminal({ input, output: process.stderr });
  try {
    for (let tries = 0; tries < PROMPTS_MAX; tries++) {
      const question = `Passphrase of ${ref.environment}/${ref.name} (hidden; Enter alone: unlock in the browser)`;
      const passphrase = await terminal.askHidden(question);
      if (passphrase.length === 0) return;
      const error = await desk.unlock(ref, { by: 'bytes', fields: [passphrase] }).catch((reason) => reason);
      passphrase.fill(0);
      if (!(error instanceof Error)) return;
      if (!(error instanceof SignerError)) throw error;
      console.error(error.message);
    }
  } catch (error) {
    if (error instanceof InputEndedError) throw new ConfigError('Not started.');
    throw error;
  } finally {
    terminal.close();
  }
}
