/** The proxy as one thing: gate, page, own API, forwarding and relay around one exchange; started and stopped here. */
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { KeyState, Status } from '#contract/api.ts';
import type { Environment } from '#contract/vocabulary.ts';
import { type OwnTopics, ownTopicsOf } from './account-owner.ts';
import { BROWSER_LIMITS, type BrowserLimits } from './browser-socket.ts';
import { createExchangeClock, type ExchangeClock } from './clock-offset.ts';
import { type AccountApiNeeds, registerAccountApi } from './connect/account-api.ts';
import {
  createExchangeClient,
  EXCHANGE_LIMITS,
  type ExchangeClient,
  type ExchangeLimits,
} from './exchange-client.ts';
import { openWebSocket } from './exchange-socket.ts';
import { createExchangeTopics, type ExchangeTopics } from './exchange-topics.ts';
import { registerForwarding } from './forward.ts';
import { type BotSockets, createBotSockets } from './gateway/bot-sockets.ts';
import type { Gateway } from './gateway/gateway.ts';
import { createHttpDoor, HTTP_TIMING, type HttpDoor, type HttpTiming } from './http-door.ts';
import type { KillSwitch } from './kill/kill-switch.ts';
import type { Log } from './log.ts';
import { registerHealth } from './metrics.ts';
import { createOperations } from './operations.ts';
import { registerOwnApi } from './own-api.ts';
import { createRateBudget, type RateBudget, spendingFrom } from './rate-budget.ts';
import { createRelay, RELAY_PATH, type Relay, SOCKET_COUNTS, type SocketCounts } from './relay.ts';
import { refuseSocket } from './replies.ts';
import { createSessions, SESSION_LIMITS, type SessionLimits, type Sessions } from './session.ts';
import type { Signer } from './sign.ts';
import type { SignInSigner } from './sign-in-api.ts';
import type { Pages } from './spa.ts';
import { systemTime, type Time } from './time.ts';
import { newToken } from './token.ts';
import { createTopicHub } from './topic-hub.ts';
import { createTrading, type Trading, type TradingOptions } from './trading.ts';
import { registerTradingApi } from './trading-api.ts';
import { UPSTREAM_TIMING, type UpstreamTiming } from './upstream.ts';

export interface ProxyOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly environment: Environment;
  readonly exchangeUrl: string;
  readonly exchangeWs: string;
  readonly signer: Signer | undefined;
  readonly trading: TradingOptions;
  /** Which key that is, or why there is none. */
  readonly key?: KeyState;
  /** Where absent, accounts cannot be managed from the page. */
  readonly accounts?: AccountApiNeeds;
  /** Where absent, only links sign in. */
  readonly signInSigner?: SignInSigner;
  /** Outlive this proxy; where absent, it has its own. */
  readonly sessions?: Sessions;
  readonly pages: Pages;
  readonly version: string;
  readonly log: Log;
  readonly time?: Time;
  /** 0 ≤ x < 1 */
  readonly random?: () => number;
  readonly sessionLimits?: SessionLimits;
  readonly exchangeLimits?: ExchangeLimits;
  readonly browserLimits?: BrowserLimits;
  readonly upstreamTiming?: UpstreamTiming;
  readonly httpTiming?: HttpTiming;
  readonly socketCounts?: SocketCounts;
}

export interface RunningProxy {
  readonly url: string;
  /** A fresh link that signs one browser in. */
  signInLink(): string;
  status(): Status;
  /** undefined without a key. */
  killSwitch(): KillSwitch | undefined;
  /** undefined without a key. */
  gateway(): Gateway | undefined;
  close(): Promise<void>;
}

const SIGNED_OUT_BY_STOP = 'Perpdeck is stopping.';

