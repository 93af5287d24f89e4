/** How much: in base or quote currency, or as a share of what there is room for. */

import type { Qty } from '#contract/brand.ts';
import { sign } from '#contract/decimal.ts';
import { formatQty } from '../../lib/format.ts';
import controls from '../../ui/controls.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { type Draft, type DraftAction, QTY_UNITS, type QtyUnit } from './draft.ts';
import type { TicketContext } from './facts.ts';
import styles from './order-ticket.module.css';
import { readQty, stepValue } from './reading.ts';
import { maxQty } from './room.ts';
import { shareText, shownShare } from './share.ts';
import { readSize, writeSize } from './sizing.ts';

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
  const most = context && maxQty(draft, context);
  const snap = () => {
    const qty = product && readQty(draft.qtyText, product);
    if (draft.unit !== 'base' || qty === undefined || sign(qty) === 0 || qty === draft.qtyText) return;
    onEdit({ do: 'enter-qty', text: qty });
  };
  const step = (steps: number) => {
    const size = draft.unit === 'base' ? product?.qtyStep : QUOTE_STEP;
    const text = size && stepValue(draft.qtyText, size, steps);
    if (text !== undefined) onEdit({ do: 'enter-qty', text });
  };
  const takeShare = (share: number) => {
    if (context === undefined || most === undefined) return;
    onEdit({ do: 'take-share', share, qtyText: shareText(draft, share, { most, context }) });
  };
  return (
    <div className={styles.entry}>
      <TextField
        label={draft.unit === 'risk' ? 'Risk' : 'Quantity'}
        value={draft.qtyText}
        placeholder="0"
        unit={<UnitSelect draft={draft} context={context} onEdit={onEdit} />}
        error={error}
        onChange={(text) => onEdit({ do: 'enter-qty', text })}
        onBlur={snap}
        onStep={step}
      />
      <p className={styles.hint}>
        <span className={styles.error} role="alert">
          {error}
        </span>
        {error === undefined && <Sized draft={draft} context={context} />}
        {error === undefined && <MaxQty most={most} context={context} />}
      </p>
      <Shares
        share={context && most ? shownShare(draft, { most, context }) : 0}
        isDisabled={!most}
        onTake={takeShare}
      />
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

/** What another unit than the base currency comes to. */
function Sized({ draft, context }: Pick<QtyFieldProps, 'draft' | 'context'>) {
  const qty = draft.unit === 'base' ? undefined : context && readSize(draft, context);
  if (qty === undefined || context === undefined) return null;
  const { product } = context;
  const title =
    draft.unit === 'risk' ? 'So much is lost at the stop, with the fees of entry and exit' : undefined;
  return (
    <span className={styles.sized} title={title} data-testid="sized-qty">
      = {formatQty(qty, product.qtyStep)} {product.base}
    </span>
  );
}

function UnitSelect({ draft, context, onEdit }: Omit<QtyFieldProps, 'error'>) {
  if (context === undefined) return null;
  const { base, quote, settle } = context.product;
  const names: Readonly<Record<QtyUnit, readonly [short: string, title: string]>> = {
    base: [base, `Quantity in ${base}`],
    quote: [quote, `Value of the order in ${quote}`],
    cost: [`${settle} cost`, 'What the order locks: margin, and the fees to open and close'],
    risk: [`${settle} risk`, 'What is lost if the stop loss is hit, with the fees of both ways'],
  };
  const choose = (unit: QtyUnit) => {
    const qty = readSize(draft, context);
    const qtyText = qty === undefined ? '' : writeSize(draft, unit, qty, context);
    onEdit({ do: 'choose-unit', unit, qtyText });
  };
  return (
    <select
      className={styles.unitSelect}
      aria-label="Quantity in"
      title={names[draft.unit][1]}
      value={draft.unit}
      onChange={({ target }) => {
        const unit = QTY_UNITS.find((one) => one === target.value);
        if (unit !== undefined) choose(unit);
      }}
    >
      {QTY_UNITS.map((unit) => (
        <option key={unit} value={unit} title={names[unit][1]}>
          {names[unit][0]}
        </option>
      ))}
    </select>
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
