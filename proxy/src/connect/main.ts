/**
 * `npm run connect`: makes an API key known to Perpdeck from the terminal. The secret is typed hidden, checked at the
 * exchange, and encrypted in the data folder; a Perpdeck that runs meanwhile sees it at once.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ENVIRONMENTS, type Environment } from '#contract/vocabulary.ts';
import { dataDirPath } from '../data-dir.ts';
import { EXCHANGES } from '../exchange/exchanges.ts';
import { SignerError } from '../signer/protocol.ts';
import { startSignerProcess } from '../signer/signer-process.ts';
import { systemTime } from '../time.ts';
import { VAULT_FOLDER } from '../vault/vault.ts';
import { connectAccount } from './connect.ts';
import { InputEndedError, openTerminal, type Terminal } from './terminal.ts';

const USAGE = `npm run connect                               connect an account (asks for everything)
npm run connect -- --list                     the accounts that are kept
npm run connect -- --change-passphrase NAME   another passphrase for an account
npm run connect -- --disconnect NAME          erase an account's key

  --exchange testnet|mainnet    the environment
  --exchange-url URL            another server that speaks the wire
  --name NAME                   the account's name`;

const OPTIONS = {
  exchange: { type: 'string' },
  'exchange-url': { type: 'string' },
  name: { type: 'string' },
  list: { type: 'boolean' },
  disconnect: { type: 'string' },
  'change-passphrase': { type: 'string' },
  help: { type: 'boolean' },
} as const;

interface Desk {
  readonly ask: Awaited<ReturnType<typeof startSignerProcess>>['ask'];
  readonly terminal: Terminal;
  readonly given: {
    exchange?: string | undefined;
    'exchange-url'?: string | undefined;
    name?: string | undefined;
  };
}

const say = (line: string) => console.log(line);

async function chooseExchange({
  terminal,
  given,
}: Desk): Promise<{ environment: Environment; host: string }> {
  const answer = given.exchange ?? (await terminal.ask('Environment, testnet or mainnet', 'testnet'));
  const environment = ENVIRONMENTS.find((one) => one === answer);
  const url = given['exchange-url'];
  if (environment === undefined || (environment === 'paper' && url === undefined)) {
    throw new SignerError('MALFORMED', 'The environment is testnet or mainnet.');
  }
  if (url !== undefined && !URL.canParse(url))
    throw new SignerError('MALFORMED', '--exchange-url is not a URL.');
  if (url !== undefined) return { environment, host: new URL(url).origin };
  return { environment, host: environment === 'paper' ? '' : EXCHANGES[environment].url };
}

async function askNewPassphrase(terminal: Terminal, what: string): Promise<Buffer> {
  for (;;) {
    const first = await terminal.askHidden(`${what}, at least 12 characters (hidden)`);
    const second = await terminal.askHidden('The same again');
    const isSame = first.equals(second);
    second.fill(0);
    if (isSame) return first;
    first.fill(0);
    say('They are not the same.');
  }
}

async function connect(desk: Desk): Promise<number> {
  const { terminal, ask, given } = desk;
  const { environment, host } = await chooseExchange(desk);
  const name = given.name ?? (await terminal.ask('A name for the account', 'main'));
  const apiKey = Buffer.from(await terminal.ask('API key'));
  const secret = await terminal.askHidden('API secret (hidden)');
  const passphrase = await askNewPassphrase(terminal, 'A passphrase that encrypts it on this machine');
  say('Asking the exchange …');
  const outcome = await connectAccount(
    {
      environment,
      host,
      name,
      key: { by: 'bytes', fields: [apiKey, secret] },
      passphrase: { by: 'bytes', fields: [passphrase] },
    },
    { ask, userAgent: 'perpdeck', nowMs: systemTime.nowMs, isWanted: () => true },
  );
  secret.fill(0);
  passphrase.fill(0);
  say(outcome.message);
  return outcome.ok ? 0 : 1;
}

async function list({ ask }: Desk): Promise<number> {
  const accounts = await ask('accounts', {});
  if (accounts.length === 0) say('No account is connected.');
  for (const { environment, name, host = 'the key file is damaged', keyEnding = '????' } of accounts) {
    say(`${environment.padEnd(8)} ${name.padEnd(20)} key …${keyEnding}  ${host}`);
  }
  return 0;
}

/** The one account of that name, in the environment that is given or the only one that has it. */
async function find({ ask, given }: Desk, name: string) {
  const found = (await ask('accounts', {})).filter(
    (one) => one.name === name && (given.exchange === undefined || one.environment === given.exchange),
  );
  const [account] = found;
  if (account === undefined) throw new SignerError('NO_SUCH_ACCOUNT', `There is no account “${name}”.`);
  if (found.length > 1)
    throw new SignerError('MALFORMED', `There are several “${name}”: say --exchange too.`);
  return account;
}

async function disconnect(desk: Desk, name: string): Promise<number> {
  const { environment, keyEnding = '????' } = await find(desk, name);
  const answer = await desk.terminal.ask(
    `Erase the ${environment} key …${keyEnding}? Type its name, ${name}`,
  );
  if (answer !== name) throw new InputEndedError();
  await desk.ask('erase', { ref: { environment, name } });
  say(
    `The ${environment} account “${name}” is disconnected. Delete the key on the exchange too if you do not need it.`,
  );
  return 0;
}

async function changePassphrase(desk: Desk, name: string): Promise<number> {
  const { environment, host = '' } = await find(desk, name);
  const old = await desk.terminal.askHidden('The passphrase so far (hidden)');
  const next = await askNewPassphrase(desk.terminal, 'The new passphrase');
  const passphrases = { by: 'bytes', fields: [old, next] } as const;
  await desk.ask('changePassphrase', { ref: { environment, host, name }, passphrases });
  say('The passphrase was changed.');
  return 0;
}

async function run(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS, strict: true });
  if (values.help) {
    say(USAGE);
    return 0;
  }
  const log = { error: () => {}, warn: () => {} };
  const vaultFolder = join(dataDirPath(process.env), VAULT_FOLDER);
  const signer = await startSignerProcess({ caps: {}, vaultFolder, time: systemTime, log });
  const terminal = openTerminal({ input: process.stdin, output: process.stderr });
  const desk: Desk = { ask: signer.ask, terminal, given: values };
  try {
    if (values.list) return await list(desk);
    if (values.disconnect !== undefined) return await disconnect(desk, values.disconnect);
    const name = values['change-passphrase'];
    return name === undefined ? await connect(desk) : await changePassphrase(desk, name);
  } finally {
    terminal.close();
    await signer.stop();
  }
}

process.umask(0o077);
run().then(
  (code) => process.exit(code),
  (error: Error & { code?: string }) => {
    const isPlain = error instanceof SignerError || error instanceof InputEndedError;
    const isOption = error.code?.startsWith('ERR_PARSE_ARGS') === true;
    console.error(isPlain ? error.message : isOption ? `${error.message}\n\n${USAGE}` : error.stack);
    process.exit(1);
  },
);
