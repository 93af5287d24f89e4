/** The change over the last 24 hours, of price and in parts of it. */
import type { Money, Ratio } from '#contract/brand.ts';
import { quotient, ratio, sign, sub } from '#contract/decimal.ts';
import type { Ticker } from '#contract/model.ts';

/** Signed, in quote currency per base unit. */
export const dayChange = ({ last, open }: Ticker): Money =>
  sub(last as string as Money, open as string as Money);

/** Signed; zero while there is no opening price to compare with. */
export function dayChangeRatio(ticker: Ticker): Ratio {
  return sign(ticker.open) === 0 ? ratio('0') : quotient(dayChange(ticker), ticker.open, 8);
}
