/** A socket to the exchange as the rest of the proxy sees it; the network itself is only in here. */
import { WebSocket } from 'ws';
import { pauseAskedFor } from './breaker.ts';

const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;

/** How an upgrade was answered that was not let in. */
export interface Refused {
  readonly status: number;
  /** What the exchange asks for, 0 if it does not. */
  readonly pauseMs: number;
}

export interface SocketEvents {
  onOpen(): void;
  onMessage(bytes: Buffer): void;
  /** At least once, whoever ended it; first with how the upgrade was answered where it was not let in. */
  onLost(reason: string, refused?: Refused): void;
}

export interface ExchangeSocket {
  send(text: string): void;
  /** Without a goodbye. */
  terminate(): void;
}

/** The handshake may take `handshakeMs`. */
export type OpenSocket = (url: string, handshakeMs: number, events: SocketEvents) => ExchangeSocket;

export const openWebSocket: OpenSocket = (url, handshakeMs, events) => {
  const socket = new WebSocket(url, {
    perMessageDeflate: false,
    followRedirects: false,
    handshakeTimeout: handshakeMs,
    maxPayload: MESSAGE_BYTES_MAX,
  });
  socket.on('open', events.onOpen);
  socket.on('message', (data, isBinary) => {
    // The default binary type of `ws` makes every message a Buffer.
    if (!isBinary) events.onMessage(data as Buffer);
  });
  socket.on('unexpected-response', (_request, { statusCode: status = 0, headers }) => {
    events.onLost(`answered with ${status}`, { status, pauseMs: pauseAskedFor(headers) });
    socket.terminate();
  });
  socket.on('error', (error: NodeJS.ErrnoException) => events.onLost(error.code ?? 'socket error'));
  socket.on('close', (code) => events.onLost(`closed with ${code}`));
  return { send: (text) => socket.send(text), terminate: () => socket.terminate() };
};
