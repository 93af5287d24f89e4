/**
 * orderbook_p: a snapshot, then what changed, about every 20 ms (or 120 ms when aggregated) and only when something
 * did. A level that falls out of the window is sent with size 0 and one that enters is sent whole, so that whoever
 * applies every message has exactly the book of that sequence.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Clock } from '../../clock.ts';
import type { Exchange } from '../../exchange.ts';
import type { Catalogue } from '../catalogue.ts';
import { type Level, writeLevels } from '../market-bodies.ts';
import { diffSide, isHigher, isLower } from './book-diff.ts';
import { createBookSequences } from './book-sequences.ts';
import { createTopics, encode, type Stream, type Topic } from './topic.ts';

/** The shortest time between two increments of a topic, in ms. */
export const BOOK_INTERVAL_MS = 20;
/** An aggregated topic speaks on every sixth of these (120 ms). */
export const AGGREGATED_INTERVALS = 6;
/** Snapshots are repeated every 60 s, for clients to check themselves by. */
const SNAPSHOT_INTERVALS = 60_000 / BOOK_INTERVAL_MS;
const DEPTHS = [0, 1, 5, 10, 30];
const DEPTH_DEFAULT = 30;
/** What depth 0, the whole book, can hold at most. */
const LEVELS_MAX = 10_000;

export interface BookSnapshot {
  readonly sequence: number;
  readonly timestamp: bigint;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

export interface BookStream extends Stream {
  /** Gives what changed a sequence of its own; the book read now is the book of the sequence returned. */
  readonly settle: (symbol: ProductSymbol) => number;
  readonly snapshot: (symbol: ProductSymbol, depth: number) => BookSnapshot;
  readonly tick: () => void;
  readonly stop: () => void;
}

interface TopicState {
  readonly symbol: ProductSymbol;
  readonly depth: number;
  readonly isAggregated: boolean;
  bids: readonly Level[];
  asks: readonly Level[];
  /** Of the book that `bids` and `asks` show. */
  sequence: number;
  intervals: number;
}

export interface BookStreamOptions {
  readonly exchange: Pick<Exchange, 'book' | 'subscribe'>;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
}

/** Depth 30 by default; aggregated without a depth is the whole book, as on the exchange. */
function readParams(params: readonly unknown[]): { depth: number; isAggregated: boolean } | undefined {
  const [, flag = false, given] = params;
  const isAggregated = flag === true || flag === 'true';
  if (!isAggregated && flag !== false && flag !== 'false') return undefined;
  if (given === undefined) return { depth: isAggregated ? 0 : DEPTH_DEFAULT, isAggregated };
  const depth = typeof given === 'string' && given !== '' ? Number(given) : given;
  return typeof depth === 'number' && DEPTHS.includes(depth) ? { depth, isAggregated } : undefined;
}

function newTopic(key: string): TopicState {
  const [symbol = '', depth, pace] = key.split(' ');
  return {
    symbol: symbol as ProductSymbol,
    depth: Number(depth),
    isAggregated: pace === 'aggregated',
    bids: [],
    asks: [],
    sequence: 0,
    intervals: 0,
  };
}

export function createBookStream({ exchange, catalogue, clock }: BookStreamOptions): BookStream {
  const sequences = createBookSequences(exchange, catalogue, clock);
  const { settle } = sequences;
  const topics = createTopics<TopicState>(newTopic);

  const read = (symbol: ProductSymbol, depth: number): Pick<BookSnapshot, 'bids' | 'asks'> => {
    const book = exchange.book(symbol);
    const max = depth === 0 ? LEVELS_MAX : depth;
    return { bids: book.levels('Buy', max), asks: book.levels('Sell', max) };
  };

  const write = (topic: TopicState, type: string, bids: readonly Level[], asks: readonly Level[]): Buffer => {
    const { scale } = catalogue.get(topic.symbol);
    const mts = clock.nowNs();
    return encode(
      `{"depth":${topic.depth},"dts":${mts + 1n},"mts":${mts},"orderbook_p":{"asks":[${writeLevels(scale, asks)}],` +
        `"bids":[${writeLevels(scale, bids)}]},"sequence":${topic.sequence},"symbol":"${topic.symbol}",` +
        `"timestamp":${sequences.changedNs(topic.symbol)},"type":"${type}"}`,
    );
  };

  const publish = (key: string, topic: TopicState): void => {
    const sequence = settle(topic.symbol);
    if (topic.sequence === sequence) return;
    const now = read(topic.symbol, topic.depth);
    const bids = diffSide(topic.bids, now.bids, isHigher);
    const asks = diffSide(topic.asks, now.asks, isLower);
    Object.assign(topic, now, { sequence });
    if (bids.length + asks.length > 0) topics.send(key, write(topic, 'incremental', bids, asks));
  };

  /** Brings a topic to the newest book, so that a snapshot of it belongs to one sequence for everybody. */
  const greet = (key: string, topic: TopicState): Buffer => {
    publish(key, topic);
    return write(topic, 'snapshot', topic.bids, topic.asks);
  };

  return {
    name: 'orderbook_p',
    settle,
    topic(params): Topic | undefined {
      const [symbol] = params;
      const options = readParams(params);
      if (typeof symbol !== 'string' || options === undefined || catalogue.find(symbol) === undefined) {
        return undefined;
      }
      const key = `${symbol} ${options.depth} ${options.isAggregated ? 'aggregated' : 'direct'}`;
      return { key, symbol, join: (sink) => topics.join(key, sink, (state) => greet(key, state)) };
    },
    snapshot(symbol, depth) {
      const sequence = settle(symbol);
      return { sequence, timestamp: sequences.changedNs(symbol), ...read(symbol, depth) };
    },
    tick() {
      for (const [key, topic] of topics.states()) {
        topic.intervals += 1;
        if (topic.intervals % SNAPSHOT_INTERVALS === 0) {
          topics.send(key, greet(key, topic));
        } else if (!topic.isAggregated || topic.intervals % AGGREGATED_INTERVALS === 0) {
          publish(key, topic);
        }
      }
    },
    stop: sequences.stop,
  };
}
