/** The order book: React draws the frame, the painter writes the numbers. A click on a level fills the ticket's price. */
import { useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Product } from '#contract/model.ts';
import { NO_VALUE } from '../../lib/format.ts';
import { formatClock } from '../../lib/time-format.ts';
import { useMarketFeed } from '../../market/feed.ts';
import { useProduct } from '../../market/products.ts';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';
import { sendingStore } from '../../workspace/sending.ts';
import { BookCheckMark } from './book-check-mark.tsx';
import { type BookElements, startBookPainter } from './book-painter.ts';
import { GROUPINGS, type Grouping, priceText, scaleOf } from './book-view.ts';
import styles from './order-book.module.css';

/** Rows of grey where the levels will be. */
const SKELETON_ROWS = Array.from({ length: 40 }, (_, index) => index);

export function OrderBook() {
  const symbol = useStore(selectedSymbolStore, (state) => state.symbol);
  const product = useProduct(symbol);
  const feed = useMarketFeed();
  const [grouping, setGrouping] = useState<Grouping>(1);
  const isOneClick = useStore(sendingStore, (sending) => sending.isOneClick);
  return (
    <section
      className={styles.panel}
      aria-label="Order book"
      data-feed={feed.state}
      data-one-click={isOneClick}
    >
      <header className={styles.head}>
        <h2 className={styles.title}>Order book</h2>
        {isOneClick && <span className={styles.sends}>A click sends</span>}
        {feed.state === 'live' && <BookCheckMark symbol={symbol} />}
        {feed.state === 'stale' && (
          <span className={styles.stale} title="Nothing new has come since then">
            since {formatClock(feed.sinceMs)}
          </span>
        )}
        <GroupingSelect product={product} grouping={grouping} onChange={setGrouping} />
      </header>
      <div className={styles.columns} aria-hidden="true">
        <span>Price {product?.quote}</span>
        <span>Size {product?.base}</span>
        <span>Total {product?.base}</span>
      </div>
      <Ladders key={symbol} product={product} grouping={grouping} />
    </section>
  );
}

function GroupingSelect(props: {
  readonly product: Product | undefined;
  readonly grouping: Grouping;
  readonly onChange: (grouping: Grouping) => void;
}) {
  const { product, grouping, onChange } = props;
  const scale = product && scaleOf(product);
  return (
    <select
      className={styles.grouping}
      aria-label="Price step"
      title="Price step"
      value={grouping}
      onChange={(event) => {
        const chosen = GROUPINGS.find((step) => step === Number(event.target.value));
        if (chosen !== undefined) onChange(chosen);
      }}
    >
      {GROUPINGS.map((step) => (
        <option key={step} value={step}>
          {scale === undefined ? `${step}×` : priceText(scale.tickUnits * step, scale)}
        </option>
      ))}
    </select>
  );
}

function Ladders({
  product,
  grouping,
}: {
  readonly product: Product | undefined;
  readonly grouping: Grouping;
}) {
  const body = useRef<HTMLDivElement>(null);
  const asks = useRef<HTMLDivElement>(null);
  const bids = useRef<HTMLDivElement>(null);
  const middle = useRef<HTMLDivElement>(null);
  const last = useRef<HTMLSpanElement>(null);
  const spread = useRef<HTMLSpanElement>(null);
  const spreadPercent = useRef<HTMLSpanElement>(null);
  const toBest = useRef<HTMLButtonElement>(null);

  useEffect(() => {
    const elements = {
      body: body.current,
      asks: asks.current,
      bids: bids.current,
      middle: middle.current,
      last: last.current,
      spread: spread.current,
      spreadPercent: spreadPercent.current,
      toBest: toBest.current,
    };
    if (product === undefined || !isComplete(elements)) return;
    return startBookPainter(elements, product, grouping);
  }, [product, grouping]);

  return (
    <div ref={body} className={styles.body} data-state="loading">
      <div ref={asks} className={styles.asks} />
      <div ref={middle} className={styles.middle}>
        <span ref={last} className={styles.last}>
          {NO_VALUE}
        </span>
        <span className={styles.spread} title="Spread">
          <span ref={spread}>{NO_VALUE}</span>
          <span ref={spreadPercent} className={styles.spreadPercent} />
        </span>
        <button
          ref={toBest}
          type="button"
          hidden
          className={styles.toBest}
          title="Levels next to the spread are scrolled out of sight"
        >
          Back to best
        </button>
      </div>
      <div ref={bids} className={styles.bids} />
      <p className={styles.empty}>The book is empty.</p>
      <div className={styles.skeleton} aria-hidden="true">
        {SKELETON_ROWS.map((row) => (
          <span key={row} />
        ))}
      </div>
    </div>
  );
}

function isComplete(elements: { [K in keyof BookElements]: HTMLElement | null }): elements is BookElements {
  return Object.values(elements).every((element) => element !== null);
}
