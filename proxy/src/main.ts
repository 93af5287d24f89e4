/** Starts Perpdeck: claims the data folder, starts what is to be started, prints one link, stops on Ctrl-C. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canOpenBrowser, openInBrowser } from './browser-opener.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { claimDataDir, type DataDir, DataDirError, dataDirPath } from './data-dir.ts';
import { openJournalStore } from './journal/journal-store.ts';
import { createLog, createScrubber, type Log } from './log.ts';
import { openLogFile } from './log-file.ts';
import { newPaperAccount, PaperStartError, startPaperProcess } from './paper-process.ts';
import { type RunningProxy, startProxy } from './server.ts';
import { createSigner, type Signer } from './sign.ts';
import { SignerError } from './signer/protocol.ts';
import { type SignerProcess, startSignerProcess } from './signer/signer-process.ts';
import { loadPages } from './spa.ts';
import { systemTime } from './time.ts';
import { hashOf } from './token.ts';
import { UPSTREAM_TIMING } from './upstream.ts';

/** The repository: two folders up from the sources and from the bundle alike. */
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** A stop that takes longer than this is cut short. */
const STOP_MS = 6_000;
/** Under npm one Ctrl-C arrives twice, from the terminal and from npm: only a later one is meant to hurry us. */
const ECHO_MS = 2_000;
/** An exchange on this machine has no limit on connects, and a developer restarts it often. */
const LOCAL_BACKOFF_MAX_MS = 2_000;

/** Of the hash of an API key, in the journal. */
const ACCOUNT_DIGITS = 16;

/** Closing, last opened first. */
const closers: (() => void | Promise<void>)[] = [];

interface Exchange {
  readonly url: string;
  readonly ws: string;
  readonly signer: Signer | undefined;
  /** Names environment and account in the journal; of a key no more than a hash. */
  readonly scope: string;
}

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  return version;
}

function createLogs(dataDir: DataDir, canaries: readonly string[]): Log {
  try {
    const file = openLogFile({
      path: join(dataDir.path, 'perpdeck.log'),
      scrub: createScrubber(canaries),
    });
    closers.push(file.close);
    return createLog(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DataDirError(`The log in ${dataDir.path} cannot be written (${code}).`);
  }
}

/** The name under which the signer holds the one key that was given at the start. */
const GIVEN_KEY = 'given';

async function openSigner(config: Config, log: Log): Promise<SignerProcess> {
  const signer = await startSignerProcess({ caps: config.caps, time: systemTime, log });
  closers.push(signer.stop);
  return signer;
}

async function openExchange(config: Config, dataDir: DataDir, openLog: (canaries: readonly string[]) => Log) {
  const { credentials } = config;
  if (config.exchange !== undefined) {
    const log = openLog(credentials === undefined ? [] : [credentials.apiKey]);
    const { ask } = await openSigner(config, log);
    if (credentials === undefined) {
      return { log, exchange: { ...config.exchange, signer: undefined, scope: config.environment } };
    }
    const { apiKey, secret } = credentials;
    await ask('hold', { account: GIVEN_KEY, apiKey, secret });
    secret.fill(0);
    const account = hashOf(apiKey).toString('hex').slice(0, ACCOUNT_DIGITS);
    const scope = `${config.environment} ${account}`;
    return { log, exchange: { ...config.exchange, signer: createSigner(ask, GIVEN_KEY, apiKey), scope } };
  }
  const account = newPaperAccount();
  const log = openLog([account.apiKey, account.secret]);
  const { ask, onRestart } = await openSigner(config, log);
  const hold = () =>
    ask('hold', { account: GIVEN_KEY, apiKey: account.apiKey, secret: Buffer.from(account.secret, 'utf8') });
  await hold();
  // Play money: its key may be told twice.
  onRestart(() => void hold().catch(() => {}));
  const paper = await startPaperProcess({
    seed: config.seed,
    dataDir: dataDir.path,
    account,
    env: process.env,
    time: systemTime,
    log,
  });
  closers.push(paper.stop);
  const exchange: Exchange = {
    url: `http://127.0.0.1:${paper.port}`,
    ws: `ws://127.0.0.1:${paper.port}/ws`,
    signer: createSigner(ask, GIVEN_KEY, account.apiKey),
    scope: 'paper',
  };
  return { log, exchange };
}

/** In words, for the line above the link. */
function environmentLine({ environment, exchange }: Config, hasKey: boolean): string {
  const words = {
    paper: 'the paper exchange (play money)',
    testnet: 'Phemex testnet',
    mainnet: 'Phemex mainnet (real money)',
  }[environment];
  const where = exchange === undefined ? '' : ` at ${exchange.url}`;
  const key = hasKey
    ? ''
    : '. No API key: public data only; set PERPDECK_API_KEY and PERPDECK_API_SECRET to trade';
  return `Perpdeck is on ${words}${where}${key}.`;
}

function offerLinks(proxy: RunningProxy, dataDir: DataDir, config: Config): void {
  const print = () => console.log(`Sign in: ${proxy.signInLink()}`);
  print();
  if (config.opensBrowser && canOpenBrowser(process.env, process.stdout.isTTY)) {
    closers.push(openInBrowser(proxy.signInLink(), dataDir.path, systemTime));
  }
  if (!process.stdin.isTTY) return;
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', print);
}

async function start(): Promise<void> {
  const config = readConfig(process.argv.slice(2), process.env);
  const dataDir = claimDataDir(dataDirPath(process.env));
  closers.push(dataDir.release);
  const { log, exchange } = await openExchange(config, dataDir, (canaries) => createLogs(dataDir, canaries));
  const isLocal = new URL(exchange.url).hostname === '127.0.0.1';
  const { socketsMax } = config;
  const proxy = await startProxy({
    port: config.port,
    environment: config.environment,
    exchangeUrl: exchange.url,
    exchangeWs: exchange.ws,
    signer: exchange.signer,
    trading: {
      scope: exchange.scope,
      openJournal: () => openJournalStore(dataDir.path),
    },
    pages: loadPages(join(root, 'dist', 'web')),
    version: versionOf(),
    log,
    ...(isLocal ? { upstreamTiming: { ...UPSTREAM_TIMING, backoffMaxMs: LOCAL_BACKOFF_MAX_MS } } : {}),
    ...(socketsMax === undefined ? {} : { socketCounts: { perSession: socketsMax, total: socketsMax } }),
  });
  closers.push(proxy.close);
  process.on('uncaughtException', (error) => {
    log.fatal({ err: error }, 'stopped by an error nobody caught');
    void stop(70);
  });
  log.info({ environment: config.environment, url: proxy.url }, 'started');
  console.log(environmentLine(config, exchange.signer !== undefined));
  offerLinks(proxy, dataDir, config);
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

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));
start().catch(async (error: unknown) => {
  console.error(complaint(error, process.argv.slice(2)));
  await stop(1);
});
