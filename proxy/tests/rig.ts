/** A proxy in this process beside a fake exchange, with the clients a test needs: a browser's calls and its socket. */
import { createConnection } from 'node:net';
import { WebSocket } from 'ws';
import type { GuardLimits } from '#contract/guard.ts';
import { ASSET_HEADERS } from '../src/door/headers.ts';
import { createSigner, type Signer } from '../src/exchange/sign.ts';
import { UPSTREAM_TIMING } from '../src/exchange/upstream.ts';
import type { LimitsStore } from '../src/guard/limits-file.ts';
import { openJournalStore } from '../src/journal/journal-store.ts';
import { type ProxyOptions, type RunningProxy, startProxy } from '../src/server.ts';
import type { Caps } from '../src/signer/caps.ts';
import { askDesk, createSigningDesk } from '../src/signer/signing-desk.ts';
import type { TradingOptions } from '../src/trading.ts';
import { createLog, createScrubber } from '../src/watch/log.ts';
import { type FakeExchange, startFakeExchange } from './fake-exchange.ts';
import { createHappenings } from './happenings.ts';

export const API_KEY = 'canary-key-4be1c0de-9d1f';
export const API_SECRET = 'canary-secret-Zm9vYmFyYmF6cXV4-0123456789abcdef';

export interface Credentials {
  readonly cookie: string;
  readonly headerToken: string;
}

export interface Rig {
  readonly proxy: RunningProxy;
  readonly exchange: FakeExchange;
  readonly port: number;
  readonly host: string;
  /** Every line of the log. */
  readonly logLines: readonly string[];
  signIn(): Promise<Credentials>;
  close(): Promise<void>;
}

/** No wait of a test may depend on these; they only keep reconnects quick. */
const QUICK = { ...UPSTREAM_TIMING, backoffFirstMs: 5, backoffMaxMs: 20 };

export const PAGES = {
  html: Buffer.from('<!doctype html><title>Perpdeck</title><div id="root"></div>'),
  files: new Map([
    [
      '/assets/app-0123abcd.js',
      {
        bytes: Buffer.from('void 0;'),
        contentType: 'text/javascript; charset=utf-8',
        headers: ASSET_HEADERS,
      },
    ],
  ]),
};

/** The signer without a process around it. */
export async function testSigner(caps: Caps = {}): Promise<Signer> {
  const ask = askDesk(createSigningDesk({ caps, nowMs: Date.now }));
  await ask('hold', { account: 'test', apiKey: API_KEY, secret: Buffer.from(API_SECRET) });
  return createSigner(ask, 'test', API_KEY);
}

/** No limits. */
export const limitsIn = (limits: Partial<GuardLimits> = {}): LimitsStore => {
  let current: GuardLimits = {
    ...{ orderValueMax: null, positionValueMax: null, leverageMax: null, priceDistanceMax: null },
    ...{ ordersPerMinuteMax: null, openOrdersMax: null, dailyLossMax: null, symbols: null },
    confirmAbove: null,
    isReadOnly: false,
    ...limits,
  };
  return {
    read: () => current,
    write(next) {
      current = next;
    },
  };
};

export const TRADING: TradingOptions = {
  scope: 'test',
  openJournal: () => openJournalStore(':memory:'),
  limits: limitsIn(),
  haltFile: { read: () => undefined, write: () => {}, remove: () => {} },
  // Looks nothing up, unless a test asks for it.
  resolutionTiming: { looksAtMs: [], everyMs: 3_600_000, historyFromMs: 0, afterExpiryMs: 0 },
  // Nor does it compare the account.
  reconcileTiming: { roundMs: 3_600_000, againMs: 0 },
  untoldTiming: { withinMs: 3_600_000, pauseMs: 0 },
};

export async function startRig(
  options: Partial<ProxyOptions> & { isKeyless?: boolean; caps?: Caps; orders?: readonly object[] } = {},
): Promise<Rig> {
  const exchange = await startFakeExchange();
  tellAccount(exchange, options.orders);
  const logLines: string[] = [];
  const log = createLog({ write: (line) => logLines.push(createScrubber([API_KEY, API_SECRET])(line)) });
  const proxy = await startProxy({
    port: 0,
    environment: 'testnet',
    exchangeUrl: exchange.url,
    exchangeWs: exchange.ws,
    signer: options.isKeyless ? undefined : await testSigner(options.caps),
    trading: TRADING,
    pages: PAGES,
    version: '0.0.0-test',
    log,
    upstreamTiming: QUICK,
    ...options,
  });
  const port = Number(new URL(proxy.url).port);
  const isOwnExchange = options.exchangeUrl === undefined && options.exchangeWs === undefined;
  if (isOwnExchange && proxy.status().hasKey) await knowAccount(proxy, exchange);
  return {
    proxy,
    exchange,
    port,
    host: `127.0.0.1:${port}`,
    logLines,
    signIn: () => signIn(proxy),
    async close() {
      await proxy.close();
      await exchange.close();
    },
  };
}

/** What an account's stream says of it: its orders, here. */
export const accountMessage = (type: 'snapshot' | 'incremental', orders: readonly object[] = []): string =>
  JSON.stringify({
    ...{ accounts_p: [], orders_p: orders, positions_p: [], sequence: 1, timestamp: 1, type, version: 0 },
  });

