/** What the line above the candles says of one candle. */
import type { Money } from '#contract/brand.ts';
import { quotient, sign, sub } from '#contract/decimal.ts';
import type { Candle, Product } from '#contract/model.ts';
import { formatCompact, formatPrice, formatSignedPercent } from '../../lib/format.ts';

export interface Legend {
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  /** Against the close of the candle before. */
  readonly change: string;
  readonly volume: string;
  readonly direction: 'up' | 'down';
}

export function legendOf(product: Product, candle: Candle, before: Candle | undefined): Legend {
  const { tickSize } = product;
  const from = before?.close ?? candle.open;
  const change = sub(candle.close, from);
  const ratio = sign(from) === 0 ? undefined : quotient(change as string as Money, from);
  return {
    open: formatPrice(candle.open, tickSize),
    high: formatPrice(candle.high, tickSize),
    low: formatPrice(candle.low, tickSize),
    close: formatPrice(candle.close, tickSize),
    change: ratio === undefined ? '' : formatSignedPercent(ratio),
    volume: formatCompact(candle.volume),
    direction: sign(sub(candle.close, candle.open)) < 0 ? 'down' : 'up',
  };
}
