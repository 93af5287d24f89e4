/** The proxy as one thing: gate, page, own API, forwarding and relay around one exchange; started and stopped here. */
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { KeyState, Status } from '#contract/status.ts';
import type { Environment } from '#contract/vocabulary.ts';
import type { LanOptions } from './config.ts';
import { type AccountApiNeeds, registerAccountApi } from './connect/account-api.ts';
import { lanEntrance } from './door/entrance.ts';
import {
  createHttpDoor,
  HTTP_TIMING,
  type HttpDoor,
  type HttpTiming,
  type LanDoor,
} from './door/http-door.ts';
import { registerOwnApi } from './door/own-api.ts';
import { refuseSocket } from './door/replies.ts';
import type { Pages } from './door/spa.ts';
import { type OwnTopics, ownTopicsOf } from './exchange/account-owner.ts';
import { type Breaker, createBreaker } from './exchange/breaker.ts';
import { createExchangeClock, type ExchangeClock } from './exchange/clock-offset.ts';
import { createExchangeClient, EXCHANGE_LIMITS, type ExchangeLimits } from './exchange/exchange-client.ts';
import { openWebSocket } from './exchange/exchange-socket.ts';
import { createExchangeTopics, type ExchangeTopics } from './exchange/exchange-topics.ts';
import { registerForwarding } from './exchange/forward.ts';
import { createSockets } from './exchange/knocking.ts';
import { createRateBudget, type RateBudget, spendingFrom } from './exchange/rate-budget.ts';
import type { Signer } from './exchange/sign.ts';
import { UPSTREAM_TIMING, type UpstreamTiming } from './exchange/upstream.ts';
import { type BotSockets, createBotSockets } from './gateway/bot-sockets.ts';
import type { Gateway } from './gateway/gateway.ts';
import type { HaltFile } from './kill/halt-file.ts';
import type { KillSwitch } from './kill/kill-switch.ts';
import { createWaitingSwitch } from './kill/waiting-switch.ts';
import type { Passkeys } from './passkeys/passkeys.ts';
import { BROWSER_LIMITS, type BrowserLimits } from './relay/browser-socket.ts';
import { createRelay, RELAY_PATH, type Relay, SOCKET_COUNTS, type SocketCounts } from './relay/relay.ts';
import { createTopicHub } from './relay/topic-hub.ts';
import { createSessions, SESSION_LIMITS, type SessionLimits, type Sessions } from './sign-in/session.ts';
import type { SignInSigner } from './sign-in/sign-in-api.ts';
import { systemTime, type Time } from './time.ts';
import { newToken } from './token.ts';
import { createTrading, type Trading, type TradingOptions } from './trading.ts';
import { registerTradingApi } from './trading-api.ts';
import type { Log } from './watch/log.ts';
import { registerHealth } from './watch/metrics.ts';
import { createOperations } from './watch/operations.ts';

export interface ProxyOptions {
  /** 0 lets the system choose. */
  readonly port: number;
  readonly environment: Environment;
  readonly exchangeUrl: string;
  readonly exchangeWs: string;
  readonly signer: Signer | undefined;
  readonly trading: TradingOptions;
  /** Where a halt is kept that finds no key. Where absent, the kill switch needs a key. */
  readonly haltLeft?: HaltFile;
  /** Which key that is, or why there is none. */
  readonly key?: KeyState;
  /** Where absent, accounts cannot be managed from the page. */
  readonly accounts?: AccountApiNeeds;
  /** The way in for other machines; where absent, there is none. */
  readonly lan?: LanOptions;
  /** Where absent, there are none. */
  readonly passkeys?: Passkeys;
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
  /** The same for another machine; undefined: none may come in. */
  lanLink(): string | undefined;
  status(): Status;
  /** Of the account; without a key, and once this is being closed, the one whose halts wait for the next. */
  killSwitch(): KillSwitch | undefined;
  /** undefined without a key. */
  gateway(): Gateway | undefined;
  close(): Promise<void>;
}

const SIGNED_OUT_BY_STOP = 'Perpdeck is stopping.';

