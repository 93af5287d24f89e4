/** One open order: its terms, and amend and cancel in place. What became of either shows when the stream tells. */
import { type KeyboardEvent, memo, useEffect, useRef, useState } from 'react';
import { notional, sign } from '#contract/decimal.ts';
import type { Order, Product } from '#contract/model.ts';
import { amendmentOf } from '../../account/amendment.ts';
import { amendOpenOrder, cancelOpenOrder, useOrderRequest } from '../../account/order-actions.ts';
import type { OrderRequest } from '../../account/order-requests.ts';
import { formatMoney, formatPrice, formatQty, NO_VALUE } from '../../lib/format.ts';
import { formatDayAndClock } from '../../lib/time-format.ts';
import { useProduct } from '../../market/products.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { CrossIcon, PencilIcon } from '../../ui/icons.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { selectSymbol } from '../../workspace/selected-symbol.ts';

export const OrderRow = memo(function OrderRow({ order }: { readonly order: Order }) {
  const product = useProduct(order.symbol);
  const editing = useEditing(order, product);
  return (
    <tr aria-busy={editing.isAsking}>
      <NameCells order={order} />
      {editing.edit === undefined ? (
        <FigureCells order={order} product={product} />
      ) : (
        <EditCells editing={editing} edit={editing.edit} />
      )}
      <ProgressCells order={order} product={product} />
      <td data-span="all">
        <span className={table.actions}>
          {editing.edit === undefined ? (
            <IdleActions order={order} editing={editing} isKnown={product !== undefined} />
          ) : (
            <EditActions editing={editing} />
          )}
        </span>
      </td>
    </tr>
  );
});

interface Edit {
  readonly price: string;
  readonly qty: string;
}

/** The field that the pencil opens takes the focus from it. */
function takeFocus(input: HTMLInputElement | null): void {
  input?.focus();
  input?.select();
}

/** The element to focus again once editing is over and has left the focus nowhere. */
function useFocusAfter(isEditing: boolean) {
  const target = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(false);
  useEffect(() => {
    if (wasEditing.current && !isEditing && document.activeElement === document.body) target.current?.focus();
    wasEditing.current = isEditing;
  }, [isEditing]);
  return target;
}

/** What is typed over an order, what it asks for, and the way to ask. */
function useEditing(order: Order, product: Product | undefined) {
  const [edit, setEdit] = useState<Edit>();
  const request = useOrderRequest(order.orderID);
  const amendButton = useFocusAfter(edit !== undefined);
  const amendment = edit && product && amendmentOf(order, product, edit);
  return {
    edit,
    setEdit,
    request,
    isAsking: request !== undefined,
    amendButton,
    problem: amendment === undefined || amendment.ok || amendment.isSame ? undefined : amendment,
    cancel: () => void cancelOpenOrder(order),
    save: async () => {
      if (amendment === undefined || request !== undefined) return;
      const isDone = amendment.ok ? await amendOpenOrder(order, amendment.request) : amendment.isSame;
      if (isDone) setEdit(undefined);
    },
  };
}

type Editing = ReturnType<typeof useEditing>;

function EditCells({ editing, edit }: { readonly editing: Editing; readonly edit: Edit }) {
  const { setEdit, save, problem } = editing;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') void save();
    if (event.key === 'Escape') setEdit(undefined);
  };
  const error = (field: 'price' | 'qty') => (problem?.field === field ? problem.error : undefined);
  return (
    <>
      <td data-label="Price">
        <TextField
          label="Price"
          size="small"
          inputRef={takeFocus}
          value={edit.price}
          error={error('price')}
          onChange={(price) => setEdit({ ...edit, price })}
          onKeyDown={onKeyDown}
        />
      </td>
      <td data-label="Quantity">
        <TextField
          label="Quantity"
          size="small"
          value={edit.qty}
          error={error('qty')}
          onChange={(qty) => setEdit({ ...edit, qty })}
          onKeyDown={onKeyDown}
        />
      </td>
    </>
  );
}

function EditActions({ editing: { problem, isAsking, save, setEdit } }: { readonly editing: Editing }) {
  return (
    <>
      <span className={table.problem} role="alert">
        {problem?.error}
      </span>
      <Button kind="main" disabled={isAsking || problem !== undefined} onClick={() => void save()}>
        Save
      </Button>
      <Button kind="quiet" onClick={() => setEdit(undefined)}>
        Discard
      </Button>
    </>
  );
}

/** What is on its way, in the order's own row: nobody may think that it has happened. */
function requestText(request: OrderRequest): string {
  if (request.at === 'unknown') return 'Outcome unknown: checking';
  return request.kind === 'cancel' ? 'Canceling…' : 'Amending…';
}

function IdleActions(props: { readonly order: Order; readonly editing: Editing; readonly isKnown: boolean }) {
  const { order, editing, isKnown } = props;
  return (
    <>
      {editing.request !== undefined && <span className={table.pending}>{requestText(editing.request)}</span>}
      <Button
        ref={editing.amendButton}
        kind="icon"
        label="Amend order"
        disabled={!isKnown || editing.isAsking}
        onClick={() => editing.setEdit({ price: order.price, qty: order.qty })}
      >
        <PencilIcon />
      </Button>
      <Button kind="icon" label="Cancel order" disabled={editing.isAsking} onClick={editing.cancel}>
        <CrossIcon />
      </Button>
    </>
  );
}

function NameCells({ order }: { readonly order: Order }) {
  const { symbol, side, posSide, ordType } = order;
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
      </td>
      <td data-align="start" data-label="Side">
        <span data-direction={side === 'Buy' ? 'up' : 'down'}>{side}</span>
        {posSide !== undefined && posSide !== 'Merged' && <span className={table.badge}>{posSide}</span>}
      </td>
      <td data-align="start" data-label="Type" data-hide="both">
        {ordType}
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
  return (
    <>
      <td data-label="Price" className={table.figure}>
        {sign(order.price) === 0 ? 'Market' : price}
      </td>
      <td data-label="Quantity" className={table.figure}>
        {product === undefined ? order.qty : formatQty(order.qty, product.qtyStep)}
      </td>
    </>
  );
}

const TERMS: Readonly<Record<string, string>> = {
  GoodTillCancel: 'GTC',
  ImmediateOrCancel: 'IOC',
  FillOrKill: 'FOK',
  PostOnly: 'Post-only',
};

function ProgressCells({ order, product }: CellsProps) {
  const { cumQty, qty, price, timeInForce, reduceOnly, actionAtMs } = order;
  return (
    <>
      <td data-label="Filled" className={table.figure}>
        {product === undefined ? cumQty : formatQty(cumQty, product.qtyStep)}
      </td>
      <td data-label="Value" data-hide="medium" className={table.figure}>
        {sign(price) === 0 ? NO_VALUE : formatMoney(notional(price, qty))}
      </td>
      <td data-align="start" data-label="Terms">
        {TERMS[timeInForce] ?? timeInForce}
        {reduceOnly && <span className={table.badge}>Reduce-only</span>}
      </td>
      <td data-align="start" data-label="Time" data-hide="narrow" className={table.muted}>
        {formatDayAndClock(actionAtMs)}
      </td>
    </>
  );
}
