/**
 * Numbers as the trader reads them: decimals of the product's own steps, thousands set apart by commas, a plain
 * hyphen as minus so that a copied figure can be pasted anywhere. Exact text in, exact text out.
 */
import type { Decimal, Price, Qty } from '#contract/brand.ts';
import { decimalPlaces, sign, toFixed, toNumberLossy } from '#contract/decimal.ts';

/** Stands where a number is not known. */
export const NO_VALUE = '–';

/** Commas between thousands of the whole part; the rest of the text stays. */
export function groupThousands(text: string): string {
  const point = text.indexOf('.');
  const wholeEnd = point === -1 ? text.length : point;
  const digitsStart = text.startsWith('-') ? 1 : 0;
  let grouped = text.slice(wholeEnd);
  let end = wholeEnd;
  for (; end - 3 > digitsStart; end -= 3) grouped = `,${text.slice(end - 3, end)}${grouped}`;
  return text.slice(0, end) + grouped;
}

/** Exactly `places` decimals, half away from zero, with thousands set apart; never "-0.00". */
export function formatDecimal(value: Decimal, places: number): string {
  const fixed = toFixed(value, places);
  return groupThousands(/^-0(\.0*)?$/.test(fixed) ? fixed.slice(1) : fixed);
}

/** As many decimals as the tick has: "63,012.4". */
export const formatPrice = (value: Price, tickSize: Price): string =>
  formatDecimal(value, decimalPlaces(tickSize));

/** As many decimals as the lot has: "0.0150". */
export const formatQty = (value: Qty, qtyStep: Qty): string => formatDecimal(value, decimalPlaces(qtyStep));

/** Money in the settlement currency, cents by default. The unit is the caller's to print. */
export const formatMoney = (value: Decimal, places = 2): string => formatDecimal(value, places);

/** With a plus in front of a gain; zero has no sign, also when it is only zero after rounding. */
export function formatSigned(value: Decimal, places = 2): string {
  const text = formatDecimal(value, places);
  return sign(value) > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

const PERCENT_SHIFT = 2;

/** Moves the decimal point: "0.0125" shifted by 2 is "1.25". */
function shiftPoint(text: string, places: number): string {
  const isNegative = text.startsWith('-');
  const [whole = '0', fraction = ''] = (isNegative ? text.slice(1) : text).split('.');
  const digits = whole + fraction.padEnd(places, '0');
  const cut = whole.length + places;
  const shifted = `${digits.slice(0, cut).replace(/^0+(?=\d)/, '')}.${digits.slice(cut) || '0'}`;
  return isNegative ? `-${shifted}` : shifted;
}

/** A ratio such as "0.0125" as "1.25%". */
export function formatPercent(ratio: Decimal, places = 2): string {
  return `${formatDecimal(shiftPoint(ratio, PERCENT_SHIFT) as Decimal, places)}%`;
}

/** As `formatPercent`, a plus in front of a gain. */
export function formatSignedPercent(ratio: Decimal, places = 2): string {
  const text = formatPercent(ratio, places);
  return sign(ratio) > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

const COMPACT_UNITS = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
] as const;

/** Four or so significant digits with K, M, B, T: for volumes, where nobody needs the rest. */
export function formatCompact(value: Decimal): string {
  const amount = toNumberLossy(value);
  for (const [unit, letter] of COMPACT_UNITS) {
    if (Math.abs(amount) >= unit) return `${(amount / unit).toFixed(2)}${letter}`;
  }
  return amount === 0 ? '0' : amount.toFixed(Math.abs(amount) < 1 ? 4 : 2);
}

/** Which way a figure points: the class and the arrow follow it. */
export type Direction = 'up' | 'down' | 'flat';
export function directionOf(value: Decimal): Direction {
  const direction = sign(value);
  return direction > 0 ? 'up' : direction < 0 ? 'down' : 'flat';
}
