/**
 * What the order book shows: levels grouped to a price step, cumulative from the best outwards, in whole units of
 * the product's own decimals (exact up to 2^53).
 */
import type { Price } from '#contract/brand.ts';
import { decimalPlaces } from '#contract/decimal.ts';
import type { BookLevel, Product } from '#contract/model.ts';
import type { Side } from '#contract/vocabulary.ts';
import { groupThousands } from '../../lib/format.ts';
import type { Book } from '../../market/book.ts';
import { fixedText, wholeUnits } from '../../market/plain-decimal.ts';

/** Price steps on offer, in ticks. */
export const GROUPINGS = [1, 10, 100] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** A product's decimals as the view counts them. */
export interface Scale {
  readonly pricePlaces: number;
  readonly qtyPlaces: number;
  /** Units of 10^-pricePlaces per tick. */
  readonly tickUnits: number;
}

export interface BookRow {
  readonly priceUnits: number;
  readonly qtyUnits: number;
  /** Everything from the best level up to and including this one. */
  readonly totalUnits: number;
}

export interface BookView {
  /** Best first. */
  readonly bids: readonly BookRow[];
  readonly asks: readonly BookRow[];
  /** The larger of the two sides' totals: the full width of a depth bar. */
  readonly totalUnitsMax: number;
}

export interface ViewNeeds {
  readonly scale: Scale;
  readonly grouping: Grouping;
  /** Rows that there is room for, on each side. */
  readonly rowsMax: number;
  /** Rows next to the spread that were scrolled out of sight; never so many that a row stays empty for want of them. */
  readonly skipped: Readonly<Record<Side, number>>;
}

export function scaleOf({ tickSize, qtyStep }: Product): Scale {
  const pricePlaces = decimalPlaces(tickSize);
  return { pricePlaces, qtyPlaces: decimalPlaces(qtyStep), tickUnits: wholeUnits(tickSize, pricePlaces) };
}

type Snap = (units: number, step: number) => number;
/** Away from the spread on both sides, so that a grouped book can never look crossed. */
const snapBid: Snap = (units, step) => Math.floor(units / step) * step;
const snapAsk: Snap = (units, step) => Math.ceil(units / step) * step;

interface SideNeeds {
  readonly scale: Scale;
  readonly stepUnits: number;
  readonly rowsMax: number;
  readonly skipped: number;
  readonly snap: Snap;
}

function sideView(levels: readonly BookLevel[], needs: SideNeeds): readonly BookRow[] {
  const { scale, stepUnits, rowsMax, skipped, snap } = needs;
  const rows: { priceUnits: number; qtyUnits: number; totalUnits: number }[] = [];
  let totalUnits = 0;
  for (const [price, qty] of levels) {
    const priceUnits = snap(wholeUnits(price, scale.pricePlaces), stepUnits);
    const qtyUnits = wholeUnits(qty, scale.qtyPlaces);
    const last = rows.at(-1);
    if (last?.priceUnits !== priceUnits) {
      if (rows.length === rowsMax + skipped) break;
      totalUnits += qtyUnits;
      rows.push({ priceUnits, qtyUnits, totalUnits });
    } else {
      totalUnits += qtyUnits;
      last.qtyUnits += qtyUnits;
      last.totalUnits = totalUnits;
    }
  }
  return rows.slice(-rowsMax);
}

export function viewOf(book: Book, { scale, grouping, rowsMax, skipped }: ViewNeeds): BookView {
  const needs = { scale, stepUnits: scale.tickUnits * grouping, rowsMax };
  const bids = sideView(book.bids, { ...needs, skipped: skipped.Buy, snap: snapBid });
  const asks = sideView(book.asks, { ...needs, skipped: skipped.Sell, snap: snapAsk });
  return {
    bids,
    asks,
    totalUnitsMax: Math.max(bids.at(-1)?.totalUnits ?? 0, asks.at(-1)?.totalUnits ?? 0),
  };
}

/** The rows, by price units, in which own orders of a side rest. */
export function ownRows(
  prices: readonly Price[],
  side: Side,
  { scale, grouping }: { readonly scale: Scale; readonly grouping: Grouping },
): ReadonlySet<number> {
  const snap = side === 'Buy' ? snapBid : snapAsk;
  const stepUnits = scale.tickUnits * grouping;
  return new Set(prices.map((price) => snap(wholeUnits(price, scale.pricePlaces), stepUnits)));
}

/** "63,012.4" */
export const priceText = (units: number, { pricePlaces }: Scale): string =>
  groupThousands(fixedText(units, pricePlaces));

/** As many characters as a column of the book has room for. */
const QTY_CHARACTERS_MAX = 9;

/** Whole where it fits; else without its last places ("1,234.567"), else in millions ("22.490M"). Never rounded up. */
export function qtyText(units: number, { qtyPlaces }: Scale): string {
  const text = groupThousands(fixedText(units, qtyPlaces));
  if (text.length <= QTY_CHARACTERS_MAX) return text;
  const [whole = ''] = text.split('.');
  if (whole.length <= QTY_CHARACTERS_MAX) {
    return text.slice(0, Math.max(whole.length, QTY_CHARACTERS_MAX)).replace(/\.$/, '');
  }
  const millions = whole.slice(0, -8);
  return `${millions}.${whole.slice(-7, -4)}M`;
}

/** The price as a decimal that can be sent: no thousands, no trailing zeros. */
export function priceOf(units: number, { pricePlaces }: Scale): Price {
  const text = fixedText(units, pricePlaces);
  return (text.includes('.') ? text.replace(/\.?0+$/, '') : text) as Price;
}

export interface Spread {
  readonly ticks: number;
  /** Of the middle price, e.g. "0.0021". */
  readonly percentText: string;
}

/** Of the real best prices, whatever the grouping; undefined while a side is empty. */
export function spreadOf({ bids, asks }: Book, scale: Scale): Spread | undefined {
  const bid = bids[0];
  const ask = asks[0];
  if (bid === undefined || ask === undefined) return undefined;
  const bidUnits = wholeUnits(bid[0], scale.pricePlaces);
  const askUnits = wholeUnits(ask[0], scale.pricePlaces);
  const ratio = (askUnits - bidUnits) / ((askUnits + bidUnits) / 2);
  return {
    ticks: Math.round((askUnits - bidUnits) / scale.tickUnits),
    percentText: (ratio * 100).toFixed(4),
  };
}
