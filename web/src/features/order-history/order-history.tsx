/** Orders that are over, newest first: what was asked, what came of it, and why the exchange took one back. */
import { memo } from 'react';
import { pricePer, sign, snapToStep } from '#contract/decimal.ts';
import type { Order, Product } from '#contract/model.ts';
import { refusalSentence } from '#contract/wire/error-codes.ts';
import { useOrderHistory } from '../../account/order-history.ts';
import { useOrigin } from '../../account/order-origin.ts';
import { termsText, triggerText, typeName } from '../../account/order-words.ts';
import { formatPrice, formatQty, NO_VALUE } from '../../lib/format.ts';
import { formatDayAndClock } from '../../lib/time-format.ts';
import { useProduct } from '../../market/products.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { ClockIcon } from '../../ui/icons.tsx';
import { lookAtOrder } from '../../workspace/looked-at-order.ts';
import { PastTable } from './past-table.tsx';

export function OrderHistory() {
  return (
    <PastTable
      label="Order history"
      loading="Loading the order history…"
      none="No orders yet"
      past={useOrderHistory()}
      head={
        <tr>
          <th data-align="start">Symbol</th>
          <th data-align="start">Side</th>
          <th data-align="start">Type</th>
          <th>Price</th>
          <th>Average</th>
          <th>Filled</th>
          <th data-align="start" data-hide="large">
            Terms
          </th>
          <th data-align="start">State</th>
          <th>Time</th>
        </tr>
      }
      row={(order) => <HistoryRow key={order.orderID} order={order} />}
    />
  );
}

function averageText({ cumQty, cumValue }: Order, product: Product | undefined): string {
  if (sign(cumQty) === 0 || sign(cumValue) === 0 || product === undefined) return NO_VALUE;
  return formatPrice(snapToStep(pricePer(cumValue, cumQty), product.tickSize, 'nearest'), product.tickSize);
}

const HistoryRow = memo(function HistoryRow({ order }: { readonly order: Order }) {
  const { symbol, side, posSide, ordType, price, qty, cumQty, reduceOnly, transactAtMs } = order;
  const product = useProduct(symbol);
  const origin = useOrigin(order.clOrdID);
  const shownQty = (value: Order['qty']) =>
    product === undefined ? value : formatQty(value, product.qtyStep);
  const trigger = product && triggerText(order, product.tickSize);
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
      <td data-align="start" data-label="Side">
        <span data-direction={side === 'Buy' ? 'up' : 'down'}>{side}</span>
        {posSide !== undefined && posSide !== 'Merged' && <span className={table.badge}>{posSide}</span>}
      </td>
      <td data-align="start" data-label="Type" title={trigger === '' ? undefined : trigger}>
        {typeName(order)}
      </td>
      <td data-label="Price" className={table.figure}>
        {ordType === 'Market' || sign(price) === 0
          ? 'Market'
          : product === undefined
            ? price
            : formatPrice(price, product.tickSize)}
      </td>
      <td data-label="Average" className={table.figure}>
        {averageText(order, product)}
      </td>
      <td data-label="Filled" className={table.figure}>
        {shownQty(cumQty)} <span className={table.muted}>/ {sign(qty) === 0 ? 'all' : shownQty(qty)}</span>
      </td>
      <td data-align="start" data-label="Terms" data-hide="large">
        {termsText(order)}
        {reduceOnly && <span className={table.badge}>Reduce-only</span>}
      </td>
      <StateCell order={order} />
      <td data-label="Time" className={table.muted}>
        {formatDayAndClock(transactAtMs)}
        <Button kind="icon" label="Timeline" onClick={() => lookAtOrder(order)}>
          <ClockIcon />
        </Button>
      </td>
    </tr>
  );
});

function StateCell({ order: { ordStatus, rejection } }: { readonly order: Order }) {
  const why = rejection && `${refusalSentence(rejection.code, rejection.message)} (${rejection.code})`;
  const isProblem = ordStatus === 'Rejected' || why !== undefined;
  return (
    <td data-align="start" data-label="State" className={isProblem ? table.problem : undefined} title={why}>
      {ordStatus}
    </td>
  );
}
