/** Starts Perpdeck: claims the data folder, starts what is to be started, prints one link, stops on Ctrl-C. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Environment } from '#contract/vocabulary.ts';
import { canOpenBrowser, openInBrowser } from './browser-opener.ts';
import { type Config, ConfigError, readConfig, USAGE } from './config.ts';
import type { AccountDesk, Selection } from './connect/account-desk.ts';
import { openControlSocket } from './control-socket.ts';
import { keepOutOfCoreDumps } from './core-dumps.ts';
import { claimDataDir, type DataDir, DataDirError, dataDirPath } from './data-dir.ts';
import { type Deck, openDeck, type Placed } from './deck.ts';
import { loadPages } from './door/spa.ts';
import type { ExchangeHosts } from './exchange/exchanges.ts';
import { UPSTREAM_TIMING } from './exchange/upstream.ts';
import { openKeyStore } from './gateway/key-store.ts';
import type { ArmingProof } from './guard/arming.ts';
import { openLimitsFile } from './guard/limits-file.ts';
import { openJournalStore } from './journal/journal-store.ts';
import { hostsOf, type Keys, openKeys, unlockAtStart } from './keys.ts';
import { openHalts } from './kill/halt-file.ts';
import { PaperStartError, startPaperProcess } from './paper-process.ts';
import { openPasskeyFile } from './passkeys/passkey-file.ts';
import { createPasskeys, type Passkeys } from './passkeys/passkeys.ts';
import { startProxy } from './server.ts';
import { createSessions } from './sign-in/session.ts';
import { type AskSigner, SignerError, sealed } from './signer/protocol.ts';
import { systemTime } from './time.ts';
import { createLog, createScrubber, type Log } from './watch/log.ts';
import { openLogFile } from './watch/log-file.ts';

/** The repository: two folders up from the sources and from the bundle alike. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** A stop that takes longer than this is cut short. */
const STOP_MS = 6_000;
/** Under npm one Ctrl-C arrives twice, from the terminal and from npm: only a later one is meant to hurry us. */
const ECHO_MS = 2_000;
/** An exchange on this machine has no limit on connects, and a developer restarts it often. */
const LOCAL_BACKOFF_MAX_MS = 2_000;

/** Closing, last opened first. */
const closers: (() => void | Promise<void>)[] = [];

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}

/** `hidden` is what the log never shows; more may be added later. */
function openLog(dataDir: DataDir, hidden: Iterable<string>): Log {
  try {
    const file = openLogFile({ path: join(dataDir.path, 'perpdeck.log'), scrub: createScrubber(hidden) });
    closers.push(file.close);
    return createLog(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DataDirError(`The log in ${dataDir.path} cannot be written (${code}).`);
  }
}

/** In words, for the line above the link. */
function environmentLine({ environment, key }: Selection, hosts: ExchangeHosts | undefined): string {
  const words = {
    paper: 'the paper exchange (play money)',
    testnet: 'Phemex testnet',
    mainnet: 'Phemex mainnet (real money)',
  }[environment];
  const where = hosts === undefined ? '' : ` at ${hosts.url}`;
  const why = {
    none: '. No API key: public data only; run "npm run connect", or choose Connect in the page, to trade',
    locked: '. Its key is locked: unlock it in the page',
    given: '',
    open: key.state === 'open' ? `, account “${key.account}”` : '',
  }[key.state];
  return `Perpdeck is on ${words}${where}${why}.`;
}

function offerLinks(deck: Deck, dataDir: DataDir, config: Config): void {
  const print = () => {
    console.log(`Sign in: ${deck.proxy.signInLink()}`);
    const elsewhere = deck.proxy.lanLink();
    if (elsewhere !== undefined) console.log(`From another machine: ${elsewhere}`);
  };
  print();
  if (config.opensBrowser && canOpenBrowser(process.env, process.stdout.isTTY)) {
    closers.push(openInBrowser(deck.proxy.signInLink(), dataDir.path, systemTime));
  }
  if (!process.stdin.isTTY) return;
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', print);
}

async function start(): Promise<void> {
  if (process.argv.includes('--help')) {
    console.log(USAGE);
    return;
  }
  const config = readConfig(process.argv.slice(2), process.env, process.execArgv);
  const dataDir = claimDataDir(dataDirPath(process.env));
  closers.push(dataDir.release);
  const hidden = new Set<string>();
  const log = openLog(dataDir, hidden);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'stopped by an error nobody caught');
    void stop(70);
  });
  const version = versionOf();
  const keys = await openKeys({ config, dataDir: dataDir.path, log, time: systemTime, version, hidden });
  closers.push(keys.close);
  const { desk, signer } = keys;
  await unlockAtStart(desk, config, process.stdin);
  const passkeys = createPasskeys(openPasskeyFile(dataDir.path), systemTime);
  await checkSecondFactor(config, passkeys, signer.ask);
  const sessions = createSessions(systemTime);
  closers.push(() => sessions.close('Perpdeck is stopping.'));
  const { socketsMax } = config;
  const halts = openHalts(dataDir.path);
  const deck = await openDeck(config.port, {
    desk,
    ask: signer.ask,
    log,
    openExchange: (environment) => openExchange(environment, { config, keys, dataDir, log }),
    start: ({ exchange, scope, ...placed }) =>
      startProxy({
        ...placed,
        trading: {
          scope,
          openJournal: () => openJournalStore(dataDir.path),
          limits: openLimitsFile(dataDir.path, placed.environment),
          haltFile: halts.of(scope),
          keyStore: openKeyStore(dataDir.path),
          ...armingOf(desk, placed),
        },
        haltLeft: halts.left,
        exchangeUrl: exchange.url,
        exchangeWs: exchange.ws,
        sessions,
        signInSigner: signer,
        passkeys,
        ...(config.lan === undefined ? {} : { lan: config.lan }),
        pages: loadPages(join(root, 'dist', 'web')),
        version,
        log,
        ...(isLocal(exchange) ? { upstreamTiming: LOCAL_TIMING } : {}),
        ...(socketsMax === undefined ? {} : { socketCounts: { perSession: socketsMax, total: socketsMax } }),
      }),
    onBroken(error) {
      log.fatal({ err: error }, 'could not move');
      console.error(complaint(error, process.argv.slice(2)));
      void stop(1);
    },
  });
  closers.push(deck.close);
  const controlled = {
    killSwitch: () => deck.proxy.killSwitch(),
    gateway: () => (deck.isMoving ? undefined : deck.proxy.gateway()),
  };
  closers.push(await openControlSocket(dataDir.path, controlled, systemTime));
  // A halt that found nobody to tell while this was starting.
  deck.proxy.killSwitch()?.takeUp();
  keys.onLost(deck.move);
  log.info({ environment: config.environment, url: deck.proxy.url }, 'started');
  console.log(environmentLine(desk.selection(), hostsOf(config, config.environment)));
  offerLinks(deck, dataDir, config);
}

