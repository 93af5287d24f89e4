/** A WebSocket pass-through between the proxy and the exchange that counts what the proxy asks of it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer, WebSocket as WsClient } from 'ws';

export interface WireTap {
  /** Give this to the proxy as the exchange's WebSocket. */
  readonly url: string;
  /** Every request the proxy has sent, e.g. `orderbook_p.subscribe ["BTCUSDT"]`. */
  readonly requests: readonly string[];
  connectionsOpen(): number;
  /** Keeps what the exchange says that contains `text` until the answered function is called. */
  hold(text: string): () => void;
  /** Drops every connection, as a network would. */
  cut(): void;
  close(): Promise<void>;
}

export async function startWireTap(exchangeWs: string): Promise<WireTap> {
  const requests: string[] = [];
  const open = new Set<WebSocket>();
  let held: { readonly text: string; readonly waiting: (() => void)[] } | undefined;
  const server = createServer();
  const sockets = new WebSocketServer({ server });

  sockets.on('connection', (near) => {
    const far = new WsClient(exchangeWs);
    const waiting: string[] = [];
    open.add(near);
    near.on('message', (bytes) => {
      const text = bytes.toString();
      const { method, params } = JSON.parse(text) as { method: string; params: unknown };
      if (method !== 'server.ping') requests.push(`${method} ${JSON.stringify(params)}`);
      if (far.readyState === far.OPEN) far.send(text);
      else waiting.push(text);
    });
    far.on('open', () => {
      for (const text of waiting) far.send(text);
    });
    far.on('message', (bytes) => {
      const text = bytes.toString();
      if (held !== undefined && text.includes(held.text)) held.waiting.push(() => near.send(text));
      else near.send(text);
    });
    far.on('close', () => near.terminate());
    far.on('error', () => near.terminate());
    near.on('close', () => {
      open.delete(near);
      far.terminate();
    });
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}/ws`,
    requests,
    connectionsOpen: () => open.size,
    hold(text) {
      const own = { text, waiting: [] };
      held = own;
      return () => {
        held = undefined;
        for (const send of own.waiting as (() => void)[]) send();
      };
    },
    cut() {
      for (const socket of open) socket.terminate();
    },
    close() {
      for (const socket of open) socket.terminate();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
