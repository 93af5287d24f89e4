/** Own executions, newest first. */
import { memo, useState } from 'react';
import { fillKey } from '#contract/fill.ts';
import type { Fill } from '#contract/model.ts';
import { useAccountFeed } from '../../account/account-feed.ts';
import { useIsAccountKnown } from '../../account/account-store.ts';
import { useFills } from '../../account/fill-history.ts';
import { useNoKeyWords } from '../../account/no-key.ts';
import {
  directionOf,
  formatMoney,
  formatPrice,
  formatQty,
  formatSigned,
  NO_VALUE,
} from '../../lib/format.ts';
import { formatDayAndClock } from '../../lib/time-format.ts';
import { useProduct } from '../../market/products.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { PanelState } from '../../ui/panel-state.tsx';

/** Rows at first, and how many more each time. */
const ROWS_AT_ONCE = 60;
/** Fees are small: cents would show most of them as nothing. */
const FEE_PLACES = 4;

export function Fills() {
  const { fills, problem, isLoading } = useFills();
  const isKnown = useIsAccountKnown();
  const feed = useAccountFeed();
  const noKey = useNoKeyWords();
  const [rows, setRows] = useState(ROWS_AT_ONCE);
  if (feed === 'no-key') {
    return <PanelState {...noKey} />;
  }
  if (fills.length === 0) {
    if (!isKnown || isLoading) return <PanelState title="Loading fills…" />;
    return <PanelState title="No fills yet" {...(problem === undefined ? {} : { text: problem })} />;
  }
  return (
    <div className={table.panel} data-feed={feed}>
      <table className={table.table} aria-label="Fills">
        <thead>
          <tr>
            <th data-align="start">Symbol</th>
            <th data-align="start">Side</th>
            <th>Price</th>
            <th>Quantity</th>
            <th data-hide="medium">Value</th>
            <th>Fee</th>
            <th data-align="start">Role</th>
            <th>Realised PnL</th>
            <th>Time</th>
          </tr>
        </thead>
        <tbody>
          {fills.slice(0, rows).map((fill) => (
            <FillRow key={fillKey(fill)} fill={fill} />
          ))}
        </tbody>
      </table>
      {(fills.length > rows || problem !== undefined) && (
        <div className={table.more}>
          {problem !== undefined && <span className={table.problem}>Older fills are missing: {problem}</span>}
          {fills.length > rows && (
            <Button kind="quiet" onClick={() => setRows(rows + ROWS_AT_ONCE)}>
              Show older
            </Button>
          )}
        </div>
      )}
    </div>
  );
}

const FillRow = memo(function FillRow({ fill }: { readonly fill: Fill }) {
  const { symbol, side, price, qty, value, fee, isMaker, closedPnl, atMs } = fill;
  const product = useProduct(symbol);
  return (
    <tr>
      <td data-align="start" data-label="Symbol">
        <span className={table.symbol}>{symbol}</span>
      </td>
      <td data-align="start" data-label="Side" data-direction={side === 'Buy' ? 'up' : 'down'}>
        {side}
      </td>
      <td data-label="Price" className={table.figure}>
        {product === undefined ? price : formatPrice(price, product.tickSize)}
      </td>
      <td data-label="Quantity" className={table.figure}>
        {product === undefined ? qty : formatQty(qty, product.qtyStep)}
      </td>
      <td data-label="Value" data-hide="medium" className={table.figure}>
        {formatMoney(value)}
      </td>
      <td data-label="Fee" className={table.figure}>
        {formatMoney(fee, FEE_PLACES)}
      </td>
      <td data-align="start" data-label="Role" className={table.muted}>
        {isMaker ? 'Maker' : 'Taker'}
      </td>
      <td
        data-label="Realised PnL"
        className={table.figure}
        data-direction={closedPnl && directionOf(closedPnl)}
        title={closedPnl === undefined ? 'History does not tell' : 'Before the fee'}
      >
        {closedPnl === undefined ? NO_VALUE : formatSigned(closedPnl)}
      </td>
      <td data-label="Time" className={table.muted}>
        {formatDayAndClock(atMs)}
      </td>
    </tr>
  );
});
