/**
 * The WebSocket half of the wire: connections on /ws, their heartbeats, and the streams' clockwork. A connection that
 * has sent no ping for 30 s is dropped without a word, as the exchange does.
 */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AccountID } from '../commands.ts';
import { createMessageGate } from '../faults/message-faults.ts';
import { type Connection, createConnection } from './socket-connection.ts';
import { createAccountStream } from './streams/account-stream.ts';
import { BOOK_INTERVAL_MS } from './streams/book-stream.ts';
import { createKlineStream } from './streams/kline-stream.ts';
import { createRiskStream } from './streams/risk-stream.ts';
import {
  createTickerPackStream,
  createTickerStream,
  createTickStream,
  TICKER_INTERVAL_MS,
} from './streams/ticker-streams.ts';
import type { Stream } from './streams/topic.ts';
import { createTradeStream } from './streams/trade-stream.ts';
import type { WireContext } from './wire-context.ts';

export const SOCKET_PATH = '/ws';
const HEARTBEAT_MAX_MS = 30_000;
const HEARTBEAT_CHECK_MS = 1_000;
const MESSAGE_BYTES_MAX = 64 * 1024;
/** Of an account; and of an address, among those that listen without having signed in. */
const CONNECTIONS_MAX = 5;
/** A client that reads so slowly that this much waits for it is let go; it reconnects to fresh snapshots. */
const BUFFERED_BYTES_MAX = 16 * 1024 * 1024;

export interface SocketServer {
  readonly upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly close: () => void;
}

interface Entry {
  readonly connection: Connection;
  readonly address: string;
  heardMs: number;
}

const addressOf = (request: IncomingMessage): string => request.socket.remoteAddress ?? '';

/** Whether the client, an account or an address without one, may have one connection more. */
function hasRoom(entries: Iterable<Entry>, account: AccountID | undefined, from: string): boolean {
  const isOfClient = ({ address, connection }: Entry) =>
    connection.account() === account &&
    (account !== undefined || (address === from && connection.isListening()));
  return [...entries].filter(isOfClient).length < CONNECTIONS_MAX;
}

function createStreams(context: WireContext) {
  const { exchange, market, catalogue, clock, books } = context;
  const sequenceOf = books.settle;
  const trades = createTradeStream({ exchange, market, catalogue, clock, sequenceOf });
  const klines = createKlineStream({ market, catalogue, sequenceOf });
  const tickerPack = createTickerPackStream({ market, catalogue, clock });
  const tickers = createTickerStream({ market, catalogue, clock });
  const ticks = createTickStream({ market, catalogue, clock });
  const accounts = createAccountStream({ exchange, catalogue, clock });
  const risk = createRiskStream({ exchange, clock });
  const all: readonly Stream[] = [books, trades, klines, tickerPack, tickers, ticks];
  return {
    privateByName: new Map([accounts, risk].map((stream) => [stream.name, stream])),
    byName: new Map(all.map((stream) => [stream.name, stream])),
    tickMarket() {
      books.tick();
      trades.tick();
      klines.tick();
    },
    tickTickers() {
      tickerPack.tick();
      tickers.tick();
      risk.tick();
    },
    stop() {
      for (const stream of [books, trades, klines, ticks, accounts, risk]) stream.stop();
    },
  };
}

export function createSocketServer(context: WireContext, hasLimits: boolean): SocketServer {
  const { machine, faults, keys, limits } = context;
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MESSAGE_BYTES_MAX,
    clientTracking: false,
    // Whether a ping is answered may be a matter of faults.
    autoPong: false,
  });
  const streams = createStreams(context);
  const connections = new Map<WebSocket, Entry>();

  const accept = (socket: WebSocket, request: IncomingMessage): void => {
    const address = addressOf(request);
    const heartbeat = (): void => {
      entry.heardMs = machine.nowMs();
    };
    const connection = createConnection({
      context,
      streams: streams.byName,
      privateStreams: streams.privateByName,
      hasLimits,
      admit: (account) => !hasLimits || hasRoom(connections.values(), account, address),
      onHeartbeat: heartbeat,
      send: (stream, frame) => gate.deliver(stream, frame),
    });
    const gate = createMessageGate(faults, machine, {
      send(frame) {
        if (socket.bufferedAmount > BUFFERED_BYTES_MAX) socket.terminate();
        else socket.send(frame, { binary: false });
      },
      drop: () => socket.terminate(),
      close: (code) => socket.close(code),
      account() {
        const account = connection.account();
        return account === undefined ? undefined : keys.nameOf(account);
      },
    });
    const entry: Entry = { connection, address, heardMs: machine.nowMs() };
    connections.set(socket, entry);
    socket.on('message', (bytes: Buffer) => connection.receive(bytes.toString('utf8')));
    socket.on('ping', (data) => {
      heartbeat();
      if (gate.mayPong()) socket.pong(data);
    });
    socket.on('error', () => socket.terminate());
    socket.on('close', () => {
      connection.close();
      gate.close();
      connections.delete(socket);
    });
  };

  const dropSilent = (): void => {
    for (const [socket, { heardMs }] of connections) {
      if (machine.nowMs() - heardMs > HEARTBEAT_MAX_MS) socket.terminate();
    }
  };

  const stops = [
    machine.every(BOOK_INTERVAL_MS, streams.tickMarket),
    machine.every(TICKER_INTERVAL_MS, streams.tickTickers),
    machine.every(HEARTBEAT_CHECK_MS, dropSilent),
    streams.stop,
  ];

  /** The status that a new socket is refused with. */
  const refusalOf = (request: IncomingMessage): number | undefined => {
    const [path] = (request.url ?? '').split('?');
    if (limits.spendSocket(addressOf(request)).retryAfterSec !== undefined) return 429;
    if (path !== SOCKET_PATH) return 404;
    if (faults.isInMaintenance()) return 503;
    const fault = faults.onSocket();
    return fault === undefined ? undefined : (fault.status ?? 503);
  };

  return {
    upgrade(request, socket, head) {
      const refusal = refusalOf(request);
      if (refusal === undefined) server.handleUpgrade(request, socket, head, accept);
      else socket.end(`HTTP/1.1 ${refusal} ${STATUS_CODES[refusal]}\r\nconnection: close\r\n\r\n`);
    },
    close() {
      for (const stop of stops) stop();
      for (const socket of connections.keys()) socket.terminate();
      server.close();
    },
  };
}
