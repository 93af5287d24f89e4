/**
 * The sequence of each product's book: one number per state that anybody looked at. REST, books, trades and candles
 * of a product share it, so that the same sequence always means the same book.
 */
import type { ProductSymbol } from '#contract/brand.ts';
import type { Clock } from '../../clock.ts';
import type { Exchange } from '../../exchange.ts';
import type { Catalogue } from '../catalogue.ts';

/** Sequences start at the clock in units of 2 ms, so that they keep rising over a restart. */
const SEQUENCE_UNIT_MS = 2;

interface SymbolState {
  sequence: number;
  /** Changed since `sequence`. */
  isDirty: boolean;
  changedNs: bigint;
}

export interface BookSequences {
  /** Gives what changed a sequence of its own; the book read now is the book of the sequence returned. */
  readonly settle: (symbol: ProductSymbol) => number;
  /** When the book last changed. */
  readonly changedNs: (symbol: ProductSymbol) => bigint;
  readonly stop: () => void;
}

export function createBookSequences(
  exchange: Pick<Exchange, 'subscribe'>,
  catalogue: Catalogue,
  clock: Clock,
): BookSequences {
  const first = Math.floor(clock.nowMs() / SEQUENCE_UNIT_MS);
  const states = new Map<string, SymbolState>();
  for (const { product } of catalogue.listings) {
    states.set(product.symbol, { sequence: first, isDirty: false, changedNs: clock.nowNs() });
  }
  const stateOf = (symbol: ProductSymbol): SymbolState => {
    const state = states.get(symbol);
    if (state === undefined) throw new RangeError(`Not a listed product: ${symbol}`);
    return state;
  };

  const stop = exchange.subscribe((event) => {
    if (event.kind !== 'level') return;
    const state = stateOf(event.symbol);
    if (state.isDirty) return;
    state.isDirty = true;
    state.changedNs = clock.nowNs();
  });

  return {
    settle(symbol) {
      const state = stateOf(symbol);
      if (state.isDirty) {
        state.isDirty = false;
        state.sequence += 1;
      }
      return state.sequence;
    },
    changedNs: (symbol) => stateOf(symbol).changedNs,
    stop,
  };
}
