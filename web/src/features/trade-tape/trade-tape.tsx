/** The public trades of the selected product, newest on top. React draws the frame, the painter the rows. */
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { Product } from '#contract/model.ts';
import { useMarketFeed } from '../../market/feed.ts';
import { useProduct } from '../../market/products.ts';
import { StaleSince } from '../../ui/stale-since.tsx';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';
import { startTapePainter } from './tape-painter.ts';
import styles from './trade-tape.module.css';

export function TradeTape() {
  const symbol = useStore(selectedSymbolStore, (state) => state.symbol);
  const product = useProduct(symbol);
  const feed = useMarketFeed();
  return (
    <section className={styles.panel} aria-label="Recent trades" data-feed={feed.state}>
      <header className={styles.head}>
        <h2 className={styles.title}>Recent trades</h2>
        <StaleSince feed={feed} />
      </header>
      <div className={styles.columns} aria-hidden="true">
        <span>Price {product?.quote}</span>
        <span>Size {product?.base}</span>
        <span>Time</span>
      </div>
      <Rows key={symbol} product={product} />
    </section>
  );
}

function Rows({ product }: { readonly product: Product | undefined }) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (product === undefined || list.current === null) return;
    return startTapePainter(list.current, product);
  }, [product]);
  return <ol ref={list} className={styles.rows} data-state="loading" aria-label="Trades, newest first" />;
}