/** A row of that. */
export const openOrder = (fields: object): object => ({
  ...{ accountID: 1, symbol: 'BTCUSDT', side: 'Buy', posSide: 'Merged', ordType: 'Limit', execStatus: 'New' },
  ...{ timeInForce: 'GoodTillCancel', ordStatus: 'New', priceRp: '60000', orderQty: '0.01', cumQty: '0' },
  ...{ leavesQty: '0.01', execSeq: 1, actionTimeNs: 1, transactTimeNs: 1 },
  ...fields,
});

/** Has the exchange tell the account to who asks for it, until another script is given. */
export function tellAccount(exchange: FakeExchange, orders: readonly object[] = []): void {
  const snapshot = accountMessage('snapshot', orders);
  exchange.follow(({ method }) => (method === 'aop_p.subscribe' ? { followedBy: [snapshot] } : undefined));
}

/** Orders pass once the account's snapshot has been read and the clock is known. */
async function knowAccount(proxy: RunningProxy, exchange: FakeExchange): Promise<void> {
  await exchange.until(
    () => exchange.subscribed('aop_p.subscribe').length > 0 && proxy.status().clockOffsetMs !== undefined,
  );
  await exchange.settled();
}

export async function signIn(proxy: Pick<RunningProxy, 'url' | 'signInLink'>): Promise<Credentials> {
  const token = proxy.signInLink().split('#t=')[1] ?? '';
  const answer = await fetch(`${proxy.url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: proxy.url, 'sec-fetch-site': 'same-origin' },
    body: JSON.stringify({ token }),
  });
  const { headerToken } = (await answer.json()) as { headerToken: string };
  const cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  return { cookie, headerToken };
}

/** A call as the page makes it. */
export function call(
  rig: Pick<Rig, 'proxy'>,
  credentials: Credentials,
  method: string,
  path: string,
  body?: string | Buffer,
): Promise<Response> {
  return fetch(rig.proxy.url + path, {
    method,
    redirect: 'manual',
    headers: {
      cookie: credentials.cookie,
      'x-perpdeck-token': credentials.headerToken,
      origin: rig.proxy.url,
      'sec-fetch-site': 'same-origin',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body }),
  });
}

let orders = 0;

/** The body of an order that was never sent before. */
export function newOrder(fields: Readonly<Record<string, unknown>> = {}): string {
  orders += 1;
  return JSON.stringify({
    symbol: 'BTCUSDT',
    clOrdID: `c-${orders}`,
    side: 'Buy',
    orderQtyRq: '0.01',
    priceRp: '60000',
    ...fields,
  });
}

export interface RawAnswer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

/** Sends bytes as they are and reads until the other side ends; status 0 where it said nothing. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('error', () => {});
    socket.on('close', () => {
      const text = Buffer.concat(chunks).toString('latin1');
      const [head = '', ...rest] = text.split('\r\n\r\n');
      resolve({
        status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
        head,
        body: rest.join('\r\n\r\n'),
      });
    });
    socket.write(bytes);
  });
}

export type RawHeader = readonly [name: string, value: string];

export function rawRequest(
  method: string,
  target: string,
  headers: readonly RawHeader[],
  body: string | Buffer = '',
): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.concat([
    Buffer.from(`${method} ${target} HTTP/1.1\r\n${lines}connection: close\r\n\r\n`, 'latin1'),
    Buffer.from(body),
  ]);
}

export interface BrowserTab {
  readonly socket: WebSocket;
  /** Every text frame that arrived. */
  readonly received: readonly string[];
  readonly closedWith: number | undefined;
  request(method: string, params?: readonly unknown[]): number;
  until<T>(look: () => T | undefined | false): Promise<T>;
  /** The first frame that contains all of the texts. */
  frame(...texts: readonly string[]): Promise<string>;
}

/** Opens the relay's socket; signs it in unless told otherwise. */
export async function openTab(
  rig: Pick<Rig, 'proxy'>,
  { cookie, headerToken }: Credentials,
  { signsIn = true }: { signsIn?: boolean } = {},
): Promise<BrowserTab> {
  const socket = new WebSocket(`${rig.proxy.url.replace('http', 'ws')}/exchange/ws`, {
    headers: { cookie, origin: rig.proxy.url },
  });
  const happenings = createHappenings();
  const received: string[] = [];
  let closedWith: number | undefined;
  let lastId = 0;
  socket.on('message', (bytes) => {
    received.push(bytes.toString());
    happenings.tell();
  });
  socket.on('close', (code) => {
    closedWith = code;
    happenings.tell();
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('open', () => resolve());
    socket.once('error', reject);
  });
  const tab: BrowserTab = {
    socket,
    received,
    get closedWith() {
      return closedWith;
    },
    request(method, params = []) {
      lastId += 1;
      socket.send(JSON.stringify({ id: lastId, method, params }));
      return lastId;
    },
    until: happenings.until,
    frame: (...texts) =>
      happenings.until(() => received.find((text) => texts.every((part) => text.includes(part)))),
  };
  if (signsIn) {
    socket.send(JSON.stringify({ id: 0, method: 'perpdeck.auth', params: [headerToken] }));
    await tab.frame('"id":0', 'success');
  }
  return tab;
}
