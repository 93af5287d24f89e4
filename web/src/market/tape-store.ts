/** The last public trades of the product on the screen, newest first, outside React. */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Trade, TradeUpdate } from '#contract/model.ts';
import { subscribe } from '../exchange/stream.ts';

export interface Tape {
  readonly symbol: ProductSymbol;
  readonly sequence: number;
  /** Newest first. */
  readonly trades: readonly Trade[];
}

/** As many as the exchange's own snapshot holds. */
const TRADES_MAX = 200;

let current: Tape | undefined;
const listeners = new Set<() => void>();

/** The tape after a message: a snapshot replaces it, an increment that is not older goes on top. */
export function applyTradeUpdate(tape: Tape | undefined, update: TradeUpdate): Tape | undefined {
  const { symbol, sequence } = update;
  if (update.kind === 'snapshot') return { symbol, sequence, trades: update.trades.slice(0, TRADES_MAX) };
  if (tape !== undefined && tape.symbol === symbol && sequence <= tape.sequence) return tape;
  const before = tape?.symbol === symbol ? tape.trades : [];
  return { symbol, sequence, trades: [...update.trades, ...before].slice(0, TRADES_MAX) };
}

export const tapeNow = (symbol: ProductSymbol): Tape | undefined =>
  current?.symbol === symbol ? current : undefined;

export function onTape(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Keeps the product's trades coming until the answer is called. */
export function followTape(symbol: ProductSymbol): () => void {
  return subscribe({ kind: 'trades', symbol }, (update) => {
    current = applyTradeUpdate(current, update);
    for (const listener of listeners) listener();
  });
}
