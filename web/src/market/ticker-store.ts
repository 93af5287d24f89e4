/** The newest 24-hour ticker of every product, outside React; a component picks the one figure it shows. */
import { useSyncExternalStore } from 'react';
import type { ProductSymbol } from '#contract/brand.ts';
import { compare } from '#contract/decimal.ts';
import type { Ticker } from '#contract/model.ts';
import { subscribe } from '../exchange/stream.ts';
import { createPainter } from '../lib/frame-loop.ts';

/** Where the last price came from: the colour it is shown in. */
export type LastDirection = 'up' | 'down' | 'flat';

const tickers = new Map<ProductSymbol, Ticker>();
const directions = new Map<ProductSymbol, LastDirection>();
const listeners = new Set<() => void>();
let version = 0;

/** Another one after each message: what was worked out of the tickers stands as long as this does. */
export const tickersVersion = (): number => version;

function applyTickers(update: readonly Ticker[]): void {
  version += 1;
  for (const ticker of update) {
    const before = tickers.get(ticker.symbol);
    if (before !== undefined && before.last !== ticker.last) {
      directions.set(ticker.symbol, compare(ticker.last, before.last) > 0 ? 'up' : 'down');
    }
    tickers.set(ticker.symbol, ticker);
  }
  for (const listener of listeners) listener();
}

export const tickerNow = (symbol: ProductSymbol): Ticker | undefined => tickers.get(symbol);

export const lastDirectionNow = (symbol: ProductSymbol): LastDirection => directions.get(symbol) ?? 'flat';

/** Runs after each message, whichever products it named. */
export function onTickers(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Keeps the tickers coming until the answer is called. */
export const subscribeTickers = (): (() => void) => subscribe({ kind: 'tickers' }, applyTickers);

/** Components hear of tickers on the screen's beat, all in one frame, and not at all while nobody looks. */
const shownListeners = new Set<() => void>();
let stopShowing: (() => void) | undefined;

export function onShownTickers(listener: () => void): () => void {
  shownListeners.add(listener);
  stopShowing ??= showOnBeat();
  return () => {
    shownListeners.delete(listener);
    if (shownListeners.size > 0) return;
    stopShowing?.();
    stopShowing = undefined;
  };
}

function showOnBeat(): () => void {
  const painter = createPainter(() => {
    for (const listener of shownListeners) listener();
  });
  const stopTickers = onTickers(painter.markDirty);
  return () => {
    stopTickers();
    painter.stop();
  };
}

/** One figure of a product's ticker; re-renders only when that figure changes, so `select` must answer a plain value. */
export function useTicker<T extends string | number | boolean>(
  symbol: ProductSymbol,
  select: (ticker: Ticker) => T,
): T | undefined {
  return useSyncExternalStore(onShownTickers, () => {
    const ticker = tickers.get(symbol);
    return ticker === undefined ? undefined : select(ticker);
  });
}

/** As `useTicker`, for a figure of several products. */
export const useTickerFigure = <T extends string | number | boolean>(figure: () => T): T =>
  useSyncExternalStore(onShownTickers, figure);

export const useLastDirection = (symbol: ProductSymbol): LastDirection =>
  useSyncExternalStore(onShownTickers, () => lastDirectionNow(symbol));

/** Whether any ticker has come yet. */
export const useHasTickers = (): boolean => useSyncExternalStore(onShownTickers, () => tickers.size > 0);