/** @throws the listener's error, e.g. EADDRINUSE. */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const { signer, pages, version, log } = options;
  const { time = systemTime, socketCounts = SOCKET_COUNTS } = options;
  let port = options.port;
  const sessions = options.sessions ?? createSessions(time, options.sessionLimits ?? SESSION_LIMITS);
  const endSessions = () => options.sessions === undefined && sessions.close(SIGNED_OUT_BY_STOP);
  let trading: Trading | undefined;
  const door = createHttpDoor({
    log,
    sessions,
    gateway: () => trading?.gateway,
    timing: options.httpTiming ?? HTTP_TIMING,
    socketsMax: socketCounts.total,
    port: () => port,
  });
  const budget = createRateBudget(time);
  const client = spendingFrom(budget, openClient(options));
  let current: (() => Status) | undefined;
  const status = () => {
    if (current === undefined) throw new Error('asked before the start');
    return current();
  };
  const { signInSigner } = options;
  registerOwnApi(door.app, { signInSigner, sessions, pages, time, port: () => port, status });
  registerTradingApi(door.app, options.environment, () => trading);
  const parts = () => ({ exchange, hub, relay, budget, clock, counts: trading?.counts() });
  const operations = createOperations(time, parts);
  registerHealth(door.app, { status, operations: operations.view });
  if (options.accounts !== undefined) registerAccountApi(door.app, options.accounts);
  const clock = createExchangeClock(client, time, log);
  const userAgent = `perpdeck/${version}`;
  registerForwarding(door.app, { client, clock, signer, userAgent, budget, desk: () => trading?.desk });

  try {
    await door.app.listen({ host: '127.0.0.1', port });
  } catch (error) {
    clock.stop();
    operations.stop();
    endSessions();
    await client.close();
    throw error;
  }
  port = (door.server.address() as AddressInfo).port;

  const exchange = openTopics(options, clock, () => relay.announce());
  const hub = createTopicHub(exchange, time);
  const limits = options.browserLimits ?? BROWSER_LIMITS;
  const relay = createRelay({ hub, time, log, counts: socketCounts, limits, status });
  if (signer !== undefined) {
    trading = createTrading({
      ...options.trading,
      ...{ client, clock, signer, hub, time, log, userAgent, budget, newToken },
      ...accountStreamOf(exchange),
      environment: options.environment,
      onResolved: relay.tellResolved,
      pages: () => sessions.list(undefined).reduce((sum, { pages }) => sum + pages, 0),
      onChange: relay.announce,
    });
  }
  const bots = createBotSockets({ hub, time, log, limits, gateway: () => trading?.gateway });
  current = () => ({ ...statusOf(options, clock, exchange), ...tradingOf(trading, budget) });
  takeUpgrades(door, relay, bots);

  return {
    url: `http://127.0.0.1:${port}`,
    signInLink: () => `http://127.0.0.1:${port}/#t=${sessions.issueSignInToken()}`,
    status,
    killSwitch: () => trading?.killSwitch,
    gateway: () => trading?.gateway,
    async close() {
      await trading?.close();
      clock.stop();
      operations.stop();
      hub.stop();
      exchange.stop();
      bots.close();
      await relay.close();
      endSessions();
      await door.app.close();
      await client.close();
    },
  };
}

const openClient = ({ exchangeUrl, exchangeLimits = EXCHANGE_LIMITS }: ProxyOptions): ExchangeClient =>
  createExchangeClient(exchangeUrl, exchangeLimits);

function takeUpgrades({ server, checkUpgrade }: HttpDoor, relay: Relay, bots: BotSockets): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const visitor = checkUpgrade(request, RELAY_PATH);
    if (visitor === 'bot') bots.accept(request, socket, head);
    else if ('code' in visitor) refuseSocket(socket, visitor);
    else relay.accept(request, socket, head, visitor);
  });
}

function openTopics(options: ProxyOptions, clock: ExchangeClock, onFeedsChanged: () => void): OwnTopics {
  const { time = systemTime, random = Math.random, exchangeWs: url, signer, log } = options;
  const timing = options.upstreamTiming ?? UPSTREAM_TIMING;
  const needs = { url, openSocket: openWebSocket, signer, timing, time, random, log, onFeedsChanged };
  return ownTopicsOf(createExchangeTopics({ ...needs, exchangeNowMs: clock.nowMs }), log);
}

function statusOf(
  { environment, exchangeUrl, version, signer, key }: ProxyOptions,
  clock: ExchangeClock,
  exchange: ExchangeTopics,
): Status {
  const clockOffsetMs = clock.offsetMs();
  const latencyMs = exchange.latencyMs();
  return {
    environment,
    exchangeUrl,
    version,
    hasKey: signer !== undefined,
    key: key ?? { state: signer === undefined ? 'none' : 'given' },
    feeds: exchange.feeds(),
    ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }),
    ...(latencyMs === undefined ? {} : { latencyMs: Math.round(latencyMs * 100) / 100 }),
  };
}

const accountStreamOf = (exchange: OwnTopics) => ({
  isAccountLive: () => exchange.feeds().account.state === 'live',
  foreignMessages: exchange.foreignMessages,
  renewAccount: () => exchange.renew({ kind: 'account' }),
});

function tradingOf(
  trading: Trading | undefined,
  budget: RateBudget,
): Pick<Status, 'halt' | 'arming' | 'requestsLeft' | 'silentBots'> {
  const halt = trading?.killSwitch.state();
  const arming = trading?.arming.state();
  const silentBots = trading?.gateway?.silent() ?? [];
  return {
    requestsLeft: budget.left(),
    ...(halt === undefined || halt.at === 'armed' ? {} : { halt }),
    ...(arming === undefined ? {} : { arming }),
    ...(silentBots.length === 0 ? {} : { silentBots }),
  };
}
