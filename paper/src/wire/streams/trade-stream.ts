/** trade_p: up to 200 trades newest first, then each new one, gathered over 20 ms. */
import type { ProductSymbol } from '#contract/brand.ts';
import { type WireJson, writeJson } from '#contract/wire/write-json.ts';
import type { Clock } from '../../clock.ts';
import type { TradeEvent } from '../../events.ts';
import type { Exchange } from '../../exchange.ts';
import type { Market } from '../../market/market.ts';
import type { Catalogue } from '../catalogue.ts';
import { tradeRow } from '../market-bodies.ts';
import { createTopics, encode, type Stream } from './topic.ts';

export interface TradeStream extends Stream {
  readonly tick: () => void;
  readonly stop: () => void;
}

export interface TradeStreamOptions {
  readonly exchange: Pick<Exchange, 'subscribe'>;
  readonly market: Pick<Market, 'tradesRecent'>;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
  /** The symbol's sequence, shared with its book. */
  readonly sequenceOf: (symbol: ProductSymbol) => number;
}

export function createTradeStream(options: TradeStreamOptions): TradeStream {
  const { exchange, market, catalogue, clock, sequenceOf } = options;
  /** State: trades not sent yet, oldest first. */
  const topics = createTopics<TradeEvent[]>(() => []);

  const write = (symbol: ProductSymbol, type: string, newestFirst: readonly TradeEvent[]): Buffer => {
    const { scale } = catalogue.get(symbol);
    const mts = clock.nowNs();
    const message: WireJson = {
      dts: mts + 1n,
      mts,
      sequence: sequenceOf(symbol),
      symbol,
      trades_p: newestFirst.map((trade) => tradeRow(scale, trade)),
      type,
    };
    return encode(writeJson(message));
  };

  const flush = (symbol: ProductSymbol, pending: TradeEvent[]): void => {
    if (pending.length === 0) return;
    topics.send(symbol, write(symbol, 'incremental', pending.splice(0).reverse()));
  };

  const unsubscribe = exchange.subscribe((event) => {
    if (event.kind === 'trade') topics.get(event.symbol)?.push(event);
  });

  return {
    name: 'trade_p',
    topic([given]) {
      const symbol = typeof given === 'string' ? catalogue.find(given)?.product.symbol : undefined;
      if (symbol === undefined) return undefined;
      return {
        key: symbol,
        symbol,
        join: (sink) =>
          topics.join(symbol, sink, (pending) => {
            // Earlier subscribers get what is pending now; the snapshot has it already.
            flush(symbol, pending);
            return write(symbol, 'snapshot', market.tradesRecent(symbol));
          }),
      };
    },
    tick() {
      for (const [symbol, pending] of topics.states()) flush(symbol as ProductSymbol, pending);
    },
    stop: unsubscribe,
  };
}
