/**
 * Index and mark of one product. The index is the path's fair value without the premium, with a little noise of its
 * own. The mark is the index plus a moving average of (book middle − index), the shape of Binance's "Price 2": a
 * trader who pushes the book for a moment moves the mark little, and so liquidates nobody.
 */
import type { Price, ProductSymbol } from '#contract/brand.ts';
import { ratio, scale } from '#contract/decimal.ts';
import type { Ticks } from '../commands.ts';
import type { BookView } from '../exchange.ts';
import type { Funding } from './funding.ts';
import type { ProductPath } from './path.ts';
import { createSmoothNoise, hashText, mixHash } from './random.ts';

/** The basis forgets half of what it knew in about 0.7 of this time. */
const BASIS_MEMORY_MS = 300_000;
/** Of the index: where the mark stops following the book. */
const BASIS_MAX = 0.005;
const INDEX_NOISE = 0.00002;
const INDEX_NOISE_MS = 9_000;
/** The index is this much finer than a tick. */
const INDEX_PARTS_PER_TICK = 100;

export interface ReferencePrices {
  /** Decimal, finer than a tick. */
  index(): Price;
  mark(): Ticks;
  /** The index to the nearest tick. */
  indexTicks(): Ticks;
  /** Takes a new look at the path and the book. */
  update(nowMs: number, book: BookView): void;
}

export interface ReferencePricesOptions {
  readonly seed: number;
  readonly symbol: ProductSymbol;
  readonly tickSize: Price;
  readonly path: ProductPath;
  readonly funding: Funding;
}

export function createReferencePrices(options: ReferencePricesOptions, nowMs: number): ReferencePrices {
  const { path, funding, tickSize } = options;
  const noise = createSmoothNoise(hashText(mixHash(options.seed, 60), options.symbol));

  const indexAt = (atMs: number) => {
    const value = path.fair(atMs) / (1 + funding.premium(atMs));
    const ticks = value * (1 + INDEX_NOISE * noise(atMs / INDEX_NOISE_MS));
    return Math.round(ticks * INDEX_PARTS_PER_TICK);
  };
  const ticksOf = (parts: number) => parts / INDEX_PARTS_PER_TICK;

  let indexParts = indexAt(nowMs);
  let basis = path.fair(nowMs) * (1 - 1 / (1 + funding.premium(nowMs)));
  let updatedMs = nowMs;
  return {
    index() {
      const whole = Math.floor(indexParts / INDEX_PARTS_PER_TICK);
      const rest = String(indexParts % INDEX_PARTS_PER_TICK).padStart(2, '0');
      return scale(tickSize, ratio(`${whole}.${rest}`));
    },
    mark: () => Math.max(Math.round(ticksOf(indexParts) + basis), 1) as Ticks,
    indexTicks: () => Math.max(Math.round(ticksOf(indexParts)), 1) as Ticks,
    update(atMs, book) {
      indexParts = indexAt(atMs);
      const index = ticksOf(indexParts);
      const { bestBid, bestAsk } = book;
      const middle = bestBid === undefined || bestAsk === undefined ? index + basis : (bestBid + bestAsk) / 2;
      const most = index * BASIS_MAX;
      const seen = Math.max(-most, Math.min(most, middle - index));
      const weight = 1 - Math.exp(-Math.max(atMs - updatedMs, 0) / BASIS_MEMORY_MS);
      basis += (seen - basis) * weight;
      updatedMs = atMs;
    },
  };
}
