/** Same seed, same commands at the same times: the same bytes, of every answer and of every message. */
import { createHmac } from 'node:crypto';
import { request as plainRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createRandom, type Random } from '../src/market/random.ts';
import {
  ALICE,
  BOB,
  type Client,
  connect,
  drain,
  login,
  type Signer,
  startStill,
  type TestServer,
} from './harness.ts';

const SYMBOLS = ['BTCUSDT', 'ETHUSDT'];
const STEPS = 200;

interface Request {
  readonly signer?: Signer;
  readonly method: string;
  readonly path: string;
  readonly query?: string;
  readonly body?: string;
}

/** Status, headers and body as they came. */
function fetchRaw(server: TestServer, request: Request): Promise<string> {
  const { signer, method, path, query = '', body = '' } = request;
  const expiry = Math.floor(server.clock.nowMs() / 1000) + 60;
  const signed = createHmac('sha256', signer?.secret ?? '').update(`${path}${query}${expiry}${body}`);
  const headers = {
    'x-phemex-access-token': signer?.apiKey,
    'x-phemex-request-expiry': String(expiry),
    'x-phemex-request-signature': signed.digest('hex'),
    'content-length': Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = plainRequest(`${server.url}${path}?${query}`, {
      method,
      headers: signer === undefined ? {} : headers,
    });
    sent.on('error', reject);
    sent.on('response', (response) => {
      let text = `${response.statusCode}\n${response.rawHeaders.join('\n')}\n`;
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    sent.end(body);
  });
}

const pick = <T>(random: Random, from: readonly T[]): T => from[Math.floor(random.next() * from.length)] as T;

/** What a client might send, sensible or not, from nothing but chance and what it sent before. */
function nextRequest(random: Random, made: string[]): Request {
  const signer = pick(random, [ALICE, BOB]);
  const symbol = pick(random, SYMBOLS);
  const roll = random.next();
  if (roll < 0.45) {
    const clOrdID = `c${made.length}`;
    made.push(clOrdID);
    const around = symbol === 'BTCUSDT' ? 110_000 : 3_100;
    const price = String(Math.round(around * (0.9 + random.next() * 0.2)));
    const ordType = pick(random, ['Limit', 'Limit', 'Limit', 'Market', 'Market', 'Stop', 'LimitIfTouched']);
    const order = {
      symbol,
      clOrdID,
      side: pick(random, ['Buy', 'Sell']),
      posSide: pick(random, ['Merged', 'Merged', 'Merged', 'Merged', 'Long']),
      ordType,
      orderQtyRq: pick(random, ['0.01', '0.1']),
      timeInForce: pick(random, ['GoodTillCancel', 'GoodTillCancel', 'ImmediateOrCancel', 'PostOnly']),
      ...(ordType.startsWith('Limit') ? { priceRp: price } : {}),
      ...(ordType === 'Stop' || ordType === 'LimitIfTouched'
        ? { stopPxRp: price, triggerType: 'ByMarkPrice' }
        : {}),
      reduceOnly: random.next() < 0.1,
    };
    return { signer, method: 'POST', path: '/g-orders', body: JSON.stringify(order) };
  }
  const target = `symbol=${symbol}&posSide=Merged&clOrdID=${pick(random, made) ?? 'none'}`;
  if (roll < 0.55)
    return { signer, method: 'PUT', path: '/g-orders/replace', query: `${target}&orderQtyRq=0.02` };
  if (roll < 0.65) return { signer, method: 'DELETE', path: '/g-orders/cancel', query: target };
  if (roll < 0.68) return { signer, method: 'DELETE', path: '/g-orders/all', query: `symbol=${symbol}` };
  if (roll < 0.71) {
    const query = `symbol=${symbol}&leverageRr=${pick(random, ['-10', '5', '20'])}`;
    return { signer, method: 'PUT', path: '/g-positions/leverage', query };
  }
  const query = `symbol=${symbol}&currency=USDT&resolution=60`;
  const path = pick(random, [
    '/g-accounts/accountPositions',
    '/g-accounts/positions',
    '/g-orders/activeList',
    '/exchange/order/v2/orderList',
    '/exchange/order/v2/tradingList',
    '/md/v2/orderbook',
    '/md/v2/trade',
    '/md/v3/ticker/24hr',
    '/exchange/public/md/v2/kline/last',
    '/nowhere',
  ]);
  return { signer, method: 'GET', path, query };
}

async function openStreams(server: TestServer): Promise<readonly Client[]> {
  const clients: Client[] = [];
  for (const signer of [ALICE, BOB]) {
    const client = await connect(server);
    await login(server, client, signer);
    await client.call('aop_p.subscribe');
    clients.push(client);
  }
  const market = await connect(server);
  for (const [method, params] of [
    ['orderbook_p.subscribe', ['BTCUSDT']],
    ['orderbook_p.subscribe', ['ETHUSDT', true]],
    ['trade_p.subscribe', ['BTCUSDT']],
    ['kline_p.subscribe', ['ETHUSDT', 60]],
    ['tick_p.subscribe', ['.MBTCUSDT']],
    ['perp_market24h_pack_p.subscribe', []],
  ] as const) {
    await market.call(method, params);
  }
  return [...clients, market];
}

/** Everything that came over the wire, in order, by who got it. */
async function transcribe(seed: number): Promise<readonly string[]> {
  const random = createRandom(seed);
  const server = await startStill({ seed });
  const clients = await openStreams(server);
  const made: string[] = [];
  const lines: string[] = [];
  for (let step = 0; step < STEPS; step += 1) {
    lines.push(await fetchRaw(server, nextRequest(random, made)));
    if (random.next() < 0.4) server.clock.advance(pick(random, [1, 20, 150, 600]));
    // Streams and answers are different connections: only once all has arrived does the script go on.
    for (const client of clients) await drain(client);
  }
  for (const client of clients) lines.push(...client.texts);
  await server.close();
  return lines;
}

describe('[DET1] the same seed and the same commands', () => {
  it('give the same bytes, and another seed gives others', async () => {
    const first = await transcribe(11);
    const second = await transcribe(11);
    const differing = first.findIndex((line, index) => line !== second[index]);
    expect([differing, first[differing], second[differing]]).toEqual([-1, undefined, undefined]);
    expect(second).toHaveLength(first.length);
    // The script really trades: both accounts were told of fills, and most requests were carried out.
    expect(first.filter((line) => line.includes('"TakerFill"')).length).toBeGreaterThan(3);
    expect(first.filter((line) => line.startsWith('200')).length).toBeGreaterThan(STEPS / 2);
    expect(await transcribe(12)).not.toEqual(first);
  });
});
