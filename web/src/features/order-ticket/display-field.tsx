/** How much of an iceberg the book shows at a time. */
import { TextField } from '../../ui/text-field.tsx';
import { type Draft, type DraftAction, isIceberg } from './draft.ts';
import type { TicketContext } from './facts.ts';
import styles from './order-ticket.module.css';
import { readQty, stepValue } from './reading.ts';

export function DisplayField(props: {
  readonly draft: Draft;
  readonly context: TicketContext | undefined;
  readonly error: string | undefined;
  readonly onEdit: (action: DraftAction) => void;
}) {
  const { draft, context, error, onEdit } = props;
  const product = context?.product;
  if (!isIceberg(draft) || product === undefined) return null;
  const enter = (text: string | undefined) => {
    if (text !== undefined) onEdit({ do: 'enter-display', text });
  };
  return (
    <div className={styles.entry}>
      <TextField
        label="Shown quantity"
        value={draft.displayText}
        placeholder="0"
        unit={product.base}
        error={error}
        onChange={enter}
        onBlur={() => enter(readQty(draft.displayText, product))}
        onStep={(steps) => enter(stepValue(draft.displayText, product.qtyStep, steps))}
      />
      {error !== undefined && (
        <p className={styles.hint}>
          <span className={styles.error} role="alert">
            {error}
          </span>
        </p>
      )}
    </div>
  );
}
