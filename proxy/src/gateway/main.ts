/**
 * `npm run keys`: gateway keys from the terminal. Keys are made by the Perpdeck that runs, since its signer makes their
 * secrets; a key is revoked in the data folder where none runs.
 */
import { parseArgs } from 'node:util';
import {
  DEAD_MAN_SECONDS,
  type GatewayKey,
  type KeyTerms,
  parseKeyTerms,
  SILENCES,
  type Silence,
} from '#contract/gateway.ts';
import { readProductNames } from '#contract/product-name.ts';
import { askKeys } from '../control-socket.ts';
import { dataDirPath } from '../data-dir.ts';
import { openKeyStore } from './key-store.ts';

const USAGE = `npm run keys                        the gateway keys of the account in use
npm run keys -- make NAME           a key that may read; shows its secret once
npm run keys -- revoke NAME         ends a key, and its sockets; its open orders stay

  --trade              it may trade as well
  --symbols A,B        the only ones that it may trade
  --cap N              USDT that one of its orders, or the position it leads to, may be worth
  --days N             it is over after so many days
  --on-silence WHAT    what its dead-man timer does: cancel (its own orders), halt (the kill switch),
                       halt-and-close (and close every position)`;

const OPTIONS = {
  trade: { type: 'boolean' },
  symbols: { type: 'string' },
  cap: { type: 'string' },
  days: { type: 'string' },
  'on-silence': { type: 'string' },
  help: { type: 'boolean' },
} as const;
type Given = { [K in keyof typeof OPTIONS]?: string | boolean | undefined };

const DAY_MS = 86_400_000;

class UsageError extends Error {
  override readonly name = 'UsageError';
}

function termsOf(name: string, { trade, symbols, cap, days, ...given }: Given): KeyTerms {
  const daysCount = Number(days);
  if (days !== undefined && !(daysCount > 0)) throw new UsageError('--days is a number above zero.');
  const terms = parseKeyTerms({
    name,
    scope: trade === true ? 'trade' : 'read',
    symbols: typeof symbols === 'string' ? readProductNames(symbols) : null,
    valueMax: cap ?? null,
    expiresAtMs: days === undefined ? null : Date.now() + Math.round(daysCount * DAY_MS),
    onSilence: given['on-silence'] ?? ('cancel' satisfies Silence),
  });
  if (terms.ok) return terms.value;
  const { problem } = terms;
  const at = problem.kind === 'malformed' ? problem.path : '';
  throw new UsageError(
    `The key is not right, at ${at}: ${problem.message}. --on-silence: ${SILENCES.join(', ')}.`,
  );
}

const day = (atMs: number): string => new Date(atMs).toISOString().slice(0, 16).replace('T', ' ');

/** One line for a key. */
function inWords({ name, scope, symbols, valueMax, expiresAtMs, lastUsedAtMs, deadMan, ...key }: GatewayKey) {
  const isOver = expiresAtMs !== null && expiresAtMs <= Date.now();
  return [
    `${name}  ${key.id}  ${scope}`,
    symbols === null ? 'every symbol' : symbols.join(' '),
    valueMax === null ? 'no cap' : `at most ${valueMax} USDT`,
    expiresAtMs === null ? 'without end' : `${isOver ? 'OVER since' : 'until'} ${day(expiresAtMs)}`,
    lastUsedAtMs === undefined ? 'never used' : `last used ${day(lastUsedAtMs)}`,
    ...(deadMan.at === 'off' ? [] : [`dead-man timer ${deadMan.at}`]),
  ].join(', ');
}

/** Where no Perpdeck has the keys in hand, the file is all there is. */
function revokeInFile(folder: string, name: string): string {
  const store = openKeyStore(folder);
  const found = store.list().filter(({ id, terms }) => id === name || terms.name === name);
  const [only, ...others] = found;
  if (only === undefined) return 'There is no such key.';
  if (others.length > 0)
    return `Several accounts have a key of that name; say which: ${found.map(({ id }) => id).join(', ')}`;
  store.remove(only.id);
  return `The key ${name} is revoked.`;
}

async function list(folder: string): Promise<number> {
  const answer = await askKeys(folder, { do: 'list' });
  if (answer?.kind === 'keys') {
    console.log(answer.keys.length === 0 ? 'There is no gateway key.' : answer.keys.map(inWords).join('\n'));
    return 0;
  }
  // Of every account, since none is in use.
  const kept = openKeyStore(folder).list();
  const lines = kept.map(({ id, account, madeAtMs, lastUsedAtMs, terms }) => {
    const used = lastUsedAtMs === undefined ? {} : { lastUsedAtMs };
    return `${account}  ${inWords({ id, madeAtMs, ...used, ...terms, deadMan: { at: 'off' } })}`;
  });
  console.log(lines.length === 0 ? 'There is no gateway key.' : lines.join('\n'));
  return 0;
}

async function make(folder: string, terms: KeyTerms): Promise<number> {
  const answer = await askKeys(folder, { do: 'make', terms });
  if (answer?.kind !== 'made') {
    console.error(
      answer?.kind === 'problem'
        ? answer.problem
        : 'Keys are made by a Perpdeck that runs and has its account unlocked: start it, then try again.',
    );
    return 1;
  }
  const { key, secret } = answer.made;
  console.log(`${inWords(key)}\n\nAPI key     ${key.id}\nAPI secret  ${secret}\n`);
  console.log('The secret is shown this once and kept nowhere. How a bot uses it: docs/bots.md.');
  if (terms.scope === 'trade') {
    const { min, max } = DEAD_MAN_SECONDS;
    console.log(`Its dead-man timer is off until the bot arms it (${min} to ${max} s).`);
  }
  return 0;
}

async function revoke(folder: string, name: string): Promise<number> {
  const answer = await askKeys(folder, { do: 'revoke', name });
  if (answer?.kind === 'revoked') console.log(`The key ${name} is revoked.`);
  else console.log(answer?.kind === 'problem' ? answer.problem : revokeInFile(folder, name));
  return answer?.kind === 'problem' ? 1 : 0;
}

function run(): Promise<number> {
  const { values, positionals } = parseArgs({ options: OPTIONS, allowPositionals: true });
  const [what = 'list', name = '', ...others] = positionals;
  const folder = dataDirPath(process.env);
  if (values.help !== true && others.length === 0) {
    if (what === 'list' && name === '') return list(folder);
    if (what === 'make' && name !== '') return make(folder, termsOf(name, values));
    if (what === 'revoke' && name !== '') return revoke(folder, name);
  }
  console.log(USAGE);
  return Promise.resolve(values.help === true ? 0 : 1);
}

Promise.resolve()
  .then(run)
  .then(
    (code) => {
      process.exitCode = code;
    },
    (error: Error) => {
      console.error(error.message);
      process.exitCode = 1;
    },
  );
