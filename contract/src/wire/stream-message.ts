/**
 * The one door for what arrives on a socket, the exchange's or the proxy's: text in, one of the kinds below out.
 * What is not known is `unknown` and to be ignored; a known kind that cannot be read is `malformed`, with the reason.
 */
import type { AccountUpdate, BookUpdate, CandleUpdate, Tick, TradeUpdate } from '../model.ts';
import { malformed, type Problem, type Result } from '../result.ts';
import type { RelayNotice } from '../status.ts';
import { readAccount } from './account-stream.ts';
import { readBook } from './book.ts';
import { readInteger } from './fields.ts';
import { readKline } from './kline.ts';
import { readRelayNotice } from './relay-notice.ts';
import { readTick } from './tick.ts';
import { readTickerPack, readTickerPush, type TickerUpdate } from './ticker.ts';
import { readTrades } from './trades.ts';
import { isRecord, quote } from './validation.ts';

export type StreamMessage =
  | { readonly kind: 'book'; readonly update: BookUpdate }
  | { readonly kind: 'trades'; readonly update: TradeUpdate }
  | { readonly kind: 'candles'; readonly update: CandleUpdate }
  | { readonly kind: 'tickers'; readonly update: TickerUpdate }
  | { readonly kind: 'tick'; readonly tick: Tick }
  | { readonly kind: 'account'; readonly update: AccountUpdate; readonly skipped: readonly Problem[] }
  /** The answer to a request: subscriptions and authentication. */
  | {
      readonly kind: 'ack';
      readonly id: number;
      readonly refusal?: { readonly code: number; readonly message: string };
    }
  | { readonly kind: 'pong'; readonly id: number }
  | { readonly kind: 'notice'; readonly notice: RelayNotice }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'malformed'; readonly of: MessageKind; readonly problem: Problem };

export type MessageKind = 'book' | 'trades' | 'candles' | 'tickers' | 'tick' | 'account' | 'notice' | 'json';

const UNKNOWN: StreamMessage = { kind: 'unknown' };

function wrap<T>(of: MessageKind, result: Result<T>, message: (value: T) => StreamMessage): StreamMessage {
  return result.ok ? message(result.value) : { kind: 'malformed', of, problem: result.problem };
}

/** `{error, id, result}`: a pong, an ack, or a refusal. */
function readAnswer(message: Record<string, unknown>): StreamMessage {
  const id = readInteger(message.id) ?? 0;
  const { error, result } = message;
  if (error !== null && error !== undefined) {
    const code = isRecord(error) ? (readInteger(error.code) ?? 0) : 0;
    const words = isRecord(error) && typeof error.message === 'string' ? error.message : quote(error);
    return { kind: 'ack', id, refusal: { code, message: words } };
  }
  if (result === 'pong') return { kind: 'pong', id };
  const status = isRecord(result) ? result.status : result;
  if (status === 'success' || status === undefined || status === null) return { kind: 'ack', id };
  return { kind: 'ack', id, refusal: { code: 0, message: quote(status) } };
}

/** As `parseStreamMessage`, for who has parsed the JSON already. */
export function readStreamMessage(message: unknown): StreamMessage {
  if (!isRecord(message)) return UNKNOWN;
  // The busiest first: a live screen reads fifty books and trades for each of the others.
  if ('orderbook_p' in message)
    return wrap('book', readBook(message), (update) => ({ kind: 'book', update }));
  if ('trades_p' in message)
    return wrap('trades', readTrades(message), (update) => ({ kind: 'trades', update }));
  if ('tick_p' in message) return wrap('tick', readTick(message), (tick) => ({ kind: 'tick', tick }));
  if ('kline_p' in message) {
    return wrap('candles', readKline(message), (update) => ({ kind: 'candles', update }));
  }
  if (message.method === 'perp_market24h_pack_p.update') {
    return wrap('tickers', readTickerPack(message), (update) => ({ kind: 'tickers', update }));
  }
  if ('market24h_p' in message) {
    return wrap('tickers', readTickerPush(message), (update) => ({ kind: 'tickers', update }));
  }
  if ('accounts_p' in message || 'orders_p' in message || 'positions_p' in message) {
    return wrap('account', readAccount(message), (account) => ({ kind: 'account', ...account }));
  }
  if ('perpdeck' in message) {
    return wrap('notice', readRelayNotice(message), (notice) => ({ kind: 'notice', notice }));
  }
  if ('id' in message && ('result' in message || 'error' in message)) return readAnswer(message);
  return UNKNOWN;
}

export function parseStreamMessage(text: string): StreamMessage {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    return { kind: 'malformed', of: 'json', problem: malformed('', 'expected JSON').problem };
  }
  return readStreamMessage(message);
}
