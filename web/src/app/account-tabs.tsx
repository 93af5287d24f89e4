/** What the account holds, asks for and has done, behind one row of tabs. */
import { type ReactNode, useState } from 'react';
import { useOpenOrders, usePositions } from '../account/account-store.ts';
import { Fills } from '../features/fills/fills.tsx';
import { OpenOrders } from '../features/open-orders/open-orders.tsx';
import { OrderControls } from '../features/open-orders/order-controls.tsx';
import { BulkActions } from '../features/positions/bulk-actions.tsx';
import { Positions } from '../features/positions/positions.tsx';
import { Tabs, tabID } from '../ui/tabs.tsx';
import { ClosedPositions, FundingFees, OrderHistory, OrderTimeline } from './later-panels.tsx';
import styles from './trade-screen.module.css';

type AccountTab = 'positions' | 'orders' | 'history' | 'fills' | 'closed' | 'funding';
const PANEL = 'account-panel';

const PANELS: Readonly<Record<AccountTab, () => ReactNode>> = {
  positions: () => <Positions />,
  orders: () => <OpenOrders />,
  history: () => <OrderHistory />,
  fills: () => <Fills />,
  closed: () => <ClosedPositions />,
  funding: () => <FundingFees />,
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
            { id: 'history', label: 'Order history' },
            { id: 'fills', label: 'Fills' },
            { id: 'closed', label: 'Closed PnL' },
            { id: 'funding', label: 'Funding' },
          ]}
        />
        {chosen === 'positions' && <BulkActions />}
        {chosen === 'orders' && <OrderControls />}
      </div>
      <div id={PANEL} role="tabpanel" aria-labelledby={tabID(PANEL, chosen)} className={styles.tabPanel}>
        {PANELS[chosen]()}
      </div>
      <OrderTimeline />
    </section>
  );
}
