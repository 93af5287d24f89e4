/** Where the exchange is, by environment. */
import type { Environment } from '#contract/vocabulary.ts';

export interface ExchangeHosts {
  readonly url: string;
  readonly ws: string;
}

export const EXCHANGES: Readonly<Record<Exclude<Environment, 'paper'>, ExchangeHosts>> = {
  testnet: { url: 'https://testnet-api.phemex.com', ws: 'wss://testnet-api.phemex.com/ws' },
  mainnet: { url: 'https://api.phemex.com', ws: 'wss://ws.phemex.com' },
};
