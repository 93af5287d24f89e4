/** The command line and the environment, read once into what the proxy is to do, or into one line that says what is wrong. */
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { parseArgs } from 'node:util';
import * as z from 'zod/mini';
import { ENVIRONMENTS, type Environment } from '#contract/vocabulary.ts';
import { EXCHANGES, type ExchangeHosts } from './exchange/exchanges.ts';
import type { Caps } from './signer/caps.ts';

export interface Credentials {
  readonly apiKey: string;
  /** For the signer; zeroed once it has them. */
  readonly secret: Buffer;
}

export interface Config {
  readonly port: number;
  readonly environment: Environment;
  readonly opensBrowser: boolean;
  /** The paper market's. */
  readonly seed: number;
  /** undefined: the embedded paper exchange. */
  readonly exchange: ExchangeHosts | undefined;
  /** undefined: none were given; the embedded paper exchange needs none. */
  readonly credentials: Credentials | undefined;
  /** For other machines; undefined: Perpdeck is there for this one alone. */
  readonly lan: LanOptions | undefined;
  readonly socketsMax: number | undefined;
  /** Those that may be moved to. */
  readonly environments: readonly Environment[];
  /** Which of the kept accounts to begin with; undefined: the only one. */
  readonly account: string | undefined;
  /** Where its passphrase is. */
  readonly passphraseFile: string | undefined;
  /** What the signer refuses whatever it is asked. */
  readonly caps: Caps;
  /** Of keys for real money, which have some even where none were given. */
  readonly mainnetCaps: Caps;
}

