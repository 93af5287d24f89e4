/** One thing at a time, chosen at the bottom, with the account in a line above. */
import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import { useOpenOrders, usePositions } from '../account/account-store.ts';
import { Chart } from '../features/chart/chart.tsx';
import { ArmStrip } from '../features/guard/arm-strip.tsx';
import { OrderBook } from '../features/order-book/order-book.tsx';
import { OrderTicket } from '../features/order-ticket/order-ticket.tsx';
import { BulkActions } from '../features/positions/bulk-actions.tsx';
import { Positions } from '../features/positions/positions.tsx';
import { MarketStrip } from '../features/symbol-picker/market-strip.tsx';
import { WalletLine } from '../features/wallet/wallet-panel.tsx';
import { Tabs, tabID } from '../ui/tabs.tsx';
import { onPricePick } from '../workspace/price-pick.ts';
import { sendingStore } from '../workspace/sending.ts';
import { WorthStale } from './account-stale.tsx';
import { AccountTabs } from './account-tabs.tsx';
import { BookAndTape } from './book-and-tape.tsx';
import { NoticeArea } from './notice-area.tsx';
import styles from './trade-screen.module.css';

type PhoneTab = 'chart' | 'book' | 'trade' | 'positions' | 'orders';
const PANEL = 'phone-panel';

const PANELS: Readonly<Record<PhoneTab, () => ReactNode>> = {
  chart: () => (
    <div className={styles.phoneChart}>
      <MarketStrip />
      <Chart />
    </div>
  ),
  book: () => <BookAndTape />,
  trade: () => (
    <div className={styles.phoneTrade}>
      <ArmStrip />
      <ClickedBook />
      <OrderTicket />
    </div>
  ),
  positions: () => (
    <div className={styles.phoneOrders}>
      <header className={styles.phoneHead}>
        <h2>Positions</h2>
        <WorthStale />
        <BulkActions />
      </header>
      <Positions />
    </div>
  ),
  orders: () => <AccountTabs but="positions" />,
};

/** One-click mode ends out of sight of the ticket, so the book that is clicked on comes to it. */
function ClickedBook() {
  const isOneClick = useStore(sendingStore, (sending) => sending.isOneClick);
  return isOneClick ? (
    <div className={styles.clickedBook}>
      <OrderBook />
    </div>
  ) : null;
}

export function PhoneScreen() {
  const [chosen, setChosen] = useState<PhoneTab>('chart');
  // The price waits for the ticket, which is there once its tab is.
  useEffect(() => onPricePick(() => setChosen('trade')), []);
  const positions = usePositions().size;
  const orders = useOpenOrders().size;
  return (
    <>
      <main className={styles.phoneMain}>
        <h1 className={styles.hiddenWord}>Perpdeck</h1>
        <div id={PANEL} role="tabpanel" aria-labelledby={tabID(PANEL, chosen)} className={styles.phonePanel}>
          {PANELS[chosen]()}
        </div>
        <div className={styles.walletPlace}>
          <WalletLine />
          <div className={styles.notices}>
            <NoticeArea />
          </div>
        </div>
      </main>
      <nav className={styles.phoneTabs}>
        <Tabs
          label="Screen"
          panelID={PANEL}
          chosen={chosen}
          onChoose={setChosen}
          tabs={[
            { id: 'chart', label: 'Chart' },
            { id: 'book', label: 'Book' },
            { id: 'trade', label: 'Trade' },
            { id: 'positions', label: 'Positions', count: positions },
            { id: 'orders', label: 'Orders', count: orders },
          ]}
        />
      </nav>
    </>
  );
}
