/** Changing an open order in place: its fields, what is wrong with them, and one atomic replace. */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Order, Product } from '#contract/model.ts';
import {
  amendmentOf,
  hasPrice,
  hasQty,
  hasTrigger,
  type TermField,
  type TypedTerms,
  termsOf,
} from '../../account/amendment.ts';
import { amendOpenOrder, cancelOpenOrder, useOrderRequest } from '../../account/order-actions.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { TextField } from '../../ui/text-field.tsx';

/** The first field that the pencil opens takes the focus from it. */
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
export function useEditing(order: Order, product: Product | undefined) {
  const [edit, setEdit] = useState<TypedTerms>();
  const request = useOrderRequest(order.orderID);
  const amendButton = useFocusAfter(edit !== undefined);
  const amendment = edit && product && amendmentOf(order, product, edit);
  return {
    edit,
    setEdit,
    request,
    amendButton,
    problem: amendment === undefined || amendment.ok || amendment.isSame ? undefined : amendment,
    start: () => setEdit(termsOf(order)),
    cancel: () => void cancelOpenOrder(order),
    save: async () => {
      if (amendment === undefined || request !== undefined) return;
      const isDone = amendment.ok ? await amendOpenOrder(order, amendment.request) : amendment.isSame;
      if (isDone) setEdit(undefined);
    },
  };
}

export type Editing = ReturnType<typeof useEditing>;

interface EditCellsProps {
  readonly order: Order;
  readonly editing: Editing;
  readonly edit: TypedTerms;
}

/** Price, trigger and quantity, each a field where the order has one. */
export function EditCells({ order, editing, edit }: EditCellsProps) {
  const isPriced = hasPrice(order);
  return (
    <>
      <td data-label="Price">
        {isPriced && <TermInput editing={editing} edit={edit} field="price" label="Price" isFirst />}
      </td>
      <td data-label="Trigger" data-align="start">
        {hasTrigger(order) && (
          <TermInput
            editing={editing}
            edit={edit}
            field="trigger"
            label="Trigger price"
            isFirst={!isPriced}
          />
        )}
      </td>
      <td data-label="Quantity">
        {hasQty(order) && <TermInput editing={editing} edit={edit} field="qty" label="Quantity" />}
      </td>
    </>
  );
}

function TermInput(props: {
  readonly editing: Editing;
  readonly edit: TypedTerms;
  readonly field: TermField;
  readonly label: string;
  readonly isFirst?: boolean;
}) {
  const { editing, edit, field, label, isFirst = false } = props;
  const { setEdit, save, problem } = editing;
  return (
    <TextField
      label={label}
      size="small"
      {...(isFirst ? { inputRef: takeFocus } : {})}
      value={edit[field]}
      error={problem?.field === field ? problem.error : undefined}
      onChange={(text) => setEdit({ ...edit, [field]: text })}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'Enter') void save();
        if (event.key === 'Escape') setEdit(undefined);
      }}
    />
  );
}

export function EditActions({ editing: { problem, request, save, setEdit } }: { readonly editing: Editing }) {
  return (
    <>
      <span className={table.problem} role="alert">
        {problem?.error}
      </span>
      <Button
        kind="main"
        disabled={request !== undefined || problem !== undefined}
        onClick={() => void save()}
      >
        Save
      </Button>
      <Button kind="quiet" onClick={() => setEdit(undefined)}>
        Discard
      </Button>
    </>
  );
}