/** The way in for other machines: names of this one, with TLS. */
export interface LanOptions {
  readonly names: readonly string[];
  readonly port: number;
  /** PEM */
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** What is wrong with how the program was called; `message` is one line for the person who called it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const KEY_NAME = 'PERPDECK_API_KEY';
const SECRET_NAME = 'PERPDECK_API_SECRET';

/** The stand-alone paper exchange's too, so that a seed means the same in both. */
const SEED_MAX = 2 ** 31 - 1;

const integerText = (name: string, min: number, max: number) =>
  z.pipe(
    z.string().check(
      z.refine((text) => /^\d{1,10}$/.test(text) && Number(text) >= min && Number(text) <= max, {
        error: `--${name} must be a whole number from ${min} to ${max}.`,
      }),
    ),
    z.transform(Number),
  );

const amountText = (name: string) =>
  z.string().check(
    z.refine((text) => /^\d{1,15}(\.\d{1,12})?$/.test(text) && Number(text) > 0, {
      error: `--${name} must be a positive number such as 25000.`,
    }),
  );

const url = (name: string, protocols: readonly string[]) =>
  z
    .string()
    .check(
      z.refine(
        (text) => URL.canParse(text) && protocols.includes(new URL(text).protocol) && !text.includes('#'),
        { error: `--${name} must be a URL that starts with ${protocols.join('// or ')}//, without a #.` },
      ),
    );

const argumentsSchema = z.object({
  port: z._default(integerText('port', 0, 65_535), 8787),
  exchange: z._default(
    z.enum(ENVIRONMENTS, { error: `--exchange must be one of ${ENVIRONMENTS.join(', ')}.` }),
    'paper',
  ),
  'no-open': z._default(z.boolean(), false),
  seed: z._default(integerText('seed', 0, SEED_MAX), 1),
  'exchange-url': z.optional(url('exchange-url', ['http:', 'https:'])),
  'exchange-ws': z.optional(url('exchange-ws', ['ws:', 'wss:'])),
  'tls-cert': z.optional(z.string()),
  'tls-key': z.optional(z.string()),
  'tls-port': z._default(integerText('tls-port', 1, 65_535), 8443),
  host: z.optional(z.string()),
  'max-sockets': z.optional(integerText('max-sockets', 1, 10_000)),
  account: z.optional(z.string()),
  'passphrase-file': z.optional(z.string()),
  'max-order-value': z.optional(amountText('max-order-value')),
  'max-leverage': z.optional(amountText('max-leverage')),
  'max-orders-per-minute': z.optional(integerText('max-orders-per-minute', 1, 10_000)),
});

/** What `npm start -- --help` prints. */
export const USAGE = `npm start -- [options]      the terminal, on the paper exchange unless told otherwise

  --exchange paper|testnet|mainnet
  --port N                    where the page is served, on 127.0.0.1 (8787)
  --no-open                   do not open the browser
  --seed N                    the paper market's random seed (1)

  --account NAME              which account to unlock at the start (the only one)
  --passphrase-file F         where its passphrase is (asked for)
  --max-order-value N         hard caps: above them nothing is signed
  --max-leverage N            (on mainnet 100000 USDT, 50 and 120; elsewhere none)
  --max-orders-per-minute N

  --host NAMES                let other machines in, under these names, by TLS
  --tls-cert F, --tls-key F   the certificate and its key
  --tls-port N                where (8443)
  --max-sockets N             open pages at a time

  --exchange-url URL          another server that speaks the wire, and
  --exchange-ws URL           its socket`;

export const OPTIONS = {
  help: { type: 'boolean' },
  port: { type: 'string' },
  exchange: { type: 'string' },
  'no-open': { type: 'boolean' },
  seed: { type: 'string' },
  'exchange-url': { type: 'string' },
  'exchange-ws': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-port': { type: 'string' },
  host: { type: 'string' },
  'max-sockets': { type: 'string' },
  account: { type: 'string' },
  'passphrase-file': { type: 'string' },
  'max-order-value': { type: 'string' },
  'max-leverage': { type: 'string' },
  'max-orders-per-minute': { type: 'string' },
} as const;

function readArguments(argv: readonly string[]) {
  let values: unknown;
  try {
    values = parseArgs({ args: [...argv], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw new ConfigError((error as Error).message.split('\n')[0] ?? 'The options cannot be read.');
  }
  const parsed = argumentsSchema.safeParse(values);
  if (!parsed.success)
    throw new ConfigError(parsed.error.issues[0]?.message ?? 'The options cannot be read.');
  return parsed.data;
}

/** Takes the keys out of `env`, so that nothing that looks there later (a child, a report) finds them. */
function takeCredentials(env: NodeJS.ProcessEnv): Credentials | undefined {
  const apiKey = env[KEY_NAME]?.trim() ?? '';
  const secret = env[SECRET_NAME]?.trim() ?? '';
  delete env[KEY_NAME];
  delete env[SECRET_NAME];
  if (apiKey === '' && secret === '') return undefined;
  if (apiKey === '') throw new ConfigError(`${SECRET_NAME} is set but ${KEY_NAME} is not.`);
  if (secret === '') throw new ConfigError(`${KEY_NAME} is set but ${SECRET_NAME} is not.`);
  // It becomes a header.
  if (!/^[\x21-\x7e]{1,256}$/.test(apiKey)) throw new ConfigError(`${KEY_NAME} is not an API key.`);
  return { apiKey, secret: Buffer.from(secret, 'utf8') };
}

/** What even a proxy that has gone wrong cannot do with real money, unless it was told otherwise at the start. */
const MAINNET_CAPS = { orderValueMax: '100000', leverageMax: '50', ordersPerMinuteMax: 120 } as const;

function capsOf(given: ReturnType<typeof readArguments>): Caps {
  const { 'max-order-value': value, 'max-leverage': leverage, 'max-orders-per-minute': orders } = given;
  return {
    ...(value === undefined ? {} : { orderValueMax: value }),
    ...(leverage === undefined ? {} : { leverageMax: leverage }),
    ...(orders === undefined ? {} : { ordersPerMinuteMax: orders }),
  };
}

/** A name of this machine, or its address; no wildcard in any spelling. */
function isName(text: string): boolean {
  if (!/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(text) || text.includes('..')) return false;
  if (!/^(\d|0x)/.test(text)) return true;
  const bytes = text.split('.');
  return (
    bytes.length === 4 &&
    bytes.every((byte) => /^\d{1,3}$/.test(byte) && Number(byte) < 256) &&
    bytes[0] !== '0'
  );
}

function readPem(option: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new ConfigError(`--${option}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

function lanOf(given: ReturnType<typeof readArguments>): LanOptions | undefined {
  const { 'tls-cert': certPath, 'tls-key': keyPath, host, 'tls-port': port } = given;
  if (certPath === undefined && keyPath === undefined && host === undefined) return undefined;
  if (certPath === undefined || keyPath === undefined || host === undefined) {
    throw new ConfigError(
      '--host, --tls-cert and --tls-key belong together: other machines come in by TLS alone.',
    );
  }
  const names = host.toLowerCase().split(',');
  if (!names.every(isName)) {
    throw new ConfigError(
      '--host takes names of this machine as browsers write them, such as deck.lan, by commas.',
    );
  }
  const [cert, key] = [readPem('tls-cert', certPath), readPem('tls-key', keyPath)];
  try {
    createSecureContext({ cert, key });
  } catch (error) {
    throw new ConfigError(`--tls-cert and --tls-key do not fit (${(error as Error).message}).`);
  }
  return { names, port, cert, key };
}

/** Why not on mainnet: a debugger reads every key out of a process, and these words are how it is let in. */
function debuggerWord(env: NodeJS.ProcessEnv, execArgv: readonly string[]): string | undefined {
  const inspecting = execArgv.find((one) => one.startsWith('--inspect'));
  return inspecting ?? ((env.NODE_OPTIONS ?? '') === '' ? undefined : 'NODE_OPTIONS');
}

/** @throws ConfigError; removes the keys from `env`. */
export function readConfig(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  execArgv: readonly string[] = [],
): Config {
  const credentials = takeCredentials(env);
  const given = readArguments(argv);
  const word = debuggerWord(env, execArgv);
  if (given.exchange === 'mainnet' && word !== undefined) {
    throw new ConfigError(
      `With ${word} other programs could read your keys: Perpdeck does not run on mainnet with it.`,
    );
  }
  const { 'exchange-url': exchangeUrl, 'exchange-ws': exchangeWs, exchange: environment } = given;
  if ((exchangeUrl === undefined) !== (exchangeWs === undefined)) {
    throw new ConfigError('--exchange-url and --exchange-ws go together.');
  }
  const own =
    exchangeUrl === undefined || exchangeWs === undefined
      ? undefined
      : { url: new URL(exchangeUrl).origin, ws: exchangeWs };
  return {
    port: given.port,
    environment,
    opensBrowser: !given['no-open'],
    seed: given.seed,
    exchange: own ?? (environment === 'paper' ? undefined : EXCHANGES[environment]),
    credentials,
    lan: lanOf(given),
    socketsMax: given['max-sockets'],
    environments: ENVIRONMENTS.filter((one) => one !== 'mainnet' || word === undefined),
    account: given.account,
    passphraseFile: given['passphrase-file'],
    caps: capsOf(given),
    mainnetCaps: { ...MAINNET_CAPS, ...capsOf(given) },
  };
}
