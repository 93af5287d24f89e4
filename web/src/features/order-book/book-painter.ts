/** Paints the newest book on the screen's beat, whatever the exchange's pace; and nothing while nobody looks. */
import type { Price } from '#contract/brand.ts';
import { compare } from '#contract/decimal.ts';
import type { Product } from '#contract/model.ts';
import type { Side } from '#contract/vocabulary.ts';
import { accountStore } from '../../account/account-store.ts';
import { formatPrice, NO_VALUE } from '../../lib/format.ts';
import { createPainter } from '../../lib/frame-loop.ts';
import { bookNow, onBook } from '../../market/book-store.ts';
import { onTape, tapeNow } from '../../market/tape-store.ts';
import { onTickers, tickerNow } from '../../market/ticker-store.ts';
import { pickPrice } from '../../workspace/price-pick.ts';
import { type Grouping, ownRows, scaleOf, spreadOf, viewOf } from './book-view.ts';
import { createDepthScroll } from './depth-scroll.ts';
import { type DepthScrollElements, listenToDepthScroll } from './depth-scroll-input.ts';
import { createLadder } from './ladder.ts';
import { ensureTabStop, listenToLadder } from './ladder-input.ts';

/** As deep as the exchange's window. */
const ROWS_MAX = 30;

/** The elements that React renders once and the painter fills. */
export interface BookElements extends DepthScrollElements {
  /** Everything between the column heads and the panel's end. */
  readonly body: HTMLElement;
  readonly middle: HTMLElement;
  readonly last: HTMLElement;
  readonly spread: HTMLElement;
  readonly spreadPercent: HTMLElement;
}

function setText(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** Answers how to stop; the rows go with it. */
export function startBookPainter(elements: BookElements, product: Product, grouping: Grouping): () => void {
  const { symbol } = product;
  const scale = scaleOf(product);
  const bids = createLadder(elements.bids, 'Buy');
  const asks = createLadder(elements.asks, 'Sell');
  const rowHeightPx = Number.parseFloat(getComputedStyle(elements.body).getPropertyValue('--row'));
  let rowsMax = 0;
  const depth = createDepthScroll(rowHeightPx, () => ROWS_MAX - rowsMax);
  let last: Price | undefined;

  const ownPrices = (side: Side): readonly Price[] =>
    [...accountStore.getState().openOrders.values()]
      .filter((order) => order.symbol === symbol && order.side === side)
      .map(({ price }) => price);
  const paintLast = () => {
    // The tape knows the last price before the ticker, whose turn comes once in a while.
    const price = tapeNow(symbol)?.trades[0]?.price ?? tickerNow(symbol)?.last;
    if (price === undefined || price === last) return;
    if (last !== undefined) elements.last.dataset.direction = compare(price, last) > 0 ? 'up' : 'down';
    last = price;
    setText(elements.last, formatPrice(price, product.tickSize));
  };
  const paintSpread = () => {
    const book = bookNow(symbol);
    const spread = book && spreadOf(book, scale);
    const unit = spread?.ticks === 1 ? 'tick' : 'ticks';
    setText(elements.spread, spread === undefined ? NO_VALUE : `${spread.ticks} ${unit}`);
    setText(elements.spreadPercent, spread === undefined ? '' : `${spread.percentText}%`);
  };
  const paint = () => {
    const book = bookNow(symbol);
    if (book !== undefined) {
      const view = viewOf(book, { scale, grouping, rowsMax, skipped: depth.skipped() });
      const { totalUnitsMax } = view;
      bids.paint(view.bids, {
        scale,
        totalUnitsMax,
        own: ownRows(ownPrices('Buy'), 'Buy', { scale, grouping }),
      });
      asks.paint(view.asks, {
        scale,
        totalUnitsMax,
        own: ownRows(ownPrices('Sell'), 'Sell', { scale, grouping }),
      });
      elements.body.dataset.state = view.bids.length + view.asks.length > 0 ? 'filled' : 'empty';
      ensureTabStop(bids, asks);
    }
    paintLast();
    paintSpread();
  };

  const painter = createPainter(paint);
  const scrolling = listenToDepthScroll(elements, depth, painter.markDirty);
  const fitRows = () => {
    rowsMax = rowsThatFit(elements, rowHeightPx);
    bids.setRowCount(rowsMax);
    asks.setRowCount(rowsMax);
    painter.markDirty();
  };
  const sizes = new ResizeObserver(fitRows);
  sizes.observe(elements.body);
  const stops = [
    onBook(painter.markDirty),
    accountStore.subscribe(painter.markDirty),
    onTape(painter.markDirty),
    onTickers(painter.markDirty),
    listenToLadder({
      host: elements.body,
      bids,
      asks,
      onPick: (price, clicked) => pickPrice({ symbol, price, ...(clicked && { clicked }) }),
      onPastEnd: (side, rows) => scrolling.scroll(side, rows * rowHeightPx),
    }),
    scrolling.stop,
  ];
  fitRows();

  return () => {
    painter.stop();
    sizes.disconnect();
    for (const stop of stops) stop();
    bids.setRowCount(0);
    asks.setRowCount(0);
  };
}

function rowsThatFit({ body, middle }: BookElements, rowHeightPx: number): number {
  const free = body.clientHeight - middle.offsetHeight;
  return Math.max(1, Math.min(ROWS_MAX, Math.floor(free / 2 / rowHeightPx)));
}
