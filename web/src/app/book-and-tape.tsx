/** The order book with the recent trades: one above the other, or behind tabs where there is no room for both. */
import { useState } from 'react';
import { OrderBook } from '../features/order-book/order-book.tsx';
import { TradeTape } from '../features/trade-tape/trade-tape.tsx';
import { Tabs, tabID } from '../ui/tabs.tsx';
import styles from './trade-screen.module.css';

const PANEL = 'book-panel';

export function BookAndTape() {
  return (
    <div className={styles.bookAndTape}>
      <OrderBook />
      <TradeTape />
    </div>
  );
}

export function BookOrTape() {
  const [chosen, setChosen] = useState<'book' | 'tape'>('book');
  return (
    <div className={styles.bookOrTape}>
      <div className={styles.tabBar}>
        <Tabs
          label="Market"
          panelID={PANEL}
          chosen={chosen}
          onChoose={setChosen}
          tabs={[
            { id: 'book', label: 'Book' },
            { id: 'tape', label: 'Trades' },
          ]}
        />
      </div>
      <div id={PANEL} role="tabpanel" aria-labelledby={tabID(PANEL, chosen)} className={styles.tabPanel}>
        {chosen === 'book' ? <OrderBook /> : <TradeTape />}
      </div>
    </div>
  );
}
