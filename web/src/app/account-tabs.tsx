/** What the account holds, asks for and has done, behind one row of tabs. */
import { type ReactNode, useState } from 'react';
import { useOpenOrders, usePositions } from '../account/account-store.ts';
import { LimitsButton } from '../features/guard/limits-button.tsx';
import { OpenOrders } from '../features/open-orders/open-orders.tsx';
import { OrderControls } from '../features/open-orders/order-controls.tsx';
import { BulkActions } from '../features/positions/bulk-actions.tsx';
import { Positions } from '../features/positions/positions.tsx';
import { Tabs, tabID } from '../ui/tabs.tsx';
import { AccountStale, WorthStale } from './account-stale.tsx';
import {
  AccountFacts,
  ClosedPositions,
  Fills,
  FundingFees,
  OrderHistory,
  OrderTimeline,
} from './later-panels.tsx';
import { useScreenSize } from './screen-size.ts';
import styles from './trade-screen.module.css';

const TABS = [
  { id: 'positions', label: 'Positions' },
  { id: 'orders', label: 'Open orders' },
  { id: 'history', label: 'Order history' },
  { id: 'fills', label: 'Fills' },
  { id: 'closed', label: 'Closed PnL' },
  { id: 'funding', label: 'Funding' },
  { id: 'account', label: 'Account' },
] as const;
type AccountTab = (typeof TABS)[number]['id'];
const PANEL = 'account-panel';

const PANELS: Readonly<Record<AccountTab, () => ReactNode>> = {
  positions: () => <Positions />,
  orders: () => <OpenOrders />,
  history: () => <OrderHistory />,
  fills: () => <Fills />,
  closed: () => <ClosedPositions />,
  funding: () => <FundingFees />,
  account: () => <AccountFacts />,
};

/** `but` are shown elsewhere. */
export function AccountTabs({ but }: { readonly but?: AccountTab }) {
  const tabs = TABS.filter(({ id }) => id !== but);
  const size = useScreenSize();
  const [chosen, setChosen] = useState<AccountTab>(tabs[0]?.id ?? 'orders');
  const counts: Partial<Record<AccountTab, number>> = {
    positions: usePositions().size,
    orders: useOpenOrders().size,
  };
  return (
    <section className={styles.bottom} aria-label="Account">
      <div className={styles.tabBar}>
        <Tabs
          label="Account"
          panelID={PANEL}
          chosen={chosen}
          onChoose={setChosen}
          tabs={tabs.map((tab) => ({ ...tab, count: counts[tab.id] ?? 0 }))}
        />
        {chosen === 'positions' && <BulkActions />}
        {chosen === 'orders' && <OrderControls />}
        {/* The bar above everything has no room for it there. */}
        {chosen === 'account' && size === 'phone' && <LimitsButton />}
      </div>
      <div id={PANEL} role="tabpanel" aria-labelledby={tabID(PANEL, chosen)} className={styles.tabPanel}>
        {PANELS[chosen]()}
      </div>
      {size !== 'phone' && (
        <div className={styles.staleFoot}>{chosen === 'positions' ? <WorthStale /> : <AccountStale />}</div>
      )}
      <OrderTimeline />
    </section>
  );
}
