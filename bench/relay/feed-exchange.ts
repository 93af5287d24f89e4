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
/** Levels a side that an increment names: about the 900 to 1,200 bytes of a busy market. */
const LEVELS_CHANGED = 11;
/** As many as the exchange lists. */
const PRODUCTS = 602;
const TICKERS_MS = 1_000;
/** Sooner than the exchange, so that verification is a part of what is measured. */
const SNAPSHOT_MS = 5_000;

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

interface Book {
  readonly symbol: string;
  readonly readers: Set<WebSocket>;
  /** Quantities by distance from the spread. */
  readonly bids: number[];
  readonly asks: number[];
  sequence: number;
}
const books = new Map<string, Book>();

const openBook = (symbol: string): Book => ({
  ...{ symbol, readers: new Set<WebSocket>(), sequence: 1 },
  bids: Array.from({ length: LEVELS }, (_, i) => i + 1),
  asks: Array.from({ length: LEVELS }, (_, i) => i + 1),
});

function level(index: number, above: boolean, qty: number): [string, string] {
  const price = above ? 60_000.1 + index / 10 : 60_000 - index / 10;
  return [price.toFixed(1), (qty / 10_000).toString()];
}

function message({ symbol, sequence }: Book, type: string, asks: unknown, bids: unknown): string {
  return `{"depth":30,"dts":0,"mts":0,"orderbook_p":${JSON.stringify({ asks, bids })},"sequence":${sequence},"symbol":"${symbol}","timestamp":${process.hrtime.bigint()},"type":"${type}"}`;
}

function snapshot(book: Book): string {
  const side = (above: boolean) =>
    book[above ? 'asks' : 'bids'].map((qty, index) => level(index, above, qty));
  return message(book, 'snapshot', side(true), side(false));
}

function increment(book: Book): string {
  book.sequence += 1;
  const { sequence } = book;
  const side = (above: boolean) =>
    Array.from({ length: LEVELS_CHANGED }, (_, i) => {
      const index = (i * 7 + sequence) % LEVELS;
      const qty = ((sequence * 31 + i * 17) % 90_000) + 1;
      book[above ? 'asks' : 'bids'][index] = qty;
      return level(index, above, qty);
    });
  return message(book, 'incremental', side(true), side(false));
}

function sendTo({ readers }: Book, text: string): void {
  for (const socket of readers) socket.send(text);
}

const TICKER_FIELDS = [
  ...['symbol', 'openRp', 'highRp', 'lowRp', 'lastRp', 'volumeRq', 'turnoverRv', 'openInterestRv'],
  ...['indexRp', 'markRp', 'fundingRateRr', 'predFundingRateRr'],
];

/** Every product of the exchange, as it sends them. */
function tickerPack(): string {
  const price = String(60_000 + (Date.now() % 1000) / 10);
  const data = Array.from({ length: PRODUCTS }, (_, index) => [
    `BENCH${index}USDT`,
    ...[price, price, price, price, '1234.5', '74070000.1', '987.6', price, price, '0.0001', '0.0001'],
  ]);
  return `{"data":${JSON.stringify(data)},"fields":${JSON.stringify(TICKER_FIELDS)},"method":"perp_market24h_pack_p.update","timestamp":${process.hrtime.bigint()},"type":"snapshot"}`;
}
const tickerReaders = new Set<WebSocket>();

sockets.on('connection', (socket) => {
  socket.on('message', (bytes) => {
    const { id, method, params } = JSON.parse(bytes.toString()) as {
      id: number;
      method: string;
      params: readonly unknown[];
    };
    const result = method === 'server.ping' ? 'pong' : { status: 'success' };
    socket.send(JSON.stringify({ error: null, id, result }));
    if (method === 'perp_market24h_pack_p.subscribe') tickerReaders.add(socket);
    if (method !== 'orderbook_p.subscribe') return;
    const symbol = String(params[0]);
    const book = books.get(symbol) ?? openBook(symbol);
    books.set(symbol, book);
    book.readers.add(socket);
    socket.send(snapshot(book));
  });
  socket.on('close', () => {
    tickerReaders.delete(socket);
    for (const { readers } of books.values()) readers.delete(socket);
  });
});

setInterval(() => {
  if (tickerReaders.size === 0) return;
  const text = tickerPack();
  for (const socket of tickerReaders) socket.send(text);
}, TICKERS_MS);

// Books take turns within the interval, as unrelated markets do; what is owed carries over to the next turn.
const TURNS_PER_UPDATE = 4;
let turn = 0;
let owed = 0;
setInterval(
  () => {
    const wanted = [...books.values()].filter(({ readers }) => readers.size > 0);
    for (owed += wanted.length / TURNS_PER_UPDATE; owed >= 1; owed -= 1) {
      const book = wanted[turn++ % wanted.length] as Book;
      sendTo(book, increment(book));
    }
  },
  1000 / UPDATES_PER_SECOND / TURNS_PER_UPDATE,
);

setInterval(() => {
  for (const book of books.values()) sendTo(book, snapshot(book));
}, SNAPSHOT_MS);

server.listen(0, '127.0.0.1', () => {
  console.log(`listening ${(server.address() as AddressInfo).port}`);
});
