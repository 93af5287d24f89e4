/** What can be subscribed to: from a client's request, from an exchange's message, and as a key to find it by. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { StreamRequest, Topic } from '#contract/wire/stream-requests.ts';

export type TopicKind = Topic['kind'];

const KIND_OF_CHANNEL: ReadonlyMap<string, TopicKind> = new Map([
  ['orderbook_p', 'book'],
  ['trade_p', 'trades'],
  ['kline_p', 'candles'],
  ['tick_p', 'tick'],
  ['perp_market24h_pack_p', 'tickers'],
  ['aop_p', 'account'],
]);
const CHANNEL_OF_KIND = new Map([...KIND_OF_CHANNEL].map(([channel, kind]) => [kind, channel]));

/** Products, and the index, mark and funding symbols of `tick_p`, which open with a point. */
const SYMBOL = /^\.?[A-Za-z0-9]{1,31}$/;
/** The depth the exchange publishes unless asked for another; the only one that is relayed. */
const BOOK_DEPTH = 30;

export function topicKey(topic: Topic): string {
  switch (topic.kind) {
    case 'book':
    case 'trades':
    case 'tick':
      return `${topic.kind} ${topic.symbol}`;
    case 'candles':
      return `${topic.kind} ${topic.symbol} ${topic.resolutionSec}`;
    case 'tickers':
    case 'account':
      return topic.kind;
  }
}

/** What a client asks for. */
export type TopicRequest =
  | { readonly verb: 'subscribe'; readonly topic: Topic }
  /** Ends every subscription that it matches. */
  | { readonly verb: 'unsubscribe'; readonly matches: (topic: Topic) => boolean };

/** undefined for what is no subscription, or one that cannot be relayed. */
export function readTopicRequest({ method, params }: StreamRequest): TopicRequest | undefined {
  const at = method.lastIndexOf('.');
  const kind = KIND_OF_CHANNEL.get(method.slice(0, at));
  const verb = method.slice(at + 1);
  if (kind === undefined) return undefined;
  if (verb === 'unsubscribe') return { verb, matches: matcher(kind, params) };
  const topic = verb === 'subscribe' ? readTopic(kind, params) : undefined;
  return topic === undefined ? undefined : { verb: 'subscribe', topic };
}

function readTopic(kind: TopicKind, params: readonly unknown[]): Topic | undefined {
  if (kind === 'tickers' || kind === 'account') return { kind };
  const [symbol, second, third] = params;
  if (typeof symbol !== 'string' || !SYMBOL.test(symbol)) return undefined;
  if (kind === 'tick') return params.length === 1 ? { kind, symbol } : undefined;
  const product = symbol as ProductSymbol;
  if (kind === 'candles') {
    const resolutionSec = Number(second);
    return Number.isSafeInteger(resolutionSec) && resolutionSec > 0 && params.length === 2
      ? { kind, symbol: product, resolutionSec }
      : undefined;
  }
  if (kind === 'trades') return params.length === 1 ? { kind, symbol: product } : undefined;
  const isUsualBook = params.length === 1 || (params.length === 3 && Number(third) === BOOK_DEPTH);
  return isUsualBook ? { kind, symbol: product } : undefined;
}

/** No parameter: all of the channel; a symbol: those of the symbol; a resolution too: that one. */
function matcher(kind: TopicKind, [symbol, second]: readonly unknown[]): (topic: Topic) => boolean {
  return (topic) =>
    topic.kind === kind &&
    (symbol === undefined || ('symbol' in topic && topic.symbol === symbol)) &&
    (second === undefined || !('resolutionSec' in topic) || topic.resolutionSec === Number(second));
}

/**
 * How the exchange ends a topic: by a request that may end others of the same connection too, which must then be asked
 * for again. All books go at once, candles by symbol.
 */
export function unsubscription(topic: Topic): {
  frame(id: number): string;
  ends(other: Topic): boolean;
} {
  const params = topic.kind === 'book' || !('symbol' in topic) ? [] : [topic.symbol];
  const method = `${CHANNEL_OF_KIND.get(topic.kind)}.unsubscribe`;
  return {
    frame: (id) => JSON.stringify({ id, method, params }),
    ends: matcher(topic.kind, params),
  };
}

type Message = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Message => typeof value === 'object' && value !== null;

/** The key of the topic that a message belongs to; undefined for what is not relayed. */
export function topicKeyOfMessage(message: Message): string | undefined {
  const { symbol } = message;
  if ('orderbook_p' in message) return typeof symbol === 'string' ? `book ${symbol}` : undefined;
  if ('trades_p' in message) return typeof symbol === 'string' ? `trades ${symbol}` : undefined;
  if ('tick_p' in message) {
    const tick = message.tick_p;
    return isRecord(tick) && typeof tick.symbol === 'string' ? `tick ${tick.symbol}` : undefined;
  }
  if ('kline_p' in message) {
    // The resolution stands in the rows alone.
    const first = Array.isArray(message.kline_p) ? (message.kline_p[0] as unknown) : undefined;
    const resolution = Array.isArray(first) ? (first[1] as unknown) : undefined;
    return typeof symbol === 'string' && typeof resolution === 'number'
      ? `candles ${symbol} ${resolution}`
      : undefined;
  }
  if (message.method === 'perp_market24h_pack_p.update') return 'tickers';
  if ('accounts_p' in message || 'orders_p' in message || 'positions_p' in message) return 'account';
  return undefined;
}
