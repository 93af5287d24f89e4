/** Positions, open orders and fills behind one row of tabs. */
import { type ReactNode, useState } from 'react';
import { useOpenOrders, usePositions } from '../account/account-store.ts';
import { Fills } from '../features/fills/fills.tsx';
import { CancelAll } from '../features/open-orders/cancel-all.tsx';
import { OpenOrders } from '../features/open-orders/open-orders.tsx';
import { BulkActions } from '../features/positions/bulk-actions.tsx';
import { Positions } from '../features/positions/positions.tsx';
import { Tabs, tabID } from '../ui/tabs.tsx';
import styles from './trade-screen.module.css';

type AccountTab = 'positions' | 'orders' | 'fills';
const PANEL = 'account-panel';

const PANELS: Readonly<Record<AccountTab, () => ReactNode>> = {
  positions: () => <Positions />,
  orders: () => <OpenOrders />,
  fills: () => <Fills />,
};

export function AccountTabs() {
  const [chosen, setChosen] = useState<AccountTab>('positions');
  const positions = usePositions().size;
  const orders = useOpenOrders().size;
  return (
    <section className={styles.bottom} aria-label="Account">
      <div className={styles.tabBar}>
        <Tabs
          label="Account"
          panelID={PANEL}
          chosen={chosen}
          onChoose={setChosen}
          tabs={[
            { id: 'positions', label: 'Positions', count: positions },
            { id: 'orders', label: 'Open orders', count: orders },
            { id: 'fills', label: 'Fills' },
          ]}
        />
        {chosen === 'positions' && <BulkActions />}
        {chosen === 'orders' && <CancelAll />}
      </div>
      <div id={PANEL} role="tabpanel" aria-labelledby={tabID(PANEL, chosen)} className={styles.tabPanel}>
        {PANELS[chosen]()}
      </div>
    </section>
  );
}
