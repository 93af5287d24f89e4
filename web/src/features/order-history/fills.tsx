/** Own executions, newest first. */
import { memo } from 'react';
import { fillKey } from '#contract/fill.ts';
import type { Fill } from '#contract/model.ts';
import { useFills } from '../../account/fill-history.ts';
import { useOrigin } from '../../account/order-origin.ts';
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
import table from '../../ui/data-table.module.css';
import { PastTable } from './past-table.tsx';

/** Fees are small: cents would show most of them as nothing. */
const FEE_PLACES = 4;

export function Fills() {
  return (
    <PastTable
      label="Fills"
      loading="Loading fills…"
      none="No fills yet"
      past={useFills()}
      head={
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
      }
      row={(fill) => <FillRow key={fillKey(fill)} fill={fill} />}
    />
  );
}

const FillRow = memo(function FillRow({ fill }: { readonly fill: Fill }) {
  const { symbol, side, price, qty, value, fee, isMaker, closedPnl, atMs, clOrdID } = fill;
  const product = useProduct(symbol);
  const origin = useOrigin(clOrdID);
  return (
    <tr>
      <td data-align="start" data-label="Symbol">
        <span className={table.symbol}>{symbol}</span>
        {origin && (
          <span className={table.badge} title={origin.title}>
            {origin.text}
          </span>
        )}
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
        data-private={true}
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
