/**
 * The wire's kinds of field, each read once into what it means: decimal text into branded decimals, nanoseconds into
 * epoch milliseconds. Numbers where the exchange normally prints text (and the reverse) are accepted: it does both.
 */
import * as z from 'zod/mini';
import type { Decimal, Money, Price, Qty, Ratio } from '../brand.ts';
import { canonical, canonicalNumber } from '../decimal.ts';

/** The canonical decimal of a wire value, or undefined if it is none. */
export function readDecimal(value: unknown): string | undefined {
  if (typeof value === 'string') return canonical(value);
  return typeof value === 'number' ? canonicalNumber(value) : undefined;
}

/** As `readDecimal`, and not negative. */
export function readAmount(value: unknown): string | undefined {
  const text = readDecimal(value);
  return text === undefined || text.charCodeAt(0) === 45 ? undefined : text;
}

const DIGITS = /^-?\d{1,16}$/;

/** A whole number, bare or quoted; undefined if it is none. Exact up to 2^53. */
export function readInteger(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isInteger(value) ? value : undefined;
  return typeof value === 'string' && DIGITS.test(value) ? Number(value) : undefined;
}

/**
 * Half the gap between neighbouring doubles near today's nanosecond times, doubled so that adding it is exact:
 * whole milliseconds that `JSON.parse` rounded down come out whole again.
 */
const NS_SLACK = 256;
const NS_DIGITS = /^\d{7,20}$/;

/** Epoch milliseconds of a nanosecond time, bare (already rounded by JSON.parse) or quoted; 0 means "never". */
export function readNs(value: unknown): number | undefined {
  if (typeof value === 'number') {
    if (!(value >= 0 && value <= Number.MAX_VALUE)) return undefined;
    return value === 0 ? 0 : Math.floor((value + NS_SLACK) / 1e6);
  }
  if (value === '0') return 0;
  return typeof value === 'string' && NS_DIGITS.test(value) ? Number(value.slice(0, -6)) : undefined;
}

function field<T>(read: (value: unknown) => unknown, expected: string) {
  return z.pipe(
    z.unknown(),
    z.transform((value, context): T => {
      const result = read(value);
      if (result === undefined) context.issues.push({ code: 'custom', message: expected, input: value });
      return result as T;
    }),
  );
}

const decimalField = <D extends Decimal>() => field<D>(readDecimal, 'a decimal');
const amountField = <D extends Decimal>() => field<D>(readAmount, 'a decimal of zero or more');

export const priceField = amountField<Price>();
export const qtyField = amountField<Qty>();
export const moneyField = decimalField<Money>();
export const ratioField = decimalField<Ratio>();
export const integerField = field<number>(readInteger, 'a whole number');
/** Nanoseconds on the wire, epoch milliseconds here. */
export const nsField = field<number>(readNs, 'a time in nanoseconds');
/** Any finite number, bare or as decimal text, where exactness does not matter (a leverage cap). */
export const numberField = field<number>((value) => {
  const text = readDecimal(value);
  return text === undefined ? undefined : Number(text);
}, 'a number');

/** "0" (or nothing) on the wire means "none". */
export const noneIfZero = <D extends Decimal>(value: D | null | undefined): D | undefined =>
  value === '0' || value === null ? undefined : value;
