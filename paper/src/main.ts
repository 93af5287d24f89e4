/**
 * The process of the paper exchange. Started by hand it reads flags and prints its keys; started by the proxy (a
 * forked child) it gets everything in one message, so that no secret stands in a command line, and ends with its
 * parent.
 */
import { join } from 'node:path';
import { dataDir } from './data-dir.ts';
import { FlagError, type Flags, readFlags, USAGE } from './flags.ts';
import { FolderInUseError } from './folder-lock.ts';
import { ownAccount } from './own-account.ts';
import { type PaperAccount, type PaperServer, startPaperServer } from './server.ts';
import { StoreError } from './store/account-store.ts';

/** A stand-alone exchange and the proxy's own keep their accounts apart, so that both can run at once. */
const STANDALONE_FOLDER = 'paper-standalone';
const CHILD_FOLDER = 'paper';

interface StartMessage {
  readonly kind: 'start';
  readonly port: number;
  readonly seed: number;
  readonly accounts: readonly PaperAccount[];
  readonly dataDir: string;
  readonly rateLimit: boolean;
}

const isStartMessage = (message: unknown): message is StartMessage =>
  typeof message === 'object' && message !== null && (message as { kind?: unknown }).kind === 'start';

/** One line for a person; anything unforeseen keeps its stack. */
function explain(error: unknown, port: number): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') return `Port ${port} is already in use. Choose another with --port.`;
  if (code === 'EACCES') return `Port ${port} may not be used by this user. Choose another with --port.`;
  if (error instanceof FlagError) return `${error.message}\n${USAGE}`;
  if (error instanceof StoreError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function stopOnSignals(server: PaperServer): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    server.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  if (process.send === undefined) {
    process.on('SIGINT', stop);
  } else {
    // Ctrl-C reaches the whole group; the parent decides when we stop.
    process.on('SIGINT', () => undefined);
    process.on('disconnect', stop);
  }
}

/** A second exchange by hand works too, but only one can keep its accounts. */
async function startWithFolder(flags: Flags, folder: string): Promise<PaperServer> {
  try {
    return await startPaperServer({ ...flags, folder });
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    const server = await startPaperServer(flags);
    console.error(`${error.message}: this one forgets its accounts when it ends.`);
    return server;
  }
}

async function startAlone(args: readonly string[]): Promise<void> {
  let port = 0;
  try {
    const flags = readFlags(args);
    port = flags.port;
    const folder = join(dataDir(), STANDALONE_FOLDER);
    const accounts = flags.accounts.length > 0 ? flags.accounts : [ownAccount(folder)];
    const server = await startWithFolder({ ...flags, accounts }, folder);
    stopOnSignals(server);
    console.log(`Paper exchange: a simulated market with play money (seed ${flags.seed})`);
    console.log(`REST       ${server.url}`);
    console.log(`WebSocket  ${server.wsUrl}`);
    if (flags.accounts.length === 0) {
      for (const { apiKey, secret } of accounts) console.log(`API key    ${apiKey}\nAPI secret ${secret}`);
    }
  } catch (error) {
    console.error(explain(error, port));
    process.exit(1);
  }
}

async function startAsChild(message: StartMessage, send: (answer: unknown) => void): Promise<void> {
  try {
    const { port, seed, accounts, rateLimit } = message;
    const folder = join(message.dataDir, CHILD_FOLDER);
    const server = await startPaperServer({ port, seed, accounts, folder, hasRateLimit: rateLimit });
    if (!process.connected) return void server.close().then(() => process.exit(0));
    stopOnSignals(server);
    send({ kind: 'listening', port: server.port });
  } catch (error) {
    send({ kind: 'failed', message: explain(error, message.port) });
    process.disconnect();
    process.exitCode = 1;
  }
}

if (process.send !== undefined && process.env.PERPDECK_PAPER_CHILD === '1') {
  const send = process.send.bind(process);
  process.once('message', (message) => {
    if (isStartMessage(message)) void startAsChild(message, send);
    else send({ kind: 'failed', message: 'The first message must be {kind: "start", ...}' });
  });
} else {
  await startAlone(process.argv.slice(2));
}
