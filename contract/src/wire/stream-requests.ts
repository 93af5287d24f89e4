/** What clients say on the socket: subscriptions, heartbeat, authentication. */
import type { ProductSymbol } from '../brand.ts';
import { malformed, ok, type Result } from '../result.ts';
import { isRecord, quote } from './validation.ts';

/** One subscription. Candles name their resolution in seconds; a tick its index, mark or funding symbol. */
export type Topic =
  | { readonly kind: 'book'; readonly symbol: ProductSymbol }
  | { readonly kind: 'trades'; readonly symbol: ProductSymbol }
  | { readonly kind: 'candles'; readonly symbol: ProductSymbol; readonly resolutionSec: number }
  | { readonly kind: 'tick'; readonly symbol: string }
  | { readonly kind: 'tickers' }
  | { readonly kind: 'account' };

function channelOf(topic: Topic): { channel: string; params: readonly (string | number)[] } {
  switch (topic.kind) {
    case 'book':
      return { channel: 'orderbook_p', params: [topic.symbol] };
    case 'trades':
      return { channel: 'trade_p', params: [topic.symbol] };
    case 'candles':
      return { channel: 'kline_p', params: [topic.symbol, topic.resolutionSec] };
    case 'tick':
      return { channel: 'tick_p', params: [topic.symbol] };
    case 'tickers':
      return { channel: 'perp_market24h_pack_p', params: [] };
    case 'account':
      return { channel: 'aop_p', params: [] };
  }
}

const frame = (id: number, method: string, params: readonly (string | number)[]): string =>
  JSON.stringify({ id, method, params });

export function subscribeFrame(id: number, topic: Topic): string {
  const { channel, params } = channelOf(topic);
  return frame(id, `${channel}.subscribe`, params);
}

export function unsubscribeFrame(id: number, topic: Topic): string {
  const { channel, params } = channelOf(topic);
  return frame(id, `${channel}.unsubscribe`, params);
}

export const pingFrame = (id: number): string => frame(id, 'server.ping', []);

/** `signature` signs `socketSignatureText(apiKey, expirySec)`; the expiry may lie at most two minutes ahead. */
export const userAuthFrame = (id: number, apiKey: string, signature: string, expirySec: number): string =>
  frame(id, 'user.auth', ['API', apiKey, signature, expirySec]);

/** A client's frame, as a server reads it. */
export interface StreamRequest {
  readonly id: number | string | null;
  readonly method: string;
  readonly params: readonly unknown[];
}

export function parseStreamRequest(text: string): Result<StreamRequest> {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return malformed('', 'expected JSON');
  }
  if (!isRecord(body)) return malformed('', `expected an object, got ${quote(body)}`);
  const { id, method, params } = body;
  if (typeof method !== 'string') return malformed('method', `expected text, got ${quote(method)}`);
  // The documentation's own request for `ras_p` has an object without fields.
  const list: unknown = isRecord(params) && Object.keys(params).length === 0 ? [] : (params ?? []);
  if (!Array.isArray(list)) return malformed('params', `expected a list, got ${quote(params)}`);
  return ok({ id: typeof id === 'number' || typeof id === 'string' ? id : null, method, params: list });
}
