/**
 * The core's integers as the wire's decimal strings, and back. The wire prints no trailing zeros, no exponent and
 * "0" for zero; what is read must be a whole number of ticks or lots.
 */
import type { Lots, Rate, Ticks, Units } from '../commands.ts';
import type { ProductSpec } from '../product-spec.ts';

/** Money is counted in 10⁻¹², ratios in 10⁻⁸, average prices are shown to 10⁻⁹ (as the exchange's mark prices are). */
const UNIT_DECIMALS = 12;
const RATE_DECIMALS = 8;
const AVERAGE_DECIMALS = 9;

const PLAIN = /^(-?)(\d{1,20})(?:\.(\d{1,20}))?$/;

/** `value` × 10^-decimals without trailing zeros. */
export function printScaled(value: number | bigint, decimals: number): string {
  const isNegative = value < 0;
  const digits = String(isNegative ? -value : value);
  if (decimals === 0) return isNegative ? `-${digits}` : digits;
  const padded = digits.padStart(decimals + 1, '0');
  const whole = padded.slice(0, -decimals);
  let end = padded.length;
  const start = padded.length - decimals;
  while (end > start && padded.charCodeAt(end - 1) === 48) end -= 1;
  const text = end === start ? whole : `${whole}.${padded.slice(start, end)}`;
  return isNegative && text !== '0' ? `-${text}` : text;
}

/** A plain decimal as an integer of 10^-decimals; undefined when it is none, or finer than that. */
export function readScaled(text: string, decimals: number): bigint | undefined {
  const match = PLAIN.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > decimals) return undefined;
  const value = BigInt(whole + kept.padEnd(decimals, '0'));
  return sign === '-' ? -value : value;
}

/** A number or string parameter as decimal text: clients send quantities either way. */
export function decimalText(value: unknown): string | undefined {
  if (typeof value === 'string') return value.trim();
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const text = String(value);
  return text.includes('e') ? value.toFixed(UNIT_DECIMALS) : text;
}

export const printUnits = (value: Units | bigint): string => printScaled(value, UNIT_DECIMALS);
export const printRate = (value: Rate | bigint): string => printScaled(value, RATE_DECIMALS);
export const readUnits = (text: string): Units | undefined =>
  readScaled(text, UNIT_DECIMALS) as Units | undefined;
export const readRate = (text: string): Rate | undefined =>
  readScaled(text, RATE_DECIMALS) as Rate | undefined;

/** Why a price or quantity cannot be used. */
export type StepFault = 'not-a-number' | 'off-step' | 'below-step';

export interface ProductScale {
  readonly price: (ticks: Ticks | number) => string;
  readonly qty: (lots: Lots | number) => string;
  /** ticks × lots as money. */
  readonly value: (ticks: Ticks, lots: Lots) => string;
  /** Value ÷ size, rounded to nine decimals; "0" when flat. */
  readonly averagePrice: (value: Units, size: Lots) => string;
  readonly readPrice: (text: string | undefined) => Ticks | StepFault;
  readonly readQty: (text: string | undefined) => Lots | StepFault;
}

interface Step {
  readonly mantissa: number;
  readonly decimals: number;
}

function stepOf(text: string): Step {
  const decimals = text.split('.')[1]?.length ?? 0;
  return { mantissa: Number(text.replace('.', '')), decimals };
}

function readSteps(text: string | undefined, step: Step): number | StepFault {
  const match = PLAIN.exec(text ?? '');
  if (text === undefined || match === null) return 'not-a-number';
  const fine = Math.max(step.decimals, (match[3] ?? '').length);
  const value = readScaled(text, fine);
  if (value === undefined) return 'not-a-number';
  const size = BigInt(step.mantissa) * 10n ** BigInt(fine - step.decimals);
  if (value < size) return 'below-step';
  if (value % size !== 0n) return 'off-step';
  const steps = Number(value / size);
  return Number.isSafeInteger(steps) ? steps : 'not-a-number';
}

export function createScale(product: ProductSpec): ProductScale {
  const tick = stepOf(product.tickSize);
  const lot = stepOf(product.qtyStep);
  return {
    price: (ticks) => printScaled(ticks * tick.mantissa, tick.decimals),
    qty: (lots) => printScaled(lots * lot.mantissa, lot.decimals),
    value: (ticks, lots) => printUnits(BigInt(ticks) * BigInt(lots) * product.unitsPerTickLot),
    averagePrice(value, size) {
      if (size === 0) return '0';
      // value is 10⁻¹² of the quote and size is lots of mantissa × 10^-decimals: bring the quotient to 10⁻⁹.
      const divisor = BigInt(size) * BigInt(lot.mantissa) * 10n ** BigInt(UNIT_DECIMALS - AVERAGE_DECIMALS);
      const dividend = (value < 0n ? -value : value) * 10n ** BigInt(lot.decimals);
      return printScaled((dividend + divisor / 2n) / divisor, AVERAGE_DECIMALS);
    },
    readPrice: (text) => readSteps(text, tick) as Ticks | StepFault,
    readQty: (text) => readSteps(text, lot) as Lots | StepFault,
  };
}
