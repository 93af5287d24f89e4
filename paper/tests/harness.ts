/** A paper exchange on a free port for one test file, and the smallest clients that can speak to it. */

import { createHmac } from 'node:crypto';
import { afterAll, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { ProductSymbol } from '#contract/brand.ts';
import { createVirtualClock, type VirtualClock } from '../src/clock.ts';
import { type PaperServer, type PaperServerOptions, startPaperServer } from '../src/server.ts';

/** Simulated minutes and started processes take real seconds on a busy machine. */
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

export const ALICE = { name: 'alice', apiKey: 'alice-key', secret: 'alice-secret-0123456789abcdef' };
export const BOB = { name: 'bob', apiKey: 'bob-key', secret: 'Ym9iLXNlY3JldC1ib2Itc2VjcmV0' };
export const SYMBOL = 'BTCUSDT';

/** Real and recent: signatures expire by it, and clients that read the machine's time must agree. */
export const START_MS = Math.floor(Date.now() / 60_000) * 60_000;

export interface TestServer extends PaperServer {
  readonly clock: VirtualClock;
}

/** Runs until the file's tests are done. Time stands still unless the test moves it. */
export async function startStill(options: Partial<PaperServerOptions> = {}): Promise<TestServer> {
  const clock = createVirtualClock(START_MS);
  const server = await start({ clock, ...options });
  return { ...server, clock };
}

/** On the machine's own clock. */
export async function start(options: Partial<PaperServerOptions> = {}): Promise<PaperServer> {
  const server = await startPaperServer({
    port: 0,
    seed: 7,
    accounts: [ALICE, BOB],
    hasRateLimit: false,
    ...options,
  });
  afterAll(() => server.close());
  return server;
}

export interface Signer {
  readonly apiKey: string;
  readonly secret: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
  // Bodies are looked at field by field, as a client in JavaScript would.
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly json: any;
}

const toAnswer = async (response: Response): Promise<Answer> => {
  const text = await response.text();
  return { status: response.status, text, headers: response.headers, json: JSON.parse(text) };
};

export const get = async (server: PaperServer, path: string): Promise<Answer> =>
  toAnswer(await fetch(`${server.url}${path}`));

export interface SignedRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly query?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly expirySec?: number;
  /** The bytes of the key; the secret's characters unless told otherwise. */
  readonly key?: Buffer;
}

/** Signs as the documents say: path + query + expiry + body. */
export async function send(
  server: PaperServer,
  signer: Signer,
  path: string,
  request: SignedRequest = {},
): Promise<Answer> {
  const { method = 'GET', query = '', body } = request;
  const expirySec = request.expirySec ?? Math.floor(server.clock.nowMs() / 1000) + 60;
  const text = `${path}${query}${expirySec}${body ?? ''}`;
  const key = request.key ?? Buffer.from(signer.secret, 'utf8');
  const response = await fetch(`${server.url}${path}${query === '' ? '' : `?${query}`}`, {
    method,
    ...(body === undefined ? {} : { body }),
    headers: {
      'x-phemex-access-token': signer.apiKey,
      'x-phemex-request-expiry': String(expirySec),
      'x-phemex-request-signature': createHmac('sha256', key).update(text).digest('hex'),
      ...request.headers,
    },
  });
  return toAnswer(response);
}

export type Order = Readonly<Record<string, unknown>>;

/** A one-way limit order of 0.01 BTC unless told otherwise. */
export const place = (server: PaperServer, signer: Signer, order: Order): Promise<Answer> =>
  send(server, signer, '/g-orders', {
    method: 'POST',
    body: JSON.stringify({
      symbol: SYMBOL,
      posSide: 'Merged',
      ordType: 'Limit',
      side: 'Buy',
      orderQtyRq: '0.01',
      ...order,
    }),
  });

export interface Touch {
  readonly bid: number;
  readonly ask: number;
}

export async function touch(server: PaperServer, symbol = SYMBOL): Promise<Touch> {
  const { json } = await get(server, `/md/v2/orderbook?symbol=${symbol}`);
  const { bids, asks } = json.result.orderbook_p;
  return { bid: Number(bids[0][0]), ask: Number(asks[0][0]) };
}

/** The touch after the best offers were bought, so that a tick above the bid is free. */
export async function widen(server: PaperServer): Promise<Touch> {
  const symbol = SYMBOL as ProductSymbol;
  const book = server.exchange.book(symbol);
  for (let [best] = book.levels('Sell', 1); best !== undefined; [best] = book.levels('Sell', 1)) {
    if (best[0] - (book.levels('Buy', 1)[0]?.[0] ?? 0) > 1) break;
    server.exchange.crowd.market(symbol, 'Buy', best[1]);
  }
  return touch(server);
}

// biome-ignore lint/suspicious/noExplicitAny: as Answer.json
export type Message = any;

export interface Client {
  readonly socket: WebSocket;
  /** Everything received, oldest first, as parsed and as sent. */
  readonly messages: Message[];
  readonly texts: string[];
  /** The first message not looked at yet that `isMeant`; earlier ones are skipped. */
  readonly next: (isMeant: (message: Message) => boolean) => Promise<Message>;
  /** Sends a request and waits for the answer with its id. */
  readonly call: (method: string, params?: readonly unknown[]) => Promise<Message>;
  readonly closed: Promise<number>;
  readonly close: () => void;
}

export async function connect(server: PaperServer): Promise<Client> {
  const socket = new WebSocket(server.wsUrl);
  const messages: Message[] = [];
  const texts: string[] = [];
  let looked = 0;
  let id = 0;
  let wake: () => void = () => undefined;
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  socket.on('message', (bytes: Buffer) => {
    texts.push(bytes.toString('utf8'));
    messages.push(JSON.parse(bytes.toString('utf8')));
    wake();
  });
  socket.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });

  const next: Client['next'] = async (isMeant) => {
    for (;;) {
      while (looked < messages.length) {
        const message: Message = messages[looked];
        looked += 1;
        if (isMeant(message)) return message;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };

  const client: Client = {
    socket,
    messages,
    texts,
    next,
    call(method, params = []) {
      id += 1;
      const own = id;
      socket.send(JSON.stringify({ id: own, method, params }));
      return next((message) => message.id === own);
    },
    closed,
    close: () => socket.close(),
  };
  afterAll(() => socket.terminate());
  return client;
}

/** Signed in as `user.auth` says: HMAC of key + expiry. */
export async function login(
  server: PaperServer,
  client: Client,
  { apiKey, secret }: Signer,
): Promise<Message> {
  const expirySec = Math.floor(server.clock.nowMs() / 1000) + 60;
  const signature = createHmac('sha256', secret).update(`${apiKey}${expirySec}`).digest('hex');
  return client.call('user.auth', ['API', apiKey, signature, expirySec]);
}

/** Until everything sent so far has arrived: a ping's answer stands behind it. */
export const drain = async (client: Client): Promise<void> => {
  await client.call('server.ping');
};
