/**
 * Paints the newest trades into a fixed set of rows, on the screen's beat. New trades take over the rows that fell off
 * the end, so that the others are moved and not rewritten.
 */
import { decimalPlaces } from '#contract/decimal.ts';
import type { Product, Trade } from '#contract/model.ts';
import { groupThousands } from '../../lib/format.ts';
import { createPainter } from '../../lib/frame-loop.ts';
import { formatClock } from '../../lib/time-format.ts';
import { fixedText, wholeUnits } from '../../market/plain-decimal.ts';
import { onTape, tapeNow } from '../../market/tape-store.ts';
import styles from './trade-tape.module.css';

const ROWS_MAX = 60;

interface Row {
  readonly element: HTMLElement;
  readonly price: Text;
  readonly qty: Text;
  readonly time: Text;
  readonly side: Text;
}

function cell(parent: HTMLElement, className: string | undefined): Text {
  const element = document.createElement('span');
  element.className = className ?? '';
  const text = document.createTextNode('');
  element.append(text);
  parent.append(element);
  return text;
}

function createRow(): Row {
  const element = document.createElement('li');
  element.className = styles.row ?? '';
  const price = cell(element, styles.price);
  const side = cell(element, styles.hiddenWord);
  return { element, price, side, qty: cell(element, styles.qty), time: cell(element, styles.time) };
}

/** How many trades are on top of the one that was newest when last painted; all of them when it is not among them. */
export function newCount(trades: readonly Trade[], paintedNewest: Trade | undefined): number {
  const at = paintedNewest === undefined ? -1 : trades.indexOf(paintedNewest);
  return at === -1 ? trades.length : at;
}

/** `list` is filled with rows as high as `--row`. Answers how to stop. */
export function startTapePainter(list: HTMLElement, product: Product): () => void {
  const pricePlaces = decimalPlaces(product.tickSize);
  const qtyPlaces = decimalPlaces(product.qtyStep);
  /** As drawn: the newest first. */
  const rows: Row[] = [];
  let rowsMax = 0;
  let paintedNewest: Trade | undefined;

  const fill = ({ element, price, qty, time, side }: Row, trade: Trade) => {
    element.dataset.side = trade.side;
    side.data = trade.side;
    price.data = groupThousands(fixedText(wholeUnits(trade.price, pricePlaces), pricePlaces));
    qty.data = groupThousands(fixedText(wholeUnits(trade.qty, qtyPlaces), qtyPlaces));
    time.data = formatClock(trade.atMs);
  };
  const paint = () => {
    const trades = tapeNow(product.symbol)?.trades;
    if (trades === undefined) return;
    list.dataset.state = trades.length > 0 ? 'filled' : 'empty';
    const fresh = Math.min(newCount(trades, paintedNewest), rowsMax);
    // A tape that was replaced may be shorter than what is drawn.
    while (rows.length > trades.length) rows.pop()?.element.remove();
    for (let index = fresh - 1; index >= 0; index--) {
      const trade = trades[index];
      if (trade === undefined) continue;
      const row = rows.length < rowsMax && rows.length < trades.length ? createRow() : rows.pop();
      if (row === undefined) break;
      fill(row, trade);
      rows.unshift(row);
      list.prepend(row.element);
    }
    paintedNewest = trades[0];
  };

  const painter = createPainter(paint);
  const fitRows = () => {
    const rowHeight = Number.parseFloat(getComputedStyle(list).getPropertyValue('--row'));
    const fitting = Math.min(ROWS_MAX, Math.floor(list.clientHeight / rowHeight));
    if (fitting === rowsMax) return;
    rowsMax = fitting;
    for (const { element } of rows.splice(0)) element.remove();
    paintedNewest = undefined;
    painter.markDirty();
  };
  const sizes = new ResizeObserver(fitRows);
  sizes.observe(list);
  const stopTape = onTape(painter.markDirty);
  fitRows();
  painter.markDirty();

  return () => {
    painter.stop();
    sizes.disconnect();
    stopTape();
    for (const { element } of rows) element.remove();
  };
}
