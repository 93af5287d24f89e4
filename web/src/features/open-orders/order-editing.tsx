/** Changing an open order in place: its fields, what is wrong with them, and one atomic replace. */
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { Order, Product } from '#contract/model.ts';
import {
  amendmentOf,
  changedSince,
  hasPrice,
  hasQty,
  hasTrigger,
  type TermField,
  type TermTexts,
  type TypedTerms,
  termsOf,
} from '../../account/amendment.ts';
import { amendOpenOrder, cancelOpenOrder, useOrderRequest } from '../../account/order-actions.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { FollowingField } from '../../ui/following-field.tsx';

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

interface Edit {
  /** The order's terms when editing began. */
  readonly from: TermTexts;
  readonly typed: TypedTerms;
}

/** What the order says anyway is not typed over it: it follows the order. */
function typedOver({ from, typed }: Edit, order: Order, field: TermField, text: string): Edit {
  const { [field]: _, ...others } = typed;
  return { from, typed: termsOf(order)[field] === text ? others : { ...others, [field]: text } };
}

/** What is typed over an order, what it asks for, and the way to ask. */
export function useEditing(order: Order, product: Product | undefined) {
  const [edit, setEdit] = useState<Edit>();
  const request = useOrderRequest(order.orderID);
  const amendButton = useFocusAfter(edit !== undefined);
  const amendment = edit && product && amendmentOf(order, product, edit.typed);
  return {
    edit,
    leave: () => setEdit(undefined),
    request,
    amendButton,
    problem: amendment === undefined || amendment.ok || amendment.isSame ? undefined : amendment,
    changed: edit && changedSince(edit.from, order),
    start: () => setEdit({ from: termsOf(order), typed: {} }),
    textOf: (field: TermField) => edit?.typed[field] ?? termsOf(order)[field],
    type: (field: TermField, text: string) =>
      setEdit((known) => known && typedOver(known, order, field, text)),
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
}

/** Price, trigger and quantity, each a field where the order has one. */
export function EditCells({ order, editing }: EditCellsProps) {
  const isPriced = hasPrice(order);
  return (
    <>
      <td data-label="Price">
        {isPriced && <TermInput editing={editing} field="price" label="Price" isFirst />}
      </td>
      <td data-label="Trigger" data-align="start">
        {hasTrigger(order) && (
          <TermInput editing={editing} field="trigger" label="Trigger price" isFirst={!isPriced} />
        )}
      </td>
      <td data-label="Quantity">
        {hasQty(order) && <TermInput editing={editing} field="qty" label="Quantity" />}
      </td>
    </>
  );
}

function TermInput(props: {
  readonly editing: Editing;
  readonly field: TermField;
  readonly label: string;
  readonly isFirst?: boolean;
}) {
  const { editing, field, label, isFirst = false } = props;
  const { leave, save, problem, textOf, type } = editing;
  return (
    <FollowingField
      label={label}
      size="small"
      {...(isFirst ? { inputRef: takeFocus } : {})}
      value={textOf(field)}
      error={problem?.field === field ? problem.error : undefined}
      onChange={(text) => type(field, text)}
      onKeyDown={(event: KeyboardEvent) => {
        if (event.key === 'Enter') void save();
        if (event.key === 'Escape') leave();
      }}
    />
  );
}

export function EditActions({ editing }: { readonly editing: Editing }) {
  const { problem, changed, request, save, leave } = editing;
  return (
    <>
      <span className={problem === undefined ? table.warning : table.problem} role="alert">
        {problem?.error ?? changed}
      </span>
      <Button
        kind="main"
        disabled={request !== undefined || problem !== undefined}
        onClick={() => void save()}
      >
        Save
      </Button>
      <Button kind="quiet" onClick={leave}>
        Discard
      </Button>
    </>
  );
}
