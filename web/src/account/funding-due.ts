/** What held positions pay or get at their next settlement, were it now. Pure; settlement currency. */
import type { Money, Price, ProductSymbol, Ratio } from '#contract/brand.ts';
import { add, negate, notional, scale, ZERO_MONEY } from '#contract/decimal.ts';
import type { Position } from '#contract/model.ts';

/** Above zero is received. Longs pay shorts while the rate is above zero. */
export function fundingDue({ side, size }: Pick<Position, 'side' | 'size'>, mark: Price, rate: Ratio): Money {
  const longPays = scale(notional(mark, size), rate);
  return side === 'Buy' ? negate(longPays) : longPays;
}

export interface FundingQuote {
  readonly markPrice: Price;
  readonly fundingRate: Ratio;
}

/** Of all positions, each at its own next settlement; undefined while a rate is not known. */
export function fundingDueOf(
  positions: Iterable<Position>,
  quoteOf: (symbol: ProductSymbol) => FundingQuote | undefined,
): Money | undefined {
  let sum: Money = ZERO_MONEY;
  for (const position of positions) {
    const quote = quoteOf(position.symbol);
    if (quote === undefined) return undefined;
    sum = add(sum, fundingDue(position, quote.markPrice, quote.fundingRate));
  }
  return sum;
}
