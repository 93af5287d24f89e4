/** How much: in base or quote currency, or as a share of what there is room for. */

import type { Qty } from '#contract/brand.ts';
import { quotient, sign, toNumberLossy } from '#contract/decimal.ts';
import { formatQty } from '../../lib/format.ts';
import controls from '../../ui/controls.module.css';
import { TextField } from '../../ui/text-field.tsx';
import type { Draft, DraftAction } from './draft.ts';
import styles from './order-ticket.module.css';
import { maxQty, shareOf, type TicketContext } from './preview.ts';
import { readQty, reckonedPrice, stepValue, writeQty } from './reading.ts';

export interface QtyFieldProps {
  readonly draft: Draft;
  readonly context: TicketContext | undefined;
  readonly error: string | undefined;
  readonly onEdit: (action: DraftAction) => void;
}

const SHARES = [25, 50, 75, 100] as const;
/** One step of a quantity in quote currency. */
const QUOTE_STEP = '1' as Qty;

export function QtyField({ draft, context, error, onEdit }: QtyFieldProps) {
  const product = context?.product;
  const price = context && reckonedPrice(draft, context.product, context.quotes);
  const most = context && maxQty(draft, context);
  const snap = () => {
    const qty = product && readQty(draft.qtyText, 'base', product, undefined);
    if (draft.unit !== 'base' || qty === undefined || sign(qty) === 0 || qty === draft.qtyText) return;
    onEdit({ do: 'enter-qty', text: qty });
  };
  const step = (steps: number) => {
    const size = draft.unit === 'base' ? product?.qtyStep : QUOTE_STEP;
    const text = size && stepValue(draft.qtyText, size, steps);
    if (text !== undefined) onEdit({ do: 'enter-qty', text });
  };
  const takeShare = (share: number) => {
    if (product === undefined || most === undefined) return;
    const qty = shareOf(product, most, share);
    onEdit({ do: 'take-share', share, qtyText: sign(qty) === 0 ? '' : writeQty(qty, draft.unit, price) });
  };
  return (
    <div className={styles.entry}>
      <TextField
        label="Quantity"
        value={draft.qtyText}
        placeholder="0"
        unit={<UnitToggle draft={draft} context={context} onEdit={onEdit} />}
        error={error}
        onChange={(text) => onEdit({ do: 'enter-qty', text })}
        onBlur={snap}
        onStep={step}
      />
      <p className={styles.hint}>
        <span className={styles.error} role="alert">
          {error}
        </span>
        {error === undefined && <MaxQty most={most} context={context} />}
      </p>
      <Shares share={shownShare(draft, context, most)} isDisabled={!most} onTake={takeShare} />
    </div>
  );
}

function MaxQty({
  most,
  context,
}: {
  readonly most: Qty | undefined;
  readonly context: TicketContext | undefined;
}) {
  if (most === undefined || context === undefined) return null;
  return (
    <span className={styles.most}>
      Max {formatQty(most, context.product.qtyStep)} {context.product.base}
    </span>
  );
}

/** Where the slider stands: where it was put, else where the typed quantity lies. */
function shownShare(draft: Draft, context: TicketContext | undefined, most: Qty | undefined): number {
  if (draft.share > 0 || context === undefined || most === undefined || sign(most) === 0) return draft.share;
  const price = reckonedPrice(draft, context.product, context.quotes);
  const qty = readQty(draft.qtyText, draft.unit, context.product, price);
  if (qty === undefined) return 0;
  return Math.min(100, Math.round(100 * toNumberLossy(quotient(qty, most, 4))));
}

function UnitToggle({ draft, context, onEdit }: Omit<QtyFieldProps, 'error'>) {
  const product = context?.product;
  if (context === undefined || product === undefined) return null;
  const unit = draft.unit === 'base' ? 'quote' : 'base';
  const toggle = () => {
    const price = reckonedPrice(draft, product, context.quotes);
    const qty = readQty(draft.qtyText, draft.unit, product, price);
    onEdit({ do: 'choose-unit', unit, qtyText: qty === undefined ? '' : writeQty(qty, unit, price) });
  };
  const names = { base: product.base, quote: product.quote };
  return (
    <button
      type="button"
      className={styles.unit}
      aria-label={`${names[draft.unit]}: change the unit to ${names[unit]}`}
      title={`Enter it in ${names[unit]} instead`}
      onClick={toggle}
    >
      {names[draft.unit]} <span aria-hidden="true">⇄</span>
    </button>
  );
}

function Shares(props: {
  readonly share: number;
  readonly isDisabled: boolean;
  readonly onTake: (share: number) => void;
}) {
  const { share, isDisabled, onTake } = props;
  return (
    <div className={styles.shares}>
      <input
        type="range"
        min={0}
        max={100}
        step={1}
        className={controls.slider}
        aria-label="Share of the maximum, per cent"
        title={`${share}% of the maximum`}
        value={share}
        disabled={isDisabled}
        onChange={(event) => onTake(Number(event.target.value))}
      />
      {SHARES.map((percent) => (
        <button
          key={percent}
          type="button"
          className={styles.pick}
          aria-pressed={share === percent}
          disabled={isDisabled}
          onClick={() => onTake(percent)}
        >
          {percent}%
        </button>
      ))}
    </div>
  );
}
