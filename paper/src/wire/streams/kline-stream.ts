/** kline_p: the last 1,000 candles newest first, then the current one whenever it changes and both when it rolls. */
import type { ProductSymbol } from '#contract/brand.ts';
import { isResolution, type ResolutionSec } from '#contract/vocabulary.ts';
import { type WireJson, writeJson } from '#contract/wire/write-json.ts';
import type { Candle } from '../../market/bar.ts';
import type { Market } from '../../market/market.ts';
import type { Catalogue } from '../catalogue.ts';
import { candleRow } from '../market-bodies.ts';
import { createTopics, encode, type Stream } from './topic.ts';

const SNAPSHOT_CANDLES = 1000;

interface TopicState {
  readonly symbol: ProductSymbol;
  readonly resolutionSec: ResolutionSec;
  openTimeSec: number;
  isDirty: boolean;
}

export interface KlineStream extends Stream {
  readonly tick: () => void;
  readonly stop: () => void;
}

export interface KlineStreamOptions {
  readonly market: Pick<Market, 'candles'>;
  readonly catalogue: Catalogue;
  readonly sequenceOf: (symbol: ProductSymbol) => number;
}

export function createKlineStream({ market, catalogue, sequenceOf }: KlineStreamOptions): KlineStream {
  const { candles } = market;
  const topics = createTopics<TopicState>((key) => {
    const [symbol = '', resolution] = key.split(' ');
    return {
      symbol: symbol as ProductSymbol,
      resolutionSec: Number(resolution) as ResolutionSec,
      openTimeSec: 0,
      isDirty: false,
    };
  });

  const write = (symbol: ProductSymbol, type: string, oldestFirst: readonly Candle[]): Buffer => {
    const { scale } = catalogue.get(symbol);
    const message: WireJson = {
      kline_p: oldestFirst.map((candle) => candleRow(scale, candle)).reverse(),
      priceScale: 0,
      qtyScale: 0,
      sequence: sequenceOf(symbol),
      symbol,
      type,
      valueScale: 0,
    };
    return encode(writeJson(message));
  };

  const publish = (key: string, topic: TopicState): void => {
    if (!topic.isDirty) return;
    topic.isDirty = false;
    const { symbol, resolutionSec } = topic;
    const current = candles.current(symbol, resolutionSec);
    const hasRolled = current.openTimeSec !== topic.openTimeSec;
    topic.openTimeSec = current.openTimeSec;
    const changed = hasRolled ? candles.last(symbol, resolutionSec, 2) : [current];
    topics.send(key, write(symbol, 'incremental', changed));
  };

  const unsubscribe = candles.onChange((symbol) => {
    for (const [, topic] of topics.states()) if (topic.symbol === symbol) topic.isDirty = true;
  });

  return {
    name: 'kline_p',
    topic([given, interval]) {
      const symbol = typeof given === 'string' ? catalogue.find(given)?.product.symbol : undefined;
      const resolutionSec = typeof interval === 'string' ? Number(interval) : interval;
      if (symbol === undefined || typeof resolutionSec !== 'number' || !isResolution(resolutionSec)) {
        return undefined;
      }
      const key = `${symbol} ${resolutionSec}`;
      return {
        key,
        symbol,
        join: (sink) =>
          topics.join(key, sink, (topic) => {
            publish(key, topic);
            topic.openTimeSec = candles.current(symbol, resolutionSec).openTimeSec;
            return write(symbol, 'snapshot', candles.last(symbol, resolutionSec, SNAPSHOT_CANDLES));
          }),
      };
    },
    tick() {
      for (const [key, topic] of topics.states()) publish(key, topic);
    },
    stop: unsubscribe,
  };
}
