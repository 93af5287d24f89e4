/** Answers that come twice: no request is told another one's answer, however late the copy is. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { createExchangeClient, type ExchangeClient } from './exchange-client.ts';

const NAME_HEADER = 'x-phemex-request-tracing';
const REFUSED = '{"code":11002,"msg":"TE_SUSPENDED","data":null}';
const TAKEN = '{"code":0,"msg":"","data":null}';

let server: Server;
let client: ExchangeClient;
let connections = 0;
afterEach(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

/** `bearing` is how its answers are named, for the name that the request brought. */
async function startExchange(
  bearing: (asked: string) => readonly (readonly [string, string])[],
  onRequest: (target: string, request: IncomingMessage, answer: (body: string) => void) => void,
): Promise<void> {
  connections = 0;
  server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const named = Object.fromEntries(bearing(String(request.headers[NAME_HEADER])));
    onRequest(request.url ?? '', request, (body) =>
      response.writeHead(200, { ...named, 'content-length': body.length }).end(body),
    );
  });
  server.on('connection', () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  client = createExchangeClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
}
const asBytes = (body: string, named: string) =>
  `HTTP/1.1 200 OK\r\n${named}content-length: ${body.length}\r\n\r\n${body}`;
const repeats = (name: string) => [[NAME_HEADER, name]] as const;

/** What it is told, in a word, once its connection is free again. */
async function send(target: string, method: 'PUT' | 'GET' = 'PUT'): Promise<string> {
  const outcome = await client.send('orders', { method, target, headers: {} });
  await setImmediate();
  return outcome.kind === 'answer' ? outcome.body.toString() : `${outcome.kind}: ${outcome.reason}`;
}

const newNames = () => [[NAME_HEADER, randomUUID()]] as const;

it.each([
  { named: 'as their requests are', bearing: repeats },
  { named: 'anew, each by itself', bearing: newNames },
])('where answers are named $named, a late copy of one is not taken for the next', async ({ bearing }) => {
  let copy = '';
  let carrier: Socket | undefined;
  const given: string[] = [];
  const noted = (asked: string) => {
    const names = bearing(asked);
    given.push(...names.map(([, name]) => name));
    return names;
  };
  await startExchange(noted, (target, request, answer) => {
    if (target === '/second') {
      carrier = request.socket;
      carrier.write(copy);
    }
    answer(target === '/first' ? REFUSED : TAKEN);
  });
  expect(await send('/first')).toBe(REFUSED);
  copy = asBytes(REFUSED, `${NAME_HEADER}: ${given[0]}\r\n`);
  expect(await send('/second')).toBe('lost: ANSWER_TO_ANOTHER_REQUEST');
  // What the second was answered in truth is not told the third.
  expect(await send('/third')).toBe(TAKEN);
  await expect.poll(() => carrier?.destroyed).toBe(true);
});

it('where answers bear no name, none shares its connection with another', async () => {
  await startExchange(
    () => [],
    (target, _request, answer) => answer(target),
  );
  const targets = ['/a', '/b', '/c', '/d'];
  for (const target of targets) expect(await send(target)).toBe(target);
  expect(connections).toBe(targets.length);
});

it.each([repeats, newNames])(
  'where they do, a connection is used again, and each of many at once hears its own',
  async (bearing) => {
    await startExchange(bearing, (target, _request, answer) => answer(target));
    for (const target of ['/a', '/b', '/c']) expect(await send(target)).toBe(target);
    expect(connections).toBe(1);
    const many = Array.from({ length: 60 }, (_, n) => `/many-${n}`);
    expect(await Promise.all(many.map((target) => send(target)))).toEqual(many);
    expect(connections).toBeLessThanOrEqual(16);
  },
);

it('what a cache on the way repeats is an answer to each that asks for it, and to no order', async () => {
  const kept = () =>
    [
      [NAME_HEADER, 'kept'],
      ['age', '1'],
    ] as const;
  await startExchange(kept, (target, _request, answer) => answer(target));
  for (const _again of [1, 2]) expect(await send('/chart', 'GET')).toBe('/chart');
  expect(await send('/order')).toBe('/order');
  expect(await send('/next')).toBe('lost: ANSWER_TO_ANOTHER_REQUEST');
});

it('one that has to connect anew is not taken while others are connected', async () => {
  let isNamed = true;
  const named = (name: string) => (isNamed ? repeats(name) : []);
  await startExchange(named, (target, request, answer) => {
    if (target === '/failing') request.socket.destroy();
    else answer(target);
  });
  await Promise.all(['/a', '/b', '/c'].map((target) => send(target)));
  isNamed = false;
  expect(await send('/unnamed')).toBe('/unnamed');
  isNamed = true;
  expect(await send('/failing')).toMatch('lost');
  expect(await send('/next')).toBe('/next');
  expect(connections).toBe(3);
});

it('what waits for a connection when it closes has not been sent', async () => {
  const seen: string[] = [];
  await startExchange(repeats, (target) => seen.push(target));
  const waiting = Array.from({ length: 20 }, (_, n) => send(`/${n}`));
  await expect.poll(() => seen.length).toBe(16);
  await client.close();
  const told = await Promise.all(waiting);
  expect(told.map((words) => words.split(':')[0]).sort()).toEqual([
    ...Array.from({ length: 16 }, () => 'lost'),
    ...Array.from({ length: 4 }, () => 'not-sent'),
  ]);
});
