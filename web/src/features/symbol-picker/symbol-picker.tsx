/** The product on the screen with its price; a click opens the list of all others. */
import { lazy, Suspense, useRef, useState } from 'react';
import { useStore } from 'zustand';
import { directionOf, formatPrice, formatSignedPercent, NO_VALUE } from '../../lib/format.ts';
import { formatClock } from '../../lib/time-format.ts';
import { dayChangeRatio } from '../../market/day-change.ts';
import { useMarketFeed } from '../../market/feed.ts';
import { useProduct } from '../../market/products.ts';
import { useLastDirection, useTicker } from '../../market/ticker-store.ts';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';
import styles from './symbol-picker.module.css';

const loadList = () => import('./symbol-list.tsx');
const SymbolList = lazy(async () => ({ default: (await loadList()).SymbolList }));

export function SymbolPicker() {
  const symbol = useStore(selectedSymbolStore, (state) => state.symbol);
  const [isOpen, setIsOpen] = useState(false);
  const trigger = useRef<HTMLButtonElement>(null);
  const product = useProduct(symbol);
  const last = useTicker(symbol, (ticker) => ticker.last);
  const change = useTicker(symbol, dayChangeRatio);
  const direction = useLastDirection(symbol);
  const feed = useMarketFeed();
  return (
    <>
      <button
        ref={trigger}
        type="button"
        className={styles.trigger}
        data-feed={feed.state}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        onPointerEnter={loadList}
        onFocus={loadList}
        onClick={() => setIsOpen(!isOpen)}
      >
        <span className={styles.hiddenWord}>Symbol </span>
        <span className={styles.symbol}>{symbol}</span>
        <svg className={styles.chevron} viewBox="0 0 10 6" aria-hidden="true">
          <path d="M1 1l4 4 4-4" fill="none" stroke="currentColor" strokeWidth="1.5" />
        </svg>
        <span className={styles.last} data-direction={direction}>
          {last === undefined || product === undefined ? NO_VALUE : formatPrice(last, product.tickSize)}
        </span>
        <span className={styles.change} data-direction={change && directionOf(change)}>
          {change === undefined ? NO_VALUE : formatSignedPercent(change)}
        </span>
        {feed.state === 'stale' && (
          <span className={styles.asOf} title="Nothing new has come since then">
            at {formatClock(feed.sinceMs)}
          </span>
        )}
      </button>
      {isOpen && (
        <Suspense>
          <SymbolList trigger={trigger} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
