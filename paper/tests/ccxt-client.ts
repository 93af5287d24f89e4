/** The third-party client pointed at a paper exchange, with an account of its own. */
import ccxt, { pro } from 'ccxt';
import { afterAll } from 'vitest';
import type { PaperServer } from '../src/server.ts';
import type { Signer } from './harness.ts';

const urlsOf = (server: PaperServer) => ({
  v1: `${server.url}/v1`,
  v2: server.url,
  public: `${server.url}/exchange/public`,
  private: server.url,
  ws: server.wsUrl,
});

const OPTIONS = { enableRateLimit: false, options: { defaultType: 'swap' } };

export type Rest = InstanceType<typeof ccxt.phemex>;
export type Live = InstanceType<typeof pro.phemex>;

export async function restClient(server: PaperServer, { apiKey, secret }: Signer): Promise<Rest> {
  const exchange = new ccxt.phemex({ ...OPTIONS, apiKey, secret });
  exchange.urls.api = urlsOf(server);
  await exchange.loadMarkets();
  return exchange;
}

export async function liveClient(server: PaperServer, { apiKey, secret }: Signer): Promise<Live> {
  const exchange = new pro.phemex({ ...OPTIONS, apiKey, secret });
  exchange.urls.api = urlsOf(server);
  // Plain ws:// is "not supported" until this has been called once.
  await exchange.loadHttpProxyAgent();
  await exchange.loadMarkets();
  afterAll(() => exchange.close());
  return exchange;
}
