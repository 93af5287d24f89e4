/**
 * Exact decimal arithmetic for everything that decides: prices, quantities, money, ratios.
 * Values are canonical strings; big.js does the work. Floats leave only through `toNumberLossy`, for pixels.
 */
import Big from 'big.js';
import type { Decimal, Money, Price, Qty, Ratio } from './brand.ts';

/** Our own constructor: other code that tunes the shared Big cannot change how we divide. */
const Exact = Big();
Exact.DP = 20;
Exact.RM = Big.roundDown;
Exact.NE = -1e6;
Exact.PE = 1e6;

const PLAIN_DECIMAL = /^-?\d{1,30}(\.\d{1,30})?$/;

/** What the exchange prints nearly always; recognising it spares the arithmetic (the book sends 3,000 of these a second). */
const CANONICAL = /^(?:-?[1-9]\d{0,29}(?:\.\d{0,29}[1-9])?|-?0\.\d{0,29}[1-9]|0)$/;

/** The canonical form of a plain decimal ("1.50" → "1.5", "-0" → "0"), or undefined if it is not one ("1e3", "", "NaN"). */
export function canonical(text: string): string | undefined {
  if (CANONICAL.test(text)) return text;
  if (!PLAIN_DECIMAL.test(text)) return undefined;
  return out(new Exact(text));
}

/** The canonical form of a number as JavaScript prints it (-1, 0.01, 1e-7), or undefined if it is not finite. */
export function canonicalNumber(value: number): string | undefined {
  return Number.isFinite(value) ? out(new Exact(value)) : undefined;
}

function brandOrThrow(text: string): string {
  const value = canonical(text);
  if (value === undefined) throw new RangeError(`Not a plain decimal: ${JSON.stringify(text)}`);
  return value;
}

/** @throws RangeError on text that is not a plain decimal: a bug here, since wire text is checked at the edge. */
export const price = (text: string): Price => brandOrThrow(text) as Price;
/** @throws RangeError as `price`. */
export const qty = (text: string): Qty => brandOrThrow(text) as Qty;
/** @throws RangeError as `price`. */
export const money = (text: string): Money => brandOrThrow(text) as Money;
/** @throws RangeError as `price`. */
export const ratio = (text: string): Ratio => brandOrThrow(text) as Ratio;

export const ZERO_MONEY = money('0');
export const ZERO_QTY = qty('0');

const out = (value: Big): string => (value.eq(0) ? '0' : value.toFixed());

export const add = <D extends Decimal>(a: D, b: D): D => out(new Exact(a).plus(b)) as D;
export const sub = <D extends Decimal>(a: D, b: D): D => out(new Exact(a).minus(b)) as D;
export const negate = <D extends Decimal>(a: D): D => out(new Exact(a).times(-1)) as D;
export const abs = <D extends Decimal>(a: D): D => out(new Exact(a).abs()) as D;
/** Scales a value by a ratio; the unit stays. */
export const scale = <D extends Decimal>(a: D, by: Ratio): D => out(new Exact(a).times(by)) as D;
/** price × quantity, in quote currency. */
export const notional = (p: Price, q: Qty): Money => out(new Exact(p).times(q)) as Money;
/** value ÷ quantity: the price that makes it. Cut after 12 decimals. @throws on a zero divisor. */
export const pricePer = (value: Money, q: Qty): Price =>
  out(new Exact(value).div(q).round(12, Big.roundDown)) as Price;
/** value ÷ price: the quantity it buys. Cut after 12 decimals. @throws on a zero divisor. */
export const qtyFor = (value: Money, p: Price): Qty =>
  out(new Exact(value).div(p).round(12, Big.roundDown)) as Qty;
/** Divides a value by a ratio; the unit stays. Cut after 12 decimals, the most the wire prints. @throws on a zero divisor. */
export const divide = <D extends Decimal>(a: D, by: Ratio): D =>
  out(new Exact(a).div(by).round(12, Big.roundDown)) as D;
/** As `divide`, but what does not come out even is rounded up. */
export const divideUp = <D extends Decimal>(a: D, by: Ratio): D =>
  out(new Exact(a).div(by).round(12, Big.roundUp)) as D;
/** As `scale`, to 12 decimals, the most the wire prints: what does not come out even is rounded up. */
export const scaleUp = <D extends Decimal>(a: D, by: Ratio): D =>
  out(new Exact(a).times(by).round(12, Big.roundUp)) as D;
/** The share of a value that `part` is of `whole`, cut after 12 decimals, or rounded up there. @throws on a zero divisor. */
export const shareOf = (value: Money, [part, whole]: readonly [Qty, Qty], rounding: 'down' | 'up'): Money =>
  out(new Exact(value).times(part).div(whole).round(12, ROUNDING[rounding])) as Money;
/** Quotient as a plain number of the same scale, cut (not rounded) after `places` decimals. @throws on a zero divisor. */
export const quotient = (a: Decimal, b: Decimal, places = 12): Ratio =>
  out(new Exact(a).div(b).round(places, Big.roundDown)) as Ratio;

/** -1, 0 or 1. */
export const compare = <D extends Decimal>(a: D, b: D): -1 | 0 | 1 => new Exact(a).cmp(b) as -1 | 0 | 1;
/** Read off the text, which is canonical. */
export const sign = (a: Decimal): -1 | 0 | 1 => (a === '0' ? 0 : a.startsWith('-') ? -1 : 1);
export const min = <D extends Decimal>(a: D, b: D): D => (compare(a, b) <= 0 ? a : b);
export const max = <D extends Decimal>(a: D, b: D): D => (compare(a, b) >= 0 ? a : b);

export type StepRounding = 'down' | 'nearest' | 'up';
const ROUNDING = { down: Big.roundDown, nearest: Big.roundHalfUp, up: Big.roundUp } as const;

export interface PriceStep {
  readonly step: Price;
  readonly rounding: StepRounding;
}

/** Snaps to a multiple of `step` (tick or lot size); 'down' is toward zero. */
export function snapToStep<D extends Decimal>(value: D, step: D, rounding: StepRounding): D {
  return out(new Exact(value).div(step).round(0, ROUNDING[rounding]).times(step)) as D;
}

/** value ÷ quantity as a multiple of `step`, rounded once. @throws on a zero divisor. */
export function pricePerOnStep(value: Money, q: Qty, { step, rounding }: PriceStep): Price {
  return out(
    new Exact(value).div(new Exact(q).times(step)).round(0, ROUNDING[rounding]).times(step),
  ) as Price;
}

export function isMultipleOf<D extends Decimal>(value: D, step: D): boolean {
  return new Exact(value).mod(step).eq(0);
}

/** Digits after the point of a step such as "0.01" → 2: how many to show. */
export function decimalPlaces(step: Decimal): number {
  return step.split('.')[1]?.length ?? 0;
}

/** Exactly `places` decimals, for display; half rounds away from zero. */
export const toFixed = (value: Decimal, places: number): string =>
  new Exact(value).toFixed(places, Big.roundHalfUp);

/** For pixels and charts only: may lose digits. */
export const toNumberLossy = (value: Decimal): number => Number(value);
