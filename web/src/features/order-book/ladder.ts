/**
 * The painted rows of one side of the book: a fixed set of buttons whose texts are rewritten in place, only where
 * they changed. React never sees them.
 */
import type { Price } from '#contract/brand.ts';
import type { Side } from '#contract/vocabulary.ts';
import { type BookRow, priceOf, priceText, qtyText, type Scale } from './book-view.ts';
import styles from './order-book.module.css';

/** What the rows of a side show, and the price that is drawn in each at this moment. */
export interface Ladder {
  /** How many rows fit. */
  setRowCount(count: number): void;
  paint(rows: readonly BookRow[], look: LadderLook): void;
  /** Row buttons, best price first. */
  rows(): readonly HTMLButtonElement[];
}

export interface LadderLook {
  readonly scale: Scale;
  /** The total that fills a depth bar. */
  readonly totalUnitsMax: number;
  /** Rows, by price units, in which own orders rest. */
  readonly own: ReadonlySet<number>;
}

interface RowParts {
  readonly button: HTMLButtonElement;
  readonly price: Text;
  readonly qty: Text;
  readonly total: Text;
  shown: (BookRow & { readonly bar: string; readonly isOwn: boolean }) | undefined;
}

function cell(parent: HTMLElement, className: string | undefined): Text {
  const element = document.createElement('span');
  element.className = className ?? '';
  const text = document.createTextNode('');
  element.append(text);
  parent.append(element);
  return text;
}

function createRow(word: string): RowParts {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = styles.row ?? '';
  button.tabIndex = -1;
  const side = document.createElement('span');
  side.className = styles.hiddenWord ?? '';
  side.textContent = `${word} `;
  button.append(side);
  const price = cell(button, styles.price);
  const qty = cell(button, styles.qty);
  const total = cell(button, styles.total);
  button.hidden = true;
  return { button, price, qty, total, shown: undefined };
}

function write(text: Text, value: string): void {
  if (text.data !== value) text.data = value;
}

function paintRow(row: RowParts, level: BookRow, { scale, totalUnitsMax, own }: LadderLook): void {
  const { priceUnits, qtyUnits, totalUnits } = level;
  const { shown } = row;
  // A background and not an element of its own: sixty transformed elements cost more than the text they lie under.
  const bar = `${totalUnitsMax === 0 ? 0 : ((100 * totalUnits) / totalUnitsMax).toFixed(1)}% 100%`;
  if (shown?.priceUnits !== priceUnits) {
    write(row.price, priceText(priceUnits, scale));
    row.button.dataset.price = priceOf(priceUnits, scale);
  }
  if (shown?.qtyUnits !== qtyUnits) write(row.qty, qtyText(qtyUnits, scale));
  if (shown?.totalUnits !== totalUnits) write(row.total, qtyText(totalUnits, scale));
  if (shown?.bar !== bar) row.button.style.backgroundSize = bar;
  const isOwn = own.has(priceUnits);
  if (shown?.isOwn !== isOwn) {
    row.button.dataset.own = String(isOwn);
    row.button.title = isOwn ? 'Your order rests here' : '';
  }
  if (shown === undefined) row.button.hidden = false;
  row.shown = { priceUnits, qtyUnits, totalUnits, bar, isOwn };
}

function hideRow(row: RowParts): void {
  if (row.shown === undefined) return;
  row.button.hidden = true;
  delete row.button.dataset.price;
  row.shown = undefined;
}

/** Bids run downwards from the middle, asks upwards: the best price is always next to the spread. */
export function createLadder(host: HTMLElement, side: Side): Ladder {
  const parts: RowParts[] = [];
  return {
    setRowCount: (count) => {
      while (parts.length > count) parts.pop()?.button.remove();
      while (parts.length < count) {
        const row = createRow(side === 'Buy' ? 'Bid' : 'Ask');
        parts.push(row);
        if (side === 'Buy') host.append(row.button);
        else host.prepend(row.button);
      }
    },
    paint: (rows, look) => {
      for (const [index, row] of parts.entries()) {
        const level = rows[index];
        if (level === undefined) hideRow(row);
        else paintRow(row, level, look);
      }
    },
    rows: () => parts.map(({ button }) => button),
  };
}

/** The price drawn in a row of either side. */
export const drawnPrice = (row: HTMLElement): Price | undefined => row.dataset.price as Price | undefined;
