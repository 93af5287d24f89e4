/** An HTTP pass-through between the proxy and the exchange that counts requests, and loses or holds back their answers. */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the proxy gets in place of the exchange's answer. */
export type Loss = 'connection reset' | 'bad gateway' | { readonly body: string };

/** Where an order without an answer is looked for. */
export const LOOK_UPS = [
  'GET /g-orders/activeList',
  'GET /api-data/g-futures/orders/by-order-id',
  'GET /exchange/order/v2/orderList',
] as const;

const KEEP_ALIVE_MS = 120_000;

export interface RestTap {
  /** Give this to the proxy as the exchange's REST address. */
  readonly url: string;
  /** Every request the proxy has sent, e.g. `POST /g-orders`, without its query. */
  readonly requests: readonly string[];
  /** The next such request reaches the exchange and is carried out; its answer is lost. */
  loseNextAnswer(to: string, loss: Loss): void;
  /** Keeps such requests waiting until the answered function is called. */
  hold(...to: readonly string[]): () => void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The exchange's whole answer: when it is there, the request has been carried out. */
async function ask(exchangeUrl: string, { method, url, headers }: IncomingMessage, body: Buffer) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(exchangeUrl + url, { method, headers }, resolve)
      .on('error', reject)
      .end(body);
  });
  const { statusCode: status = 502, headers: answered } = answer;
  return { status, headers: answered, body: await bodyOf(answer) } satisfies Answer;
}

export async function startRestTap(exchangeUrl: string): Promise<RestTap> {
  const requests: string[] = [];
  const losses = new Map<string, Loss>();
  const held = new Map<string, Promise<void>>();

  const pass = async (near: IncomingMessage, response: ServerResponse) => {
    const name = `${near.method} ${near.url?.split('?')[0]}`;
    requests.push(name);
    const body = await bodyOf(near);
    await held.get(name);
    const answer = await ask(exchangeUrl, near, body);
    const loss = losses.get(name);
    losses.delete(name);
    if (loss === 'connection reset') near.socket.resetAndDestroy();
    else if (typeof loss === 'object') response.writeHead(200).end(loss.body);
    else if (loss === 'bad gateway') response.writeHead(502).end('<html>502 Bad Gateway</html>');
    else response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  // Idle connections last as long as the exchange's answers promise: one that is closed under a request loses it.
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (near, response) => {
    // The exchange is away: so is its tap.
    pass(near, response).catch(() => near.socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    loseNextAnswer: (to, loss) => losses.set(to, loss),
    hold(...to) {
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      for (const name of to) held.set(name, released);
      return () => {
        for (const name of to) held.delete(name);
        release();
      };
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
