/** A socket to the exchange as the rest of the proxy sees it; the network itself is only in here. */
import { WebSocket } from 'ws';

const MESSAGE_BYTES_MAX = 8 * 1024 * 1024;

export interface SocketEvents {
  onOpen(): void;
  onMessage(bytes: Buffer): void;
  /** At least once, whoever ended it. */
  onLost(reason: string): void;
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
  socket.on('error', (error: NodeJS.ErrnoException) => events.onLost(error.code ?? 'socket error'));
  socket.on('close', (code) => events.onLost(`closed with ${code}`));
  return { send: (text) => socket.send(text), terminate: () => socket.terminate() };
};
