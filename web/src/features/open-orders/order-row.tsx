/** One open order: its terms, and amend and cancel in place. What became of either shows when the stream tells. */
import { memo } from 'react';
import { useStore } from 'zustand';
import { notional, sign } from '#contract/decimal.ts';
import type { Order, Product } from '#contract/model.ts';
import { accountStore } from '../../account/account-store.ts';
import { useOrigin } from '../../account/order-origin.ts';
import { mayAsk, type OrderRequest } from '../../account/order-requests.ts';
import { kindOf, standsAt, termsText, triggerText, typeName } from '../../account/order-words.ts';
import { stoppedBy, stopWarning } from '../../account/stop-warning.ts';
import { formatMoney, formatPrice, formatQty, NO_VALUE } from '../../lib/format.ts';
import { formatDayAndClock } from '../../lib/time-format.ts';
import { useProduct } from '../../market/products.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { ClockIcon, CrossIcon, PencilIcon } from '../../ui/icons.tsx';
import { WarningNote } from '../../ui/warning-note.tsx';
import { lookAtOrder } from '../../workspace/looked-at-order.ts';
import { selectSymbol } from '../../workspace/selected-symbol.ts';
import { EditActions, EditCells, type Editing, useEditing } from './order-editing.tsx';

export const OrderRow = memo(function OrderRow({ order }: { readonly order: Order }) {
  const product = useProduct(order.symbol);
  const editing = useEditing(order, product);
  return (
    <tr aria-busy={editing.request !== undefined}>
      <NameCells order={order} />
      {editing.edit === undefined ? (
        <FigureCells order={order} product={product} />
      ) : (
        <EditCells order={order} editing={editing} />
      )}
      <ProgressCells order={order} product={product} />
      <td data-span="all">
        <span className={table.actions}>
          {editing.edit === undefined ? (
            <IdleActions order={order} editing={editing} product={product} />
          ) : (
            <EditActions editing={editing} />
          )}
        </span>
      </td>
    </tr>
  );
});

/** What is on its way, in the order's own row: nobody may think that it has happened. */
function requestText(request: OrderRequest): string {
  if (request.at === 'unknown') return 'Outcome unknown: checking';
  return request.kind === 'cancel' ? 'Canceling…' : 'Amending…';
}

function IdleActions({ order, product, editing }: CellsProps & { readonly editing: Editing }) {
  const { request } = editing;
  return (
    <>
      {request !== undefined && <span className={table.pending}>{requestText(request)}</span>}
      <StopWarning order={order} product={product} />
      <Button kind="icon" label="Timeline" onClick={() => lookAtOrder(order)}>
        <ClockIcon />
      </Button>
      <Button
        ref={editing.amendButton}
        kind="icon"
        label="Amend order"
        disabled={product === undefined || request !== undefined}
        onClick={editing.start}
      >
        <PencilIcon />
      </Button>
      <Button kind="icon" label="Cancel order" disabled={!mayAsk('cancel', request)} onClick={editing.cancel}>
        <CrossIcon />
      </Button>
    </>
  );
}

function NameCells({ order }: { readonly order: Order }) {
  const { symbol, side, posSide } = order;
  const origin = useOrigin(order.clOrdID);
  return (
    <>
      <td data-align="start" data-label="Symbol">
        <button
          type="button"
          className={table.symbol}
          title={`Show ${symbol}`}
          onClick={() => selectSymbol(symbol)}
        >
          {symbol}
        </button>
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
      <td data-align="start" data-label="Type" data-hide="both">
        {typeName(order)}
      </td>
    </>
  );
}

interface CellsProps {
  readonly order: Order;
  readonly product: Product | undefined;
}

function FigureCells({ order, product }: CellsProps) {
  const price = product === undefined ? order.price : formatPrice(order.price, product.tickSize);
  const qty = product === undefined ? order.qty : formatQty(order.qty, product.qtyStep);
  const trigger = product && triggerText(order, product.tickSize);
  return (
    <>
      <td data-label="Price" className={table.figure}>
        {sign(order.price) === 0 ? 'Market' : price}
      </td>
      <td
        data-label="Trigger"
        data-align="start"
        className={`${table.figure} ${kindOf(order) === 'conditional' ? '' : table.muted}`}
      >
        {trigger || NO_VALUE}
      </td>
      <td data-label="Quantity" className={table.figure}>
        {sign(order.qty) === 0 ? 'All' : qty}
      </td>
    </>
  );
}

/** Why the stop of a held position may come too late. */
function StopWarning({ order, product }: CellsProps) {
  const warning = useStore(accountStore, ({ positions }) => {
    const position = stoppedBy(order, positions);
    return position && product && order.trigger && stopWarning(position, product, order.trigger);
  });
  return warning === undefined ? null : <WarningNote text={warning} />;
}

function ProgressCells({ order, product }: CellsProps) {
  const { cumQty, qty, reduceOnly, closeOnTrigger, actionAtMs } = order;
  const at = standsAt(order);
  return (
    <>
      <td data-label="Filled" className={table.figure}>
        {product === undefined ? cumQty : formatQty(cumQty, product.qtyStep)}
      </td>
      <td data-label="Value" data-hide="large" className={table.figure}>
        {at === undefined || sign(qty) === 0 ? NO_VALUE : formatMoney(notional(at, qty))}
      </td>
      <td data-align="start" data-label="Terms" data-hide="medium">
        {termsText(order)}
        {reduceOnly && <span className={table.badge}>Reduce-only</span>}
        {closeOnTrigger && <span className={table.badge}>Close on trigger</span>}
      </td>
      <td data-align="start" data-label="Time" data-hide="medium" className={table.muted}>
        {formatDayAndClock(actionAtMs)}
      </td>
    </>
  );
}
