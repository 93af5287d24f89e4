/** What was sent and is not known to have arrived, above the orders that are open. */

import { typeName } from '../../account/order-words.ts';
import type { PendingOrder } from '../../account/pending-orders.ts';
import type { NewOrder } from '../../exchange/commands.ts';
import { formatPrice, formatQty, NO_VALUE } from '../../lib/format.ts';
import { formatDayAndClock } from '../../lib/time-format.ts';
import { useProduct } from '../../market/products.ts';
import table from '../../ui/data-table.module.css';

export function PendingRow({ pending: { order, at, sentAtMs } }: { readonly pending: PendingOrder }) {
  const { symbol, side, posSide, price, trigger, qty } = order;
  const product = useProduct(symbol);
  const text = (value: NewOrder['price']) =>
    value === undefined ? NO_VALUE : product === undefined ? value : formatPrice(value, product.tickSize);
  return (
    <tr aria-busy={true} data-testid="pending-order">
      <td data-align="start" data-label="Symbol">
        <span className={table.symbol}>{symbol}</span>
      </td>
      <td data-align="start" data-label="Side">
        <span data-direction={side === 'Buy' ? 'up' : 'down'}>{side}</span>
        {posSide !== 'Merged' && <span className={table.badge}>{posSide}</span>}
      </td>
      <td data-align="start" data-label="Type" data-hide="both">
        {typeName(order)}
      </td>
      <td data-label="Price" className={table.figure}>
        {price === undefined ? 'Market' : text(price)}
      </td>
      <td data-label="Trigger" data-align="start" className={`${table.figure} ${table.muted}`}>
        {text(trigger?.price)}
      </td>
      <td data-label="Quantity" className={table.figure}>
        {product === undefined ? qty : formatQty(qty, product.qtyStep)}
      </td>
      <td />
      <td data-hide="large" />
      <td data-hide="medium" />
      <td data-align="start" data-label="Time" data-hide="medium" className={table.muted}>
        {formatDayAndClock(sentAtMs)}
      </td>
      <td data-span="all">
        <span className={table.pending}>{at === 'sending' ? 'Sending…' : 'Outcome unknown: checking'}</span>
      </td>
    </tr>
  );
}