/** @throws the listener's error, e.g. EADDRINUSE. */
export async function startProxy(options: ProxyOptions): Promise<RunningProxy> {
  const { signer, pages, version, log, time = systemTime, socketCounts = SOCKET_COUNTS } = options;
  let { port } = options;
  const sessions = options.sessions ?? createSessions(time, options.sessionLimits ?? SESSION_LIMITS);
  const endSessions = () => options.sessions === undefined && sessions.close(SIGNED_OUT_BY_STOP);
  let trading: Trading | undefined;
  const door = doorOf(options, { sessions, gateway: () => trading?.gateway, port: () => port });
  const budget = createRateBudget(time);
  let current: (() => Status) | undefined;
  // Before there is a status to tell, there is nobody to tell it to.
  const client = openClient(options, budget, () => current !== undefined && relay.announce());
  const status = () => {
    if (current === undefined) throw new Error('asked before the start');
    return current();
  };
  registerOwnApi(door.app, { ...signInOf(options), sessions, pages, time, status });
  const waiting = waitingSwitchOf(options, () => relay.announce());
  let isClosing = false;
  // One that is being taken down must not be pulled: it would say what it does not do.
  const killSwitch = () => (isClosing ? waiting : (trading?.killSwitch ?? waiting));
  registerTradingApi(door.app, options.environment, { trading: () => trading, killSwitch });
  const parts = () => ({ exchange, hub, relay, budget, clock, counts: trading?.counts() });
  const operations = createOperations(time, parts);
  registerHealth(door.app, { status, operations: operations.view });
  if (options.accounts !== undefined) registerAccountApi(door.app, options.accounts);
  const clock = createExchangeClock(client, time, log);
  const userAgent = `perpdeck/${version}`;
  registerForwarding(door.app, { client, clock, signer, userAgent, budget, desk: () => trading?.desk });

  try {
    port = await listen(door, options);
  } catch (error) {
    await closeDoor(door);
    clock.stop();
    operations.stop();
    endSessions();
    await client.close();
    throw error;
  }

  const exchange = openTopics(options, { clock, client }, () => relay.announce());
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
  const bots = createBotSockets({ hub, time, limits, gateway: () => trading?.gateway });
  const own = { clock, exchange, client };
  current = () => ({ ...statusOf(options, own), ...tradingOf(trading, killSwitch(), budget) });
  takeUpgrades(door, relay, bots);

  return {
    url: `http://127.0.0.1:${port}`,
    signInLink: () => `http://127.0.0.1:${port}/#t=${sessions.issueSignInToken()}`,
    lanLink: () => lanLinkOf(options, sessions),
    status,
    killSwitch,
    gateway: () => trading?.gateway,
    async close() {
      isClosing = true;
      await trading?.close();
      clock.stop();
      operations.stop();
      hub.stop();
      exchange.stop();
      bots.close();
      await relay.close();
      endSessions();
      await closeDoor(door);
      await client.close();
    },
  };
}

function doorOf(
  { log, httpTiming: timing = HTTP_TIMING, socketCounts = SOCKET_COUNTS, lan, trading }: ProxyOptions,
  needs: Pick<Parameters<typeof createHttpDoor>[0], 'sessions' | 'gateway' | 'port'>,
): HttpDoor {
  const { scope } = trading;
  return createHttpDoor({
    ...needs,
    log,
    scope,
    timing,
    socketsMax: socketCounts.total,
    lan: lanDoorOf(lan),
  });
}

function waitingSwitchOf(
  { haltLeft: left, time = systemTime, log }: ProxyOptions,
  onChange: () => void,
): KillSwitch | undefined {
  return left && createWaitingSwitch({ left, time, log, onChange });
}

function openClient(
  { exchangeUrl, exchangeLimits = EXCHANGE_LIMITS, time = systemTime, log }: ProxyOptions,
  budget: RateBudget,
  onChange: () => void,
): Breaker {
  const client = spendingFrom(budget, createExchangeClient(exchangeUrl, exchangeLimits));
  return createBreaker({ client, time, log, onChange });
}

