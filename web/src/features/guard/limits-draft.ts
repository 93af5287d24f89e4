/** The limits as a person types them: text, '' for no limit, shares in per cent. Pure. */
import { divide, ratio, scale } from '#contract/decimal.ts';
import { type GuardLimits, parseLimits } from '#contract/guard.ts';
import { readProductNames } from '#contract/product-name.ts';
import { readDecimal } from '../../lib/read-decimal.ts';

/** Those that are numbers. */
export type LimitName = Exclude<keyof GuardLimits, 'symbols' | 'isReadOnly'>;

export interface LimitField {
  readonly name: LimitName;
  readonly label: string;
  readonly unit?: string;
}

export const LIMIT_FIELDS: readonly LimitField[] = [
  { name: 'orderValueMax', label: 'One order', unit: 'USDT' },
  { name: 'positionValueMax', label: 'One position', unit: 'USDT' },
  { name: 'confirmAbove', label: 'Ask me above', unit: 'USDT' },
  { name: 'dailyLossMax', label: 'Loss a day', unit: 'USDT' },
  { name: 'leverageMax', label: 'Leverage', unit: 'x' },
  { name: 'priceDistanceMax', label: 'Beyond the mark price', unit: '%' },
  { name: 'ordersPerMinuteMax', label: 'Orders a minute' },
  { name: 'openOrdersMax', label: 'Open orders' },
];

export interface LimitsDraft {
  readonly texts: Readonly<Record<LimitName, string>>;
  /** Separated by commas or spaces; '' for all. */
  readonly symbols: string;
  readonly isReadOnly: boolean;
}

const HUNDRED = ratio('100');
const COUNTS: ReadonlySet<LimitName> = new Set(['ordersPerMinuteMax', 'openOrdersMax']);

function textOf(limits: GuardLimits, name: LimitName): string {
  const limit = limits[name];
  if (limit === null) return '';
  return name === 'priceDistanceMax' ? scale(ratio(String(limit)), HUNDRED) : String(limit);
}

export function draftOf(limits: GuardLimits): LimitsDraft {
  const texts = Object.fromEntries(LIMIT_FIELDS.map(({ name }) => [name, textOf(limits, name)]));
  return {
    texts: texts as Record<LimitName, string>,
    symbols: limits.symbols?.join(', ') ?? '',
    isReadOnly: limits.isReadOnly,
  };
}

export type LimitsRead =
  | { readonly ok: true; readonly limits: GuardLimits }
  /** Which of them is wrong. */
  | { readonly ok: false; readonly name: keyof GuardLimits };

/** Thousands may be set apart by commas or spaces. Elsewhere a comma is a mistake to be shown: "0,5" is not five. */
function limitOf(name: LimitName, typed: string): unknown {
  const trimmed = typed.trim();
  if (trimmed === '') return null;
  const text = readDecimal(trimmed.replaceAll(/\s+/g, ',')) ?? trimmed;
  if (COUNTS.has(name)) return Number(text);
  const isShare = name === 'priceDistanceMax' && /^\d+(\.\d+)?$/.test(text);
  return isShare ? divide(ratio(text), HUNDRED) : text;
}

export function readLimits({ texts, symbols, isReadOnly }: LimitsDraft): LimitsRead {
  const listed = readProductNames(symbols);
  const read = parseLimits({
    ...Object.fromEntries(LIMIT_FIELDS.map(({ name }) => [name, limitOf(name, texts[name])])),
    symbols: listed.length === 0 ? null : listed,
    isReadOnly,
  });
  if (read.ok) return { ok: true, limits: read.value };
  const path = read.problem.kind === 'malformed' ? read.problem.path : '';
  const known = LIMIT_FIELDS.find(({ name }) => path.startsWith(name));
  return { ok: false, name: known?.name ?? 'symbols' };
}
