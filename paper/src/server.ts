/**
 * The paper exchange as a server: core, simulated market and wire on one loopback port. Stand-alone, inside the
 * proxy's child process and in tests it is this same function; a test brings its own clock.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { adminRoutes } from './admin/admin-routes.ts';
import { createAdminListener, isAdminRequest } from './admin/admin-server.ts';
import { type Clock, createSystemClock } from './clock.ts';
import type { Units } from './commands.ts';
import { createExchange, type Exchange } from './exchange.ts';
import type { Fault } from './faults/fault.ts';
import { createFaultDesk, type FaultControl } from './faults/fault-desk.ts';
import { lockFolder } from './folder-lock.ts';
import { openCandleFile } from './market/candle-file.ts';
import { type CandleStore, createMemoryCandleStore } from './market/candle-store.ts';
import { createMarket, type Market } from './market/market.ts';
import { PRODUCT_SPECS } from './market/products.ts';
import { openScenarioFile } from './market/scenario-file.ts';
import type { ScenarioStore } from './market/scenarios.ts';
import type { SpeedClock } from './speed-clock.ts';
import type { AccountStore } from './store/account-store.ts';
import { openAccountStore } from './store/libsql-store.ts';
import { createCatalogue } from './wire/catalogue.ts';
import { createDoorClock } from './wire/door-clock.ts';
import { createKeyRing } from './wire/key-ring.ts';
import { createRateLimits } from './wire/rate-limits.ts';
import { createRestListener, type RequestListener } from './wire/rest-server.ts';
import { createSocketServer, SOCKET_PATH } from './wire/socket-server.ts';
import { createBookStream } from './wire/streams/book-stream.ts';
import { createTracing } from './wire/tracing.ts';
import type { WireContext } from './wire/wire-context.ts';

const HOST = '127.0.0.1';
/** Play money of a new account: 100,000 USDT. */
const DEPOSIT = (100_000n * 10n ** 12n) as Units;
/** Longer than clients keep idle connections (a minute, usually), so that none is closed under a request. */
const KEEP_ALIVE_MS = 120_000;

export interface PaperAccount {
  /** The account survives restarts under this name, whatever its keys are. */
  readonly name: string;
  readonly apiKey: string;
  readonly secret: string;
}

export interface PaperServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly seed: number;
  readonly accounts: readonly PaperAccount[];
  /** Without one, nothing outlives the process. */
  readonly folder?: string;
  readonly hasRateLimit: boolean;
  /** The exchange's time; where it is a `SpeedClock`, the admin endpoint can change its pace. */
  readonly clock?: Clock | SpeedClock;
  /** What connections are promised is counted by it; the exchange's time unless given. */
  readonly machine?: Clock;
  /** Opens the admin endpoint to whoever knows it. */
  readonly adminToken?: string;
  /** What goes wrong from the start; more can be asked for later (`faults.add`). */
  readonly faults?: readonly Fault[];
  /** Told of what went wrong inside; defaults to standard error. */
  readonly onError?: (error: unknown) => void;
}

export interface PaperServer {
  readonly url: string;
  readonly wsUrl: string;
  readonly port: number;
  readonly clock: Clock;
  readonly exchange: Exchange;
  readonly market: Market;
  /** Makes things go wrong, for tests of whoever talks to this exchange. */
  readonly faults: FaultControl;
  readonly close: () => Promise<void>;
}

interface Stores {
  readonly accounts: AccountStore;
  readonly candles: CandleStore;
  readonly scenarios?: ScenarioStore;
  readonly close: () => void;
}

function openStores(folder: string | undefined, seed: number, clock: Clock): Stores {
  if (folder === undefined) {
    const accounts = openAccountStore(':memory:');
    return { accounts, candles: createMemoryCandleStore(), close: () => accounts.close() };
  }
  const unlock = lockFolder(folder);
  try {
    const accounts = openAccountStore(folder);
    const candles = openCandleFile(folder, seed, clock.nowMs());
    return {
      accounts,
      candles,
      scenarios: openScenarioFile(folder),
      close() {
        candles.close();
        accounts.close();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** An outage of the market is maintenance to whoever is connected. */
function shutDoors(faults: FaultControl): (isOut: boolean) => void {
  let shut: number | undefined;
  return (isOut) => {
    if (isOut) shut = faults.add({ kind: 'maintenance' });
    else if (shut !== undefined) faults.lift(shut);
  };
}

/** The exchange behind its door, from what is stored and what is asked for. */
function createInside(options: PaperServerOptions, stores: Stores, clock: Clock) {
  const { seed, accounts, hasRateLimit, machine = clock } = options;
  const exchange = createExchange({ products: PRODUCT_SPECS, clock, store: stores.accounts });
  const keys = accounts.map(({ name, apiKey, secret }) => ({
    name,
    apiKey,
    secret,
    account: exchange.openAccount(name, DEPOSIT),
  }));
  const { candles: candleStore, scenarios: scenarioStore } = stores;
  const market = createMarket({ exchange, clock, seed, candleStore, scenarioStore });
  const catalogue = createCatalogue(PRODUCT_SPECS);
  const faults = createFaultDesk(options.faults);
  market.onOutage(shutDoors(faults));
  const context: WireContext = {
    clock,
    machine,
    door: createDoorClock(clock, machine, faults.skewMs),
    faults,
    exchange,
    market,
    catalogue,
    keys: createKeyRing(keys),
    limits: createRateLimits(machine, hasRateLimit),
    newTracing: createTracing(seed, clock.nowMs()),
    books: createBookStream({ exchange, catalogue, clock }),
  };
  return { context, keys };
}

type Inside = ReturnType<typeof createInside>;

function createListener(
  options: PaperServerOptions,
  port: number,
  { context, keys }: Inside,
): RequestListener {
  const { adminToken: token, clock, onError = console.error } = options;
  const rest = createRestListener(context, onError);
  if (token === undefined) return rest;
  const routes = adminRoutes({
    accounts: keys,
    exchange: context.exchange,
    faults: context.faults,
    market: context.market,
    freshBalance: DEPOSIT,
    nowMs: context.clock.nowMs,
    clock: clock !== undefined && 'setSpeed' in clock ? clock : undefined,
  });
  const admin = createAdminListener({ port, token, routes, onError });
  return (request, response) =>
    isAdminRequest(request) ? admin(request, response) : rest(request, response);
}

/** Every product is quoting and every account is open once this resolves. @throws StoreError, and listen errors. */
export async function startPaperServer(options: PaperServerOptions): Promise<PaperServer> {
  const { clock = createSystemClock() } = options;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS });
  const port = await listen(server, options.port);
  let stores: Stores | undefined;
  // From here to the listeners nothing waits, so no request can come before there is somebody to answer it.
  try {
    stores = openStores(options.folder, options.seed, clock);
    const inside = createInside(options, stores, clock);
    const { exchange, market, faults } = inside.context;
    const sockets = createSocketServer(inside.context, options.hasRateLimit);
    server.on('request', createListener(options, port, inside));
    server.on('upgrade', sockets.upgrade);
    market.start();
    return {
      url: `http://${HOST}:${port}`,
      wsUrl: `ws://${HOST}:${port}${SOCKET_PATH}`,
      port,
      clock,
      exchange,
      market,
      faults,
      async close() {
        market.stop();
        sockets.close();
        await closeServer(server);
        stores?.close();
      },
    };
  } catch (error) {
    await closeServer(server);
    stores?.close();
    throw error;
  }
}
