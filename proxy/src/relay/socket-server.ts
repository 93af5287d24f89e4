/** What every socket to this proxy is held to, a page's or a bot's: small frames, and a sign of life at each ping. */
import { type WebSocket, WebSocketServer } from 'ws';
import type { Time } from '../time.ts';

const FRAME_BYTES_MAX = 16 * 1024;
const FRAGMENTS_MAX = 8;
const CHUNKS_MAX = 64;
/** Who has said nothing since the last ping when the next is due is gone. The exchange itself waits for 30 s. */
const PING_MS = 15_000;

export interface SocketServer {
  readonly server: WebSocketServer;
  /** It has said something, or is gone. */
  heard(socket: WebSocket): void;
  stopPinging(): void;
}

export function createSocketServer(time: Time): SocketServer {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    maxFragments: FRAGMENTS_MAX,
    maxBufferedChunks: CHUNKS_MAX,
  });
  const silent = new Set<WebSocket>();
  const stopPinging = time.every(PING_MS, () => {
    for (const socket of server.clients) {
      if (silent.has(socket)) socket.terminate();
      silent.add(socket);
      if (socket.readyState === socket.OPEN) socket.ping();
    }
  });
  return { server, heard: (socket) => void silent.delete(socket), stopPinging };
}
