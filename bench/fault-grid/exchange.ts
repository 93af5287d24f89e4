/** A paper exchange with as many accounts as the grid needs, and its admin's door. */

import type { Product } from '#contract/model.ts';
import { parseProducts } from '#contract/wire/products.ts';
import { makeDataDir, startPaper } from '../../e2e/processes.ts';
import type { PaperAccount } from './sight.ts';

const TOKEN = 'grid-admin-token-0123456789';

export interface Exchange {
  readonly port: number;
  readonly ws: string;
  readonly products: ReadonlyMap<string, Product>;
  /** One that nobody has had yet. */
  newAccount(): PaperAccount;
  /** Befalls only one account, where it names one; the answer lifts it. */
  fault(fault: object): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export async function openExchange(accounts: number): Promise<Exchange> {
  const dir = makeDataDir();
  const keys = Array.from({ length: accounts }, (_, index) => `grid-key-${index}-0123456789`);
  const secret = 'grid-secret-0123456789abcdef0123456789';
  const paper = await startPaper({
    ...{ dataDir: dir.path, accounts: keys.map((key) => `${key}:${secret}`) },
    args: ['--admin-token', TOKEN],
  });
  const admin = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${paper.url}/admin${path}`, {
      method,
      headers: { authorization: `Bearer ${TOKEN}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
    return (await answer.json()) as { id: number };
  };
  const catalogue = parseProducts(await (await fetch(`${paper.url}/public/products`)).json());
  if (!catalogue.ok) throw new Error('no products');
  return {
    ...{ port: paper.port, ws: `ws://127.0.0.1:${paper.port}/ws` },
    products: new Map(catalogue.value.products.map((product) => [product.symbol, product])),
    newAccount() {
      const key = keys.pop();
      if (key === undefined) throw new Error('too few accounts');
      return { url: paper.url, key, secret };
    },
    async fault(fault) {
      const { id } = await admin('POST', '/faults', fault);
      return async () => {
        await admin('DELETE', `/faults/${id}`);
      };
    },
    async close() {
      await paper.stop();
      dir.remove();
    },
  };
}
