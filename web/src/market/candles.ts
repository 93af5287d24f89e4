/** The candles of one product and resolution: a snapshot and live changes from the stream, older pages by REST. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Candle } from '#contract/model.ts';
import { parseKlineRows } from '#contract/wire/kline.ts';
import { klineSpanRequest } from '#contract/wire/requests.ts';
import { onSocketOpen } from '../exchange/connection.ts';
import { askExchange } from '../exchange/rest.ts';
import { subscribe } from '../exchange/stream.ts';
import {
  CANDLES_MAX,
  type CandleChange,
  type Merged,
  mergeLive,
  mergeOlder,
  mergeSnapshot,
} from './candle-merge.ts';

/** The exchange answers fewer than 2000 candles per request. */
const PAGE_CANDLES = 1_000;

export interface CandleFeed {
  /** Oldest first; empty until the snapshot has come. */
  now(): readonly Candle[];
  /** Fetches the page before the oldest candle, unless one is under way or there is none. */
  loadOlder(): Promise<void>;
  stop(): void;
}

export function followCandles(
  { symbol, resolutionSec }: { readonly symbol: ProductSymbol; readonly resolutionSec: number },
  onChange: (change: CandleChange) => void,
): CandleFeed {
  let candles: readonly Candle[] = [];
  let isLoaded = false;
  let isAwaitingSnapshot = true;
  let isStopped = false;
  let isPageDue = false;
  let hasOlder = true;

  const take = ({ candles: next, change }: Merged) => {
    candles = next;
    if (change !== undefined) onChange(change);
  };
  const stopOpen = onSocketOpen(() => {
    isAwaitingSnapshot = true;
  });
  const stopStream = subscribe({ kind: 'candles', symbol, resolutionSec }, (update) => {
    if (update.kind === 'snapshot') {
      isAwaitingSnapshot = false;
      const isFirst = !isLoaded;
      isLoaded = true;
      const merged = mergeSnapshot(candles, update.candles);
      take(isFirst ? { ...merged, change: { kind: 'all' } } : merged);
    } else if (!isAwaitingSnapshot) {
      take(mergeLive(candles, update.candles));
    }
  });

  return {
    now: () => candles,
    loadOlder: async () => {
      const oldest = candles[0];
      if (isPageDue || !hasOlder || oldest === undefined || candles.length + PAGE_CANDLES > CANDLES_MAX)
        return;
      isPageDue = true;
      const toSec = oldest.openTimeSec;
      const fromSec = Math.max(0, toSec - PAGE_CANDLES * resolutionSec);
      const page = await askExchange(
        klineSpanRequest({ symbol, resolutionSec, fromSec, toSec }),
        parseKlineRows,
      );
      isPageDue = false;
      // A refused or lost page is asked for again by the next pan.
      if (isStopped || !page.ok) return;
      const merged = mergeOlder(candles, page.value);
      hasOlder = merged.change !== undefined;
      take(merged);
    },
    stop: () => {
      isStopped = true;
      stopOpen();
      stopStream();
    },
  };
}
