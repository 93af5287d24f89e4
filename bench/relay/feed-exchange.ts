/**
 * A stand-in exchange for the relay's benchmarks, a process of its own: answers subscriptions as the exchange does
 * and sends every subscribed book 50 increments a second. The time of sending (monotonic ns, comparable between
 * processes of one machine) travels in `timestamp`.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

const UPDATES_PER_SECOND = 50;
const LEVELS = 30;
/** Levels an increment names: about the 900 to 1,200 bytes of a busy market. */
const LEVELS_CHANGED = 22;

const server = createServer((request, response) => {
  const isTime = request.url?.startsWith('/public/time') ?? false;
  response.setHeader('content-type', 'application/json');
  response.end(
    isTime
      ? JSON.stringify({ code: 0, msg: '', data: { serverTime: Date.now() } })
      : '{"code":0,"msg":"OK","data":{}}',
  );
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
const subscribers = new Map<string, Set<WebSocket>>();
let sequence = 1;

function level(index: number, above: boolean, qty: number): [string, string] {
  const price = above ? 60_000.1 + index / 10 : 60_000 - index / 10;
  return [price.toFixed(1), (qty / 10_000).toString()];
}

function bookMessage(symbol: string, type: 'snapshot' | 'incremental'): string {
  sequence += 1;
  const count = type === 'snapshot' ? LEVELS : LEVELS_CHANGED / 2;
  const side = (above: boolean) =>
    Array.from({ length: count }, (_, i) =>
      level((i * 7 + sequence) % LEVELS, above, ((sequence * 31 + i * 17) % 90_000) + 1),
    );
  return `{"depth":30,"dts":0,"mts":0,"orderbook_p":${JSON.stringify({ asks: side(true), bids: side(false) })},"sequence":${sequence},"symbol":"${symbol}","timestamp":${process.hrtime.bigint()},"type":"${type}"}`;
}

sockets.on('connection', (socket) => {
  socket.on('message', (bytes) => {
    const { id, method, params } = JSON.parse(bytes.toString()) as {
      id: number;
      method: string;
      params: readonly unknown[];
    };
    const result = method === 'server.ping' ? 'pong' : { status: 'success' };
    socket.send(JSON.stringify({ error: null, id, result }));
    if (method !== 'orderbook_p.subscribe') return;
    const symbol = String(params[0]);
    const set = subscribers.get(symbol) ?? new Set();
    subscribers.set(symbol, set.add(socket));
    socket.send(bookMessage(symbol, 'snapshot'));
  });
  socket.on('close', () => {
    for (const set of subscribers.values()) set.delete(socket);
  });
});

// Books take turns within the interval, as unrelated markets do; what is owed carries over to the next turn.
const TURNS_PER_UPDATE = 4;
let turn = 0;
let owed = 0;
setInterval(
  () => {
    const wanted = [...subscribers].filter(([, set]) => set.size > 0);
    for (owed += wanted.length / TURNS_PER_UPDATE; owed >= 1; owed -= 1) {
      const [symbol, set] = wanted[turn++ % wanted.length] as (typeof wanted)[number];
      const message = bookMessage(symbol, 'incremental');
      for (const socket of set) socket.send(message);
    }
  },
  1000 / UPDATES_PER_SECOND / TURNS_PER_UPDATE,
);

server.listen(0, '127.0.0.1', () => {
  console.log(`listening ${(server.address() as AddressInfo).port}`);
});
