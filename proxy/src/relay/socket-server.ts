/** What every socket to this proxy is held to, a page's or a bot's: small frames, and signs of life. */
import { type WebSocket, WebSocketServer } from 'ws';
import type { Cancel, Time } from '../time.ts';

const FRAME_BYTES_MAX = 16 * 1024;
const FRAGMENTS_MAX = 8;
const CHUNKS_MAX = 64;

export interface Patience {
  readonly pingMs: number;
  /** Who has left so many pings in a row unanswered when the next is due is gone. */
  readonly unansweredMax: number;
}
/** A page that stops reading is found out within ten seconds, however little there is to send; it comes back by itself. */
export const PAGE_PATIENCE: Patience = { pingMs: 2_500, unansweredMax: 3 };
/** A bot may be busy with itself for as long as the exchange lets it: 30 s. */
export const BOT_PATIENCE: Patience = { pingMs: 15_000, unansweredMax: 1 };

export interface SocketServer {
  readonly server: WebSocketServer;
  /** It has said something, or is gone. */
  heard(socket: WebSocket): void;
  stopPinging(): void;
}

export function createSocketServer(time: Time, { pingMs, unansweredMax }: Patience): SocketServer {
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: FRAME_BYTES_MAX,
    maxFragments: FRAGMENTS_MAX,
    maxBufferedChunks: CHUNKS_MAX,
  });
  const unanswered = new Map<WebSocket, number>();
  let cancelNext: Cancel = () => {};
  let isStopped = false;
  const ping = () => {
    for (const socket of server.clients) {
      const pings = unanswered.get(socket) ?? 0;
      if (pings >= unansweredMax) socket.terminate();
      unanswered.set(socket, pings + 1);
      if (socket.readyState === socket.OPEN) socket.ping();
    }
    // Whoever has answered while we were busy, or this machine asleep, is heard before it is asked again.
    time.soon(pingLater);
  };
  const pingLater = () => {
    if (!isStopped) cancelNext = time.after(pingMs, ping);
  };
  pingLater();
  return {
    server,
    heard: (socket) => void unanswered.delete(socket),
    stopPinging() {
      isStopped = true;
      cancelNext();
    },
  };
}
