/** Open orders of all products, newest first; price and quantity can be changed in place. */
import { useAccountFeed } from '../../account/account-feed.ts';
import { useIsAccountKnown, useOpenOrders } from '../../account/account-store.ts';
import table from '../../ui/data-table.module.css';
import { PanelState } from '../../ui/panel-state.tsx';
import { OrderRow } from './order-row.tsx';

export function OpenOrders() {
  const orders = useOpenOrders();
  const isKnown = useIsAccountKnown();
  const feed = useAccountFeed();
  if (feed === 'no-key') {
    return <PanelState title="No API key" text="Perpdeck shows the market; it cannot trade." />;
  }
  if (!isKnown) return <PanelState title="Loading open orders…" />;
  if (orders.size === 0) {
    return (
      <PanelState title="No open orders" text="Click a level of the order book to start one at its price." />
    );
  }
  const newestFirst = [...orders.values()].sort((a, b) => b.actionAtMs - a.actionAtMs);
  return (
    <div className={table.panel} data-feed={feed}>
      <table className={table.table} aria-label="Open orders">
        <thead>
          <tr>
            <th data-align="start">Symbol</th>
            <th data-align="start">Side</th>
            <th data-align="start" data-hide="both">
              Type
            </th>
            <th>Price</th>
            <th>Quantity</th>
            <th>Filled</th>
            <th data-hide="medium">Value</th>
            <th data-align="start">Terms</th>
            <th data-align="start" data-hide="narrow">
              Time
            </th>
            <th>Actions</th>
          </tr>
        </thead>
        <tbody>
          {newestFirst.map((order) => (
            <OrderRow key={order.orderID} order={order} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
