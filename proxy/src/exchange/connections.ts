/**
 * Connections to the exchange that carry one request at a time, never a second one before the first is answered. The
 * one used last is taken first, so that a few stay warm; what finds none free waits its turn.
 */
import { Client } from 'undici';

type ClientOptions = NonNullable<ConstructorParameters<typeof Client>[1]>;

/**
 * `warm`: as it was, or used once more. `cold`: what was under way on it failed, and it connects anew when it is used.
 * `spent`: it is to be closed, and another takes its place.
 */
export type GivenBack = 'warm' | 'cold' | 'spent';

export interface Connections {
  /** Calls `use` with a connection of its own, at once where one is free. */
  take(use: (client: Client) => void): void;
  giveBack(client: Client, as: GivenBack): void;
  close(): Promise<void>;
}

export function createConnections(origin: string, max: number, options: ClientOptions): Connections {
  const open = () => new Client(origin, { ...options, pipelining: 1 });
  const all = new Set(Array.from({ length: max }, open));
  const idle = [...all];
  const waiting: ((client: Client) => void)[] = [];
  let isClosed = false;

  const renew = (spent: Client): Client => {
    void spent.destroy();
    all.delete(spent);
    const next = open();
    all.add(next);
    return next;
  };
  return {
    take(use) {
      const client = idle.pop();
      if (client === undefined) waiting.push(use);
      else use(client);
    },
    giveBack(client, as) {
      // A closed one stays what it is: whoever still waits is told so by it.
      const next = as === 'spent' && !isClosed ? renew(client) : client;
      const use = waiting.shift();
      if (use !== undefined) use(next);
      else if (as === 'warm') idle.push(next);
      else idle.unshift(next);
    },
    async close() {
      isClosed = true;
      await Promise.all([...all].map((client) => client.destroy()));
    },
  };
}