function takeUpgrades(door: HttpDoor, relay: Relay, bots: BotSockets): void {
  const take = (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const visitor = door.checkUpgrade(request, RELAY_PATH);
    if (visitor === 'bot') bots.accept(request, socket, head);
    else if ('code' in visitor) refuseSocket(socket, visitor);
    else relay.accept(request, socket, head, visitor);
  };
  door.server.on('upgrade', take);
  door.lanServer?.on('upgrade', take);
}

function openTopics(
  options: ProxyOptions,
  { clock, client }: { clock: ExchangeClock; client: Breaker },
  onFeedsChanged: () => void,
): OwnTopics {
  const { time = systemTime, random = Math.random, exchangeWs: url, signer, log } = options;
  const timing = options.upstreamTiming ?? UPSTREAM_TIMING;
  const isBlocked = () => client.block() !== undefined;
  const onTurnedAway = client.suspect;
  const sockets = createSockets({ openSocket: openWebSocket, time, isBlocked, onTurnedAway });
  const needs = { url, sockets, signer, timing, time, random, log };
  const topics = createExchangeTopics({ ...needs, exchangeNowMs: clock.nowMs, onFeedsChanged });
  return ownTopicsOf(topics, log);
}

function statusOf(
  { environment, exchangeUrl, version, signer, key, trading: { scope } }: ProxyOptions,
  { clock, exchange, client }: { clock: ExchangeClock; exchange: ExchangeTopics; client: Breaker },
): Status {
  const block = client.block();
  const clockOffsetMs = clock.offsetMs();
  const latencyMs = exchange.latencyMs();
  return {
    environment,
    scope,
    exchangeUrl,
    version,
    hasKey: signer !== undefined,
    key: key ?? { state: signer === undefined ? 'none' : 'given' },
    feeds: exchange.feeds(),
    ...(block === undefined ? {} : { block }),
    ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }),
    ...(latencyMs === undefined ? {} : { latencyMs: Math.round(latencyMs * 100) / 100 }),
  };
}

const lanDoorOf = (lan: ProxyOptions['lan']): LanDoor | undefined =>
  lan && { entrance: lanEntrance(lan.names, lan.port), cert: lan.cert, key: lan.key };

const signInOf = ({ signInSigner, passkeys }: ProxyOptions) => ({
  signInSigner,
  ...(passkeys === undefined ? {} : { passkeys }),
});

function lanLinkOf({ lan }: ProxyOptions, sessions: Sessions): string | undefined {
  const [host] = lan === undefined ? [] : lanEntrance(lan.names, lan.port).hosts;
  return host === undefined ? undefined : `https://${host}/#t=${sessions.issueSignInToken()}`;
}

/** The port on loopback. @throws the listener's error, e.g. EADDRINUSE. */
async function listen({ app, server, lanServer }: HttpDoor, { port, lan }: ProxyOptions): Promise<number> {
  await app.listen({ host: '127.0.0.1', port });
  if (lan !== undefined && lanServer !== undefined) {
    await new Promise<void>((resolve, reject) => {
      lanServer.once('error', reject);
      lanServer.listen(lan.port, '0.0.0.0', resolve);
    });
  }
  return (server.address() as AddressInfo).port;
}

async function closeDoor({ app, lanServer }: HttpDoor): Promise<void> {
  lanServer?.close();
  lanServer?.closeAllConnections();
  await app.close();
}

const accountStreamOf = (exchange: OwnTopics) => ({
  isAccountLive: () => exchange.feeds().account.state === 'live',
  foreignMessages: exchange.foreignMessages,
  renewAccount: () => exchange.renew({ kind: 'account' }),
});

function tradingOf(
  trading: Trading | undefined,
  killSwitch: KillSwitch | undefined,
  budget: RateBudget,
): Pick<Status, 'halt' | 'isReadOnly' | 'arming' | 'requestsLeft' | 'silentBots'> {
  const halt = killSwitch?.state();
  const arming = trading?.arming.state();
  const silentBots = trading?.gateway?.silent() ?? [];
  return {
    requestsLeft: budget.left(),
    ...(halt === undefined || halt.at === 'armed' ? {} : { halt }),
    ...(trading?.guard.limits().isReadOnly ? { isReadOnly: true } : {}),
    ...(arming === undefined ? {} : { arming }),
    ...(silentBots.length === 0 ? {} : { silentBots }),
  };
}
