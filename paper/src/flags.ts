/** The command line of the stand-alone exchange. */
import { parseArgs } from 'node:util';
import { ADMIN_TOKEN_LENGTH_MIN } from './admin/admin-door.ts';
import type { PaperAccount } from './server.ts';
import { SPEED_MAX } from './speed-clock.ts';

const PORT_DEFAULT = 8788;
const SEED_DEFAULT = 1;
const SEED_MAX = 2 ** 31 - 1;
const OWN_ACCOUNTS_MAX = 100;

export const USAGE =
  'Usage: npm run paper -- [--port 8788] [--account KEY:SECRET ...] [--accounts N] [--seed N] [--rate-limit on|off]\n' +
  '  [--speed 1|60|paused] [--admin-token TOKEN|off]';

export interface Flags {
  readonly port: number;
  readonly seed: number;
  readonly hasRateLimit: boolean;
  readonly accounts: readonly PaperAccount[];
  /** How many accounts it makes itself, beside those. */
  readonly ownAccounts: number;
  /** Zero is paused. */
  readonly speed: number;
  /** Absent: one is made; 'off': no admin endpoint. */
  readonly adminToken: string | undefined;
}

/** What is wrong with the flags; `message` is one line for the person who typed them. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

function wholeNumber(name: string, text: string | undefined, otherwise: number, max: number): number {
  if (text === undefined) return otherwise;
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= max))
    throw new FlagError(`--${name} must be a whole number from 0 to ${max}, not "${text}"`);
  return value;
}

/** The message never repeats what stands behind the colon. */
function accountOf(text: string): PaperAccount {
  const colon = text.indexOf(':');
  const apiKey = text.slice(0, colon);
  const secret = text.slice(colon + 1);
  if (colon <= 0 || secret === '') throw new FlagError('--account must be KEY:SECRET');
  return { name: apiKey, apiKey, secret };
}

function speedOf(text: string | undefined): number {
  if (text === undefined) return 1;
  const speed =
    text === 'paused' ? 0 : /^\d{1,4}(\.\d{1,3})?x?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
  if (!(speed <= SPEED_MAX)) {
    throw new FlagError(`--speed must be paused or a number from 0 to ${SPEED_MAX}, not "${text}"`);
  }
  return speed;
}

/** The message never repeats it. */
function adminTokenOf(text: string | undefined): string | undefined {
  if (text === undefined || text === 'off') return text;
  if (text.length < ADMIN_TOKEN_LENGTH_MIN || !/^[\x21-\x7e]+$/.test(text)) {
    throw new FlagError(
      `--admin-token must be off or at least ${ADMIN_TOKEN_LENGTH_MIN} characters without spaces`,
    );
  }
  return text;
}

function accountsOf(texts: readonly string[]): readonly PaperAccount[] {
  const accounts = texts.map(accountOf);
  if (new Set(accounts.map(({ apiKey }) => apiKey)).size < accounts.length) {
    throw new FlagError('--account names the same KEY twice');
  }
  return accounts;
}

const OPTIONS = {
  port: { type: 'string' },
  seed: { type: 'string' },
  account: { type: 'string', multiple: true },
  accounts: { type: 'string' },
  'rate-limit': { type: 'string' },
  speed: { type: 'string' },
  'admin-token': { type: 'string' },
} as const;

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS }).values;
  } catch (error) {
    throw new FlagError(error instanceof Error ? error.message.split('\n')[0] : String(error), {
      cause: error,
    });
  }
}

/** @throws FlagError */
export function readFlags(args: readonly string[]): Flags {
  const values = parse(args);
  const rateLimit = values['rate-limit'] ?? 'on';
  if (rateLimit !== 'on' && rateLimit !== 'off') {
    throw new FlagError(`--rate-limit must be on or off, not "${rateLimit}"`);
  }
  const accounts = accountsOf(values.account ?? []);
  return {
    port: wholeNumber('port', values.port, PORT_DEFAULT, 65_535),
    seed: wholeNumber('seed', values.seed, SEED_DEFAULT, SEED_MAX),
    hasRateLimit: rateLimit === 'on',
    accounts,
    // Without any there would be nothing to trade with.
    ownAccounts: wholeNumber('accounts', values.accounts, accounts.length === 0 ? 1 : 0, OWN_ACCOUNTS_MAX),
    speed: speedOf(values.speed),
    adminToken: adminTokenOf(values['admin-token']),
  };
}
