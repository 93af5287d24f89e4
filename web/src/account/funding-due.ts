/** What held positions pay or get at their next settlements, were they now. Pure; settlement currency. */
import type { Money, Price, ProductSymbol, Ratio } from '#contract/brand.ts';
import { add, negate, notional, scale } from '#contract/decimal.ts';
import type { Position } from '#contract/model.ts';
import { nextFundingAtMs } from '../market/funding.ts';

/** Above zero is received. Longs pay shorts while the rate is above zero. */
export function fundingDue({ side, size }: Pick<Position, 'side' | 'size'>, mark: Price, rate: Ratio): Money {
  const longPays = scale(notional(mark, size), rate);
  return side === 'Buy' ? negate(longPays) : longPays;
}

export interface FundingQuote {
  readonly markPrice: Price;
  readonly fundingRate: Ratio;
}

export interface FundingMarket {
  /** Of the exchange's clock. */
  readonly nowMs: number;
  quoteOf(symbol: ProductSymbol): FundingQuote | undefined;
  /** Undefined while the product's rules are not known. */
  intervalSecOf(symbol: ProductSymbol): number | undefined;
}

export interface Settlement {
  readonly atMs: number;
  /** Of the positions that settle then; undefined while a rate of theirs is not known. */
  readonly due: Money | undefined;
}

/** The next settlement of every position, the soonest first: products settle every hour, every four, every eight. */
export function settlementsOf(
  positions: Iterable<Position>,
  { nowMs, quoteOf, intervalSecOf }: FundingMarket,
): readonly Settlement[] {
  const settlements = new Map<number, Money | undefined>();
  for (const position of positions) {
    const intervalSec = intervalSecOf(position.symbol);
    if (intervalSec === undefined) continue;
    const atMs = nextFundingAtMs(nowMs, intervalSec);
    const quote = quoteOf(position.symbol);
    const due = quote && fundingDue(position, quote.markPrice, quote.fundingRate);
    const others = settlements.get(atMs);
    const isFirst = !settlements.has(atMs);
    settlements.set(atMs, isFirst ? due : due && others && add(others, due));
  }
  return [...settlements].map(([atMs, due]) => ({ atMs, due })).sort((a, b) => a.atMs - b.atMs);
}
