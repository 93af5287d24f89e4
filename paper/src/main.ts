/**
 * The process of the paper exchange. Started by hand it reads flags and prints its keys; started by the proxy (a
 * forked child) it gets everything in one message, so that no secret stands in a command line, and ends with its
 * parent.
 */
import { randomBytes } from 'node:crypto';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { dataDirParts } from '#contract/data-dir.ts';
import { createSystemClock } from './clock.ts';
import { FlagError, readFlags, USAGE } from './flags.ts';
import { FolderInUseError } from './folder-lock.ts';
import { openKeptClock } from './kept-clock.ts';
import { ownAccounts } from './own-account.ts';
import { type PaperAccount, type PaperServer, type PaperServerOptions, startPaperServer } from './server.ts';
import { createSpeedClock, type SpeedClock } from './speed-clock.ts';
import { StoreError } from './store/account-store.ts';

/** A stand-alone exchange and the proxy's own keep their accounts apart, so that both can run at once. */
const STANDALONE_FOLDER = 'paper-standalone';
const CHILD_FOLDER = 'paper';
const ADMIN_TOKEN_BYTES = 24;

interface StartMessage {
  readonly kind: 'start';
  readonly port: number;
  readonly seed: number;
  readonly accounts: readonly PaperAccount[];
  readonly dataDir: string;
  readonly rateLimit: boolean;
  /** Only with one is there an admin endpoint. */
  readonly adminToken?: string;
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

/** A running exchange and all that ends with it. */
interface Running {
  readonly server: PaperServer;
  close(): Promise<void>;
}

function stopOnSignals({ close }: Running): void {
  let isStopping = false;
  const stop = (): void => {
    if (isStopping) return;
    isStopping = true;
    close().then(
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

type Asked = Omit<PaperServerOptions, 'clock' | 'machine' | 'folder'> & { readonly speed: number };

async function startOn(clock: SpeedClock, asked: Asked, folder?: string): Promise<Running> {
  const machine = createSystemClock();
  const options = { ...asked, clock, machine, ...(folder === undefined ? {} : { folder }) };
  try {
    const server = await startPaperServer(options);
    return { server, close: () => server.close().finally(clock.stop) };
  } catch (error) {
    clock.stop();
    throw error;
  }
}

/** A second exchange by hand works too, but only one can keep its accounts. */
async function startWithFolder(asked: Asked, folder: string): Promise<Running> {
  try {
    const clock = openKeptClock(folder, asked.speed);
    const running = await startOn(clock, asked, folder);
    clock.keep();
    return running;
  } catch (error) {
    if (!(error instanceof FolderInUseError)) throw error;
    const running = await startOn(createSpeedClock({ speed: asked.speed }), asked);
    console.error(`${error.message}: this one forgets its accounts when it ends.`);
    return running;
  }
}

async function startAlone(args: readonly string[]): Promise<void> {
  let port = 0;
  try {
    const flags = readFlags(args);
    const { seed, hasRateLimit, speed } = flags;
    port = flags.port;
    const { env, platform } = process;
    const folder = join(...dataDirParts({ env, platform, home: homedir() }), STANDALONE_FOLDER);
    const own = ownAccounts(folder, flags.ownAccounts);
    const accounts = [...flags.accounts, ...own];
    const adminToken = flags.adminToken ?? randomBytes(ADMIN_TOKEN_BYTES).toString('base64url');
    const admin = adminToken === 'off' ? {} : { adminToken };
    const running = await startWithFolder({ port, seed, hasRateLimit, speed, accounts, ...admin }, folder);
    stopOnSignals(running);
    console.log(`Paper exchange: a simulated market with play money (seed ${seed})`);
    console.log(`REST       ${running.server.url}`);
    console.log(`WebSocket  ${running.server.wsUrl}`);
    for (const { apiKey, secret } of own) console.log(`API key    ${apiKey}\nAPI secret ${secret}`);
    if (adminToken !== 'off') console.log(`Admin      ${running.server.url}/admin, token ${adminToken}`);
  } catch (error) {
    console.error(explain(error, port));
    process.exit(1);
  }
}

async function startAsChild(message: StartMessage, send: (answer: unknown) => void): Promise<void> {
  try {
    const { port, seed, accounts, rateLimit, adminToken } = message;
    const folder = join(message.dataDir, CHILD_FOLDER);
    const options = { port, seed, accounts, folder, hasRateLimit: rateLimit };
    const server = await startPaperServer({
      ...options,
      ...(adminToken === undefined ? {} : { adminToken }),
    });
    if (!process.connected) return void server.close().then(() => process.exit(0));
    stopOnSignals({ server, close: server.close });
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