/** With real money trading begins disarmed; whoever arms it knows the passphrase of the key, where it has one. */
function armingOf(
  desk: AccountDesk,
  { environment, key }: Pick<Placed, 'environment' | 'key'>,
): { armingProof?: ArmingProof } {
  if (environment !== 'mainnet') return {};
  const check = async (box: string | undefined) => {
    if (key.state !== 'open') return;
    await desk.prove({ environment, name: key.account }, sealed(box ?? ''));
  };
  return { armingProof: { needsPassphrase: key.state === 'open', check } };
}

/** Other machines are let in only where the link alone signs nobody in. @throws ConfigError */
async function checkSecondFactor({ lan }: Config, passkeys: Passkeys, ask: AskSigner): Promise<void> {
  if (lan === undefined || passkeys.isAny() || (await ask('hasSignIn', {}))) return;
  throw new ConfigError(
    'Other machines need a second factor beside the link: start without --host once, and set a sign-in passphrase under Accounts, Browsers.',
  );
}

const LOCAL_TIMING = { ...UPSTREAM_TIMING, backoffMaxMs: LOCAL_BACKOFF_MAX_MS };
const isLocal = ({ url }: ExchangeHosts): boolean => new URL(url).hostname === '127.0.0.1';

interface ExchangeNeeds {
  readonly config: Config;
  readonly keys: Keys;
  readonly dataDir: DataDir;
  readonly log: Log;
}

async function openExchange(environment: Environment, { config, keys, dataDir, log }: ExchangeNeeds) {
  const hosts = hostsOf(config, environment);
  if (hosts !== undefined) return { ...hosts, close: async () => {} };
  const paper = await startPaperProcess({
    seed: config.seed,
    dataDir: dataDir.path,
    account: keys.paperAccount,
    env: process.env,
    time: systemTime,
    log,
  });
  const { port, stop: close } = paper;
  return { url: `http://127.0.0.1:${port}`, ws: `ws://127.0.0.1:${port}/ws`, close };
}

let stoppingSinceMs: number | undefined;

async function stop(code: number): Promise<void> {
  if (stoppingSinceMs !== undefined) {
    if (systemTime.monoMs() - stoppingSinceMs < ECHO_MS) return;
    process.exit(code === 0 ? 1 : code);
  }
  stoppingSinceMs = systemTime.monoMs();
  setTimeout(() => process.exit(code), STOP_MS).unref();
  for (const close of closers.splice(0).reverse()) {
    try {
      await close();
    } catch (error) {
      console.error(`Perpdeck could not stop cleanly: ${(error as Error).message}`);
    }
  }
  process.exit(code);
}

const PLAIN_ERRORS = [ConfigError, DataDirError, PaperStartError, SignerError] as const;

/** One line for what a person can do something about; the whole story for a mistake of ours. */
function complaint(error: unknown, argv: readonly string[]): string {
  if (PLAIN_ERRORS.some((kind) => error instanceof kind)) return (error as Error).message;
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE') {
    return `Port ${port} is in use: stop what uses it, or choose another with --port.`;
  }
  if (code === 'EACCES') return `Port ${port} is not allowed to you: choose another with --port.`;
  return `Perpdeck could not start (${argv.join(' ')}): ${(error as Error).stack}`;
}

process.umask(0o077);
// Node opens a debugger's port at this signal, unless somebody listens to it.
process.on('SIGUSR1', () => {});
keepOutOfCoreDumps();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
start().catch(async (error: unknown) => {
  console.error(complaint(error, process.argv.slice(2)));
  await stop(1);
});
