/** The command line of the stand-alone exchange. */
import { parseArgs } from 'node:util';
import type { PaperAccount } from './server.ts';

const PORT_DEFAULT = 8788;
const SEED_DEFAULT = 1;
const SEED_MAX = 2 ** 31 - 1;

export const USAGE =
  'Usage: npm run paper -- [--port 8788] [--account KEY:SECRET ...] [--seed N] [--rate-limit on|off]';

export interface Flags {
  readonly port: number;
  readonly seed: number;
  readonly hasRateLimit: boolean;
  readonly accounts: readonly PaperAccount[];
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

/** @throws FlagError */
export function readFlags(args: readonly string[]): Flags {
  let values: { port?: string; seed?: string; account?: string[]; 'rate-limit'?: string };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        seed: { type: 'string' },
        account: { type: 'string', multiple: true },
        'rate-limit': { type: 'string' },
      },
    }));
  } catch (error) {
    throw new FlagError(error instanceof Error ? error.message.split('\n')[0] : String(error), {
      cause: error,
    });
  }
  const rateLimit = values['rate-limit'] ?? 'on';
  if (rateLimit !== 'on' && rateLimit !== 'off') {
    throw new FlagError(`--rate-limit must be on or off, not "${rateLimit}"`);
  }
  const accounts = (values.account ?? []).map(accountOf);
  if (new Set(accounts.map(({ apiKey }) => apiKey)).size < accounts.length) {
    throw new FlagError('--account names the same KEY twice');
  }
  return {
    port: wholeNumber('port', values.port, PORT_DEFAULT, 65_535),
    seed: wholeNumber('seed', values.seed, SEED_DEFAULT, SEED_MAX),
    hasRateLimit: rateLimit === 'on',
    accounts,
  };
}
