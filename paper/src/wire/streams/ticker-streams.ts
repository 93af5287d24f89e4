/**
 * The 24 h tickers once a second: all of them in one pack (a snapshot, then the rows that changed), or one message
 * per symbol; and tick_p, the values of index, mark and funding symbols as they move.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import { type WireJson, writeJson } from '#contract/wire/write-json.ts';
import type { Clock } from '../../clock.ts';
import type { Market } from '../../market/market.ts';
import type { Catalogue, Listing } from '../catalogue.ts';
import { TICKER_PACK_FIELDS, tickerPackRow, tickerV2 } from '../market-bodies.ts';
import { printRate } from '../scale.ts';
import { createTopics, encode, type Stream } from './topic.ts';

export const TICKER_INTERVAL_MS = 1000;

export interface TickerStreamOptions {
  readonly market: Pick<Market, 'tickers'>;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
}

export interface TickerStream extends Stream {
  readonly tick: () => void;
}

/** What was said of each symbol last, so that only what changed is said again. */
type Said = Map<string, string>;

export function createTickerPackStream({ market, catalogue, clock }: TickerStreamOptions): TickerStream {
  const topics = createTopics<Said>(() => new Map());
  const rowOf = (listing: Listing) => tickerPackRow(listing, market.tickers.ticker(listing.product.symbol));

  const write = (type: string, rows: readonly string[]): Buffer =>
    encode(
      `{"data":[${rows.join(',')}],"fields":${JSON.stringify(TICKER_PACK_FIELDS)},` +
        `"method":"perp_market24h_pack_p.update","timestamp":${clock.nowNs()},"type":"${type}"}`,
    );

  return {
    name: 'perp_market24h_pack_p',
    topic: () => ({
      key: 'all',
      join: (sink) =>
        topics.join('all', sink, () =>
          write(
            'snapshot',
            catalogue.listings.map((listing) => writeJson(rowOf(listing))),
          ),
        ),
    }),
    tick() {
      const said = topics.get('all');
      if (said === undefined) return;
      const changed: string[] = [];
      for (const listing of catalogue.listings) {
        const row = writeJson(rowOf(listing));
        if (said.get(listing.product.symbol) === row) continue;
        said.set(listing.product.symbol, row);
        changed.push(row);
      }
      if (changed.length > 0) topics.send('all', write('incremental', changed));
    },
  };
}

/** In no document: one message per symbol, with the names of REST v2. */
export function createTickerStream({ market, catalogue, clock }: TickerStreamOptions): TickerStream {
  const topics = createTopics<Said>(() => new Map());
  const rowOf = (listing: Listing) =>
    writeJson(tickerV2(listing, market.tickers.ticker(listing.product.symbol)));
  const write = (row: string): Buffer => encode(`{"market24h_p":${row},"timestamp":${clock.nowNs()}}`);

  return {
    name: 'market24h_p',
    topic: () => ({
      key: 'all',
      join(sink) {
        for (const listing of catalogue.listings) sink(write(rowOf(listing)));
        return topics.join('all', sink, () => undefined);
      },
    }),
    tick() {
      const said = topics.get('all');
      if (said === undefined) return;
      for (const listing of catalogue.listings) {
        const row = rowOf(listing);
        if (said.get(listing.product.symbol) === row) continue;
        said.set(listing.product.symbol, row);
        topics.send('all', write(row));
      }
    },
  };
}

type TickValue = 'index' | 'mark' | 'funding' | 'predicted-funding';

export interface TickStream extends Stream {
  readonly stop: () => void;
}

export interface TickStreamOptions {
  readonly market: Pick<Market, 'tickers' | 'onTick'>;
  readonly catalogue: Catalogue;
  readonly clock: Clock;
}

export function createTickStream({ market, catalogue, clock }: TickStreamOptions): TickStream {
  const sources = new Map<string, { readonly listing: Listing; readonly value: TickValue }>(
    catalogue.listings.flatMap((listing) => {
      const { symbol } = listing.product;
      return [
        [`.${symbol}`, { listing, value: 'index' }],
        [`.M${symbol}`, { listing, value: 'mark' }],
        [`.${symbol}FR8H`, { listing, value: 'funding' }],
        [`.${symbol}FR`, { listing, value: 'predicted-funding' }],
      ] as const;
    }),
  );
  /** State: the value said last. */
  const topics = createTopics<{ last: string }>(() => ({ last: '' }));

  const currentValue = (source: string): string => {
    const found = sources.get(source);
    if (found === undefined) return '';
    const { product, scale } = found.listing;
    const ticker = market.tickers.ticker(product.symbol);
    switch (found.value) {
      case 'index':
        return ticker.indexPrice;
      case 'mark':
        return scale.price(ticker.markPrice);
      case 'funding':
        return printRate(ticker.fundingRate);
      case 'predicted-funding':
        return printRate(ticker.predictedFundingRate);
    }
  };

  const write = (symbol: string, last: string): Buffer => {
    const message: WireJson = { tick_p: { last, symbol, timestamp: clock.nowNs() } };
    return encode(writeJson(message));
  };

  const stop = market.onTick((symbol: ProductSymbol) => {
    for (const [source, state] of topics.states()) {
      if (sources.get(source)?.listing.product.symbol !== symbol) continue;
      const last = currentValue(source);
      if (last === state.last) continue;
      state.last = last;
      topics.send(source, write(source, last));
    }
  });

  return {
    name: 'tick_p',
    topic([source]) {
      if (typeof source !== 'string' || !sources.has(source)) return undefined;
      return {
        key: source,
        symbol: source,
        join: (sink) => topics.join(source, sink, () => write(source, currentValue(source))),
      };
    },
    stop,
  };
}
