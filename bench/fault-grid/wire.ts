/** The wire between Perpdeck and the exchange's REST door: counts the requests that go by, byte for byte as they are. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';

export interface Wire {
  readonly url: string;
  /** How often a request that changes something has gone by, by `wireName`. */
  times(name: string): number;
  /** Runs once, when it goes by for the first time and before the exchange has it. */
  onFirst(name: string, run: () => void): void;
  close(): void;
}

/** An order by its id, everything else by its path and its product. */
export function wireName({
  method,
  path,
  query,
  body,
}: Readonly<Record<'method' | 'path' | 'query' | 'body', string>>) {
  return method === 'POST' ? orderName(body) : otherName(method, path, query);
}
const orderName = (text: string) => `POST ${/"clOrdID":"([^"]+)"/.exec(text)?.[1]}`;
const otherName = (method: string, path: string, query: string) =>
  `${method} ${path} ${/(?:^|&)symbol=(\w+)/.exec(query)?.[1]}`;

const ORDERS = /"clOrdID":"[^"]+"/g;
const OTHERS = /^(PUT|DELETE) ([^ ?]+)\?(\S*) HTTP/gm;

export async function openWire(port: number): Promise<Wire> {
  const counts = new Map<string, number>();
  const awaited = new Map<string, () => void>();
  const note = (name: string) => {
    counts.set(name, (counts.get(name) ?? 0) + 1);
    awaited.get(name)?.();
    awaited.delete(name);
  };
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', noDelay: true });
    near.on('data', (bytes) => {
      const text = bytes.toString('latin1');
      for (const [order] of text.matchAll(ORDERS)) note(orderName(order));
      for (const [, method = '', path = '', query = ''] of text.matchAll(OTHERS))
        note(otherName(method, path, query));
      far.write(bytes);
    });
    far.on('data', (bytes) => near.write(bytes));
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => other.resetAndDestroy());
      // What was written before the end still arrives: a request of somebody who has died is carried out.
      one.on('end', () => other.end());
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    times: (name) => counts.get(name) ?? 0,
    onFirst: (name, run) => awaited.set(name, run),
    close: () => server.close(),
  };
}
