/** Which products the picker lists, and in which order. */
import type { ProductSymbol } from '#contract/brand.ts';
import { compare } from '#contract/decimal.ts';
import type { Product, Ticker } from '#contract/model.ts';
import { dayChangeRatio } from '../../market/day-change.ts';

export const COLUMNS = ['symbol', 'last', 'change', 'turnover', 'funding'] as const;
export type Column = (typeof COLUMNS)[number];

export interface Sort {
  readonly column: Column;
  readonly isDescending: boolean;
}

/** What is traded most is what is looked for most. */
export const FIRST_SORT: Sort = { column: 'turnover', isDescending: true };

/** The same column turns round; another starts with what one wants of it on top. */
export function nextSort(sort: Sort, column: Column): Sort {
  if (sort.column === column) return { column, isDescending: !sort.isDescending };
  return { column, isDescending: column !== 'symbol' };
}

function compareTickers(column: Exclude<Column, 'symbol'>, a: Ticker, b: Ticker): number {
  switch (column) {
    case 'last':
      return compare(a.last, b.last);
    case 'change':
      return compare(dayChangeRatio(a), dayChangeRatio(b));
    case 'turnover':
      return compare(a.turnover, b.turnover);
    case 'funding':
      return compare(a.fundingRate, b.fundingRate);
  }
}

/** Products without a ticker go last, whichever way the column is turned. */
export function sortProducts(
  products: readonly Product[],
  { column, isDescending }: Sort,
  tickerOf: (symbol: ProductSymbol) => Ticker | undefined,
): readonly Product[] {
  const turn = isDescending ? -1 : 1;
  return products.toSorted((a, b) => {
    const byName = a.symbol < b.symbol ? -1 : 1;
    if (column === 'symbol') return byName * turn;
    const tickerA = tickerOf(a.symbol);
    const tickerB = tickerOf(b.symbol);
    if (tickerA === undefined || tickerB === undefined)
      return tickerA === tickerB ? byName : tickerA === undefined ? 1 : -1;
    return compareTickers(column, tickerA, tickerB) * turn || byName;
  });
}

/** Those whose name contains what was typed; those that begin with it first. */
export function searchProducts(products: readonly Product[], typed: string): readonly Product[] {
  const wanted = typed
    .trim()
    .toUpperCase()
    .replaceAll(/[\s/-]/g, '');
  if (wanted === '') return products;
  const found = products.filter(({ symbol }) => symbol.toUpperCase().includes(wanted));
  const isStart = ({ symbol }: Product) => symbol.toUpperCase().startsWith(wanted);
  return [...found.filter(isStart), ...found.filter((product) => !isStart(product))];
}
