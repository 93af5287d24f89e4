/**
 * An exchange in the manner of a recording: it answers what a test tells it to and remembers what it was asked. It
 * shares no code with the proxy or the paper exchange, so what it checks is checked independently.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import { createHappenings, type Happenings } from './happenings.ts';

export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface SeenFrame {
  readonly connection: number;
  readonly id: number;
  readonly method: string;
  readonly params: readonly unknown[];
}

type Answering = (request: SeenRequest, response: ServerResponse, socket: Socket) => void;
/** What follows the ack of a frame; `refuse` instead of the ack. */
type Script = (
  frame: SeenFrame,
) => { refuse?: string; silent?: boolean; followedBy?: readonly string[] } | undefined;

export interface FakeExchange extends Happenings {
  readonly url: string;
  readonly ws: string;
  readonly requests: readonly SeenRequest[];
  readonly frames: readonly SeenFrame[];
  connectionsMade(): number;
  connectionsOpen(): number;
  /** Requests other than clock questions. */
  asked(): readonly SeenRequest[];
  subscribed(method: string): readonly SeenFrame[];
  answerWith(answering: Answering): void;
  follow(script: Script): void;
  /** To every connection. */
  push(text: string): void;
  /** Returns once everything that was sent has been read. */
  settled(): Promise<void>;
  /** Drops every connection without a goodbye. */
  cut(): void;
  /** Refuses new sockets, as an exchange that is away. */
  setAway(isAway: boolean): void;
  /** Answers upgrades with this status, as an exchange that turns the address away; undefined: lets them in. */
  refuseSockets(status: number | undefined): void;
  socketsRefused(): number;
  close(): Promise<void>;
}

export const OK_BODY = '{"code":0,"msg":"","data":{"ok":true}}';

const answerOk: Answering = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(OK_BODY);
};

export async function startFakeExchange(): Promise<FakeExchange> {
  const happenings = createHappenings();
  const requests: SeenRequest[] = [];
  const frames: SeenFrame[] = [];
  const open = new Map<WebSocket, number>();
  const sockets = new Set<Socket>();
  let connections = 0;
  let isAway = false;
  let refusingWith: number | undefined;
  let socketsRefused = 0;
  let answering: Answering = answerOk;
  let script: Script = () => undefined;

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: target = '', headers } = request;
      const seen = { method, target, headers, body: Buffer.concat(chunks).toString() };
      requests.push(seen);
      if (target === '/public/time' && answering === answerOk) {
        response.setHeader('content-type', 'application/json');
        response.end(`{"code":0,"msg":"","data":{"serverTime":${Date.now()}}}`);
      } else {
        answering(seen, response, request.socket);
      }
      happenings.tell();
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  const upgrades = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  server.on('upgrade', (request, socket, head) => {
    if (isAway) return socket.destroy();
    if (refusingWith !== undefined) {
      socketsRefused += 1;
      socket.end(`HTTP/1.1 ${refusingWith} No\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      return happenings.tell();
    }
    upgrades.handleUpgrade(request, socket, head, (upgraded) => {
      connections += 1;
      const connection = connections;
      open.set(upgraded, connection);
      upgraded.on('message', (bytes) => {
        const { id, method, params } = JSON.parse(bytes.toString()) as Omit<SeenFrame, 'connection'>;
        const frame = { connection, id, method, params };
        frames.push(frame);
        const { refuse, silent = false, followedBy = [] } = script(frame) ?? {};
        const result = method === 'server.ping' ? '"pong"' : '{"status":"success"}';
        if (!silent) {
          upgraded.send(
            refuse === undefined
              ? `{"error":null,"id":${id},"result":${result}}`
              : `{"error":{"code":6001,"message":${JSON.stringify(refuse)}},"id":${id},"result":null}`,
          );
          for (const text of followedBy) upgraded.send(text);
        }
        happenings.tell();
      });
      upgraded.on('close', () => {
        open.delete(upgraded);
        happenings.tell();
      });
      upgraded.on('error', () => {});
      happenings.tell();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  return {
    ...happenings,
    url: `http://127.0.0.1:${port}`,
    ws: `ws://127.0.0.1:${port}/ws`,
    requests,
    frames,
    connectionsMade: () => connections,
    connectionsOpen: () => open.size,
    asked: () => requests.filter(({ target }) => target !== '/public/time'),
    subscribed: (method) => frames.filter((frame) => frame.method === method),
    answerWith(next) {
      answering = next;
    },
    follow(next) {
      script = next;
    },
    push(text) {
      for (const socket of open.keys()) socket.send(text);
    },
    async settled() {
      const read = [...open.keys()].map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.once('pong', () => resolve());
            socket.once('close', () => resolve());
            socket.ping();
          }),
      );
      await Promise.all(read);
    },
    cut() {
      for (const socket of open.keys()) socket.terminate();
    },
    setAway(next) {
      isAway = next;
    },
    refuseSockets(status) {
      refusingWith = status;
    },
    socketsRefused: () => socketsRefused,
    close() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
