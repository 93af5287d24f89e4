/** Open orders, active and conditional; price, trigger and quantity can be changed in place. */
import { type ReactNode, useState } from 'react';
import { useStore } from 'zustand';
import { useAccountFeed } from '../../account/account-feed.ts';
import { useIsAccountKnown, useOpenOrders } from '../../account/account-store.ts';
import { useNoKeyWords } from '../../account/no-key.ts';
import { usePendingOrders } from '../../account/pending-orders.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { OlderRows } from '../../ui/older-rows.tsx';
import { PanelState } from '../../ui/panel-state.tsx';
import { OrderRow } from './order-row.tsx';
import { grouped, type SortKey, sortedBy } from './order-view.ts';
import { PendingRow } from './pending-rows.tsx';
import { shownOrdersStore, useShownOrders } from './shown-orders.ts';

const COLUMNS = 11;
/** Rows at first, and how many more each time: a table of hundreds costs a layout of hundreds with every change. */
const ROWS_AT_ONCE = 25;

export function OpenOrders() {
  const { size } = useOpenOrders();
  const pending = [...usePendingOrders().values()];
  const all = useShownOrders();
  const [rows, setRows] = useState(ROWS_AT_ONCE);
  const shown = all.slice(0, rows);
  const isGrouped = useStore(shownOrdersStore, (state) => state.isGrouped);
  const isKnown = useIsAccountKnown();
  const feed = useAccountFeed();
  const noKey = useNoKeyWords();
  if (feed.state === 'no-key') {
    return <PanelState {...noKey} />;
  }
  if (!isKnown) return <PanelState title="Loading open orders…" />;
  if (size === 0 && pending.length === 0) {
    return (
      <PanelState title="No open orders" text="Click a level of the order book to start one at its price." />
    );
  }
  if (shown.length === 0 && pending.length === 0) return <NoneShown />;
  return (
    <div className={table.panel} data-feed={feed.state}>
      <table className={table.table} aria-label="Open orders">
        <Head />
        {pending.length > 0 && (
          <tbody>
            {pending.map((one) => (
              <PendingRow key={one.order.clOrdID} pending={one} />
            ))}
          </tbody>
        )}
        {isGrouped ? (
          grouped(shown).map(([symbol, orders]) => (
            <tbody key={symbol}>
              <tr className={table.group} data-sum={true}>
                <th colSpan={COLUMNS} scope="rowgroup">
                  {symbol} ({orders.length})
                </th>
              </tr>
              {orders.map((order) => (
                <OrderRow key={order.orderID} order={order} />
              ))}
            </tbody>
          ))
        ) : (
          <tbody>
            {shown.map((order) => (
              <OrderRow key={order.orderID} order={order} />
            ))}
          </tbody>
        )}
      </table>
      <OlderRows
        rows={shown.length}
        text={`Show more of ${all.length}`}
        onMore={all.length > rows ? () => setRows(rows + ROWS_AT_ONCE) : undefined}
      />
    </div>
  );
}

function NoneShown() {
  return (
    <div className={table.state}>
      <strong>None of the open orders is shown</strong>
      <Button kind="quiet" onClick={() => shownOrdersStore.setState({ filter: {} })}>
        Show all of them
      </Button>
    </div>
  );
}

function Head() {
  return (
    <thead>
      <tr>
        <SortHead by="symbol" align="start">
          Symbol
        </SortHead>
        <SortHead by="side" align="start">
          Side
        </SortHead>
        <SortHead by="type" align="start" hide="both">
          Type
        </SortHead>
        <SortHead by="price">Price</SortHead>
        <th data-align="start">Trigger</th>
        <SortHead by="qty">Quantity</SortHead>
        <th>Filled</th>
        <SortHead by="value" hide="large">
          Value
        </SortHead>
        <th data-align="start" data-hide="medium">
          Terms
        </th>
        <SortHead by="time" align="start" hide="medium">
          Time
        </SortHead>
        <th>Actions</th>
      </tr>
    </thead>
  );
}

function SortHead(props: {
  readonly by: SortKey;
  readonly children: ReactNode;
  readonly align?: 'start';
  readonly hide?: 'medium' | 'both' | 'large';
}) {
  const { by, children, align, hide } = props;
  const sort = useStore(shownOrdersStore, (state) => state.sort);
  const isSorted = sort.by === by;
  return (
    <th
      data-align={align}
      data-hide={hide}
      aria-sort={isSorted ? (sort.isRising ? 'ascending' : 'descending') : undefined}
    >
      <button
        type="button"
        className={table.sort}
        title="Sort by this column; again: the other way round"
        onClick={() => shownOrdersStore.setState({ sort: sortedBy(sort, by) })}
      >
        {children}
        <span aria-hidden="true">{isSorted ? (sort.isRising ? '↑' : '↓') : ''}</span>
      </button>
    </th>
  );
}
