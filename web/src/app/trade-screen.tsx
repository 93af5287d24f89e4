/** The screen: where each feature stands, for three sizes of window. Here the features meet, and nowhere else. */
import { useEffect } from 'react';
import { tellOfAccount } from '../account/account-notices.ts';
import { followAccount } from '../account/account-store.ts';
import { followLedger } from '../account/ledger-histories.ts';
import { reloadOnMove } from '../exchange/one-key.ts';
import { Chart } from '../features/chart/chart.tsx';
import { BlockedBar } from '../features/connection/blocked-bar.tsx';
import { ArmStrip } from '../features/guard/arm-strip.tsx';
import { ReadOnlyBar } from '../features/guard/read-only-bar.tsx';
import { HaltBar } from '../features/kill-switch/kill-switch.tsx';
import { OrderTicket } from '../features/order-ticket/order-ticket.tsx';
import { WalletPanel } from '../features/wallet/wallet-panel.tsx';
import { followMarket } from '../market/follow.ts';
import { AccountTabs } from './account-tabs.tsx';
import { BookAndTape, BookOrTape } from './book-and-tape.tsx';
import { PhoneScreen } from './phone-screen.tsx';
import { useHasRoomForTape, useScreenSize } from './screen-size.ts';
import { TopBar } from './top-bar.tsx';
import styles from './trade-screen.module.css';

export function TradeScreen() {
  const size = useScreenSize();
  const hasRoomForTape = useHasRoomForTape();
  useEffect(reloadOnMove, []);
  useEffect(followMarket, []);
  useEffect(() => followAccount(tellOfAccount), []);
  useEffect(followLedger, []);
  return (
    <div className={styles.screen} data-size={size}>
      <TopBar size={size} />
      <HaltBar />
      <BlockedBar />
      <ReadOnlyBar />
      {size === 'phone' ? (
        <PhoneScreen />
      ) : (
        <main className={styles.main}>
          <div className={styles.chart}>
            <Chart />
          </div>
          <div className={styles.book}>{hasRoomForTape ? <BookAndTape /> : <BookOrTape />}</div>
          <AccountTabs />
          <aside className={styles.side} aria-label="Trade">
            <div>
              <ArmStrip />
              <OrderTicket />
            </div>
            <WalletPanel />
          </aside>
        </main>
      )}
    </div>
  );
}
