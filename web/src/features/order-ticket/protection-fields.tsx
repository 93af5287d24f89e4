/** Take-profit and stop-loss that an entry brings along: by price, by per cent, by ROI or by profit. */
import { compare } from '#contract/decimal.ts';
import { PROTECTION_UNITS, type ProtectionUnit } from '../../account/protection-entry.ts';
import { PURPOSE_NAMES } from '../../account/protection-words.ts';
import { stopWarning } from '../../account/stop-warning.ts';
import { formatPrice, formatSigned } from '../../lib/format.ts';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { type Draft, type DraftAction, isProtecting, type ProtectionKind } from './draft.ts';
import type { TicketContext } from './facts.ts';
import styles from './order-ticket.module.css';
import { outcomeOf } from './outcome.ts';
import { PURPOSES, protectionOutcome } from './protection.ts';
import { reckonedPrice } from './reading.ts';
import { protectedEntry, readSize } from './sizing.ts';
import type { TicketErrors } from './validate.ts';

const nameOf = (kind: ProtectionKind): string => PURPOSE_NAMES[PURPOSES[kind]];

const UNIT_NAMES: Readonly<Record<ProtectionUnit, string>> = {
  price: 'Price',
  percent: '%',
  roi: 'ROI %',
  pnl: 'PnL',
};
const UNIT_HINTS: Readonly<Record<ProtectionUnit, string>> = {
  price: 'A price',
  percent: 'Per cent away from the entry',
  roi: 'Return on the margin, in per cent',
  pnl: 'Profit or loss in money, before fees',
};

interface ProtectionFieldsProps {
  readonly draft: Draft;
  readonly context: TicketContext | undefined;
  readonly errors: TicketErrors;
  readonly onEdit: (action: DraftAction) => void;
}

export function ProtectionFields({ draft, context, errors, onEdit }: ProtectionFieldsProps) {
  if (context === undefined || !isProtecting(draft, context.settings.posMode)) return null;
  return (
    <fieldset className={styles.protections} aria-label="Take profit and stop loss">
      <ProtectionField
        kind="takeProfit"
        draft={draft}
        context={context}
        error={errors.takeProfit}
        onEdit={onEdit}
      />
      <ProtectionField
        kind="stopLoss"
        draft={draft}
        context={context}
        error={errors.stopLoss}
        onEdit={onEdit}
      />
    </fieldset>
  );
}

function ProtectionField(props: {
  readonly kind: ProtectionKind;
  readonly draft: Draft;
  readonly context: TicketContext;
  readonly error: string | undefined;
  readonly onEdit: (action: DraftAction) => void;
}) {
  const { kind, draft, context, error, onEdit } = props;
  const meant = draft[kind];
  const limit = draft.protectionLimits[kind];
  return (
    <div className={styles.entry}>
      <TextField
        label={nameOf(kind)}
        value={meant.text}
        placeholder="None"
        unit={
          <Select
            label={`${nameOf(kind)} by`}
            title={UNIT_HINTS[meant.unit]}
            value={meant.unit}
            names={UNIT_NAMES}
            options={PROTECTION_UNITS}
            hints={UNIT_HINTS}
            onChoose={(unit) => onEdit({ do: 'enter-protection', kind, entry: { text: '', unit } })}
          />
        }
        error={error}
        onChange={(text) => onEdit({ do: 'enter-protection', kind, entry: { ...meant, text } })}
      />
      <p className={styles.hint}>
        <span className={styles.error} role="alert">
          {error}
        </span>
        {meant.text !== '' && <OrderSelect {...{ kind, draft, context, onEdit }} />}
        {error === undefined && <Outcome kind={kind} draft={draft} context={context} />}
      </p>
      {meant.text !== '' && limit !== undefined && (
        <TextField
          label={`${nameOf(kind)} limit`}
          value={limit}
          unit={context.product.quote}
          onChange={(text) => onEdit({ do: 'limit-protection', kind, text })}
        />
      )}
    </div>
  );
}

/** What it becomes once it is triggered. A limit is offered at the trigger's own price. */
function OrderSelect(props: {
  readonly kind: ProtectionKind;
  readonly draft: Draft;
  readonly context: TicketContext;
  readonly onEdit: (action: DraftAction) => void;
}) {
  const { kind, draft, context, onEdit } = props;
  const isLimit = draft.protectionLimits[kind] !== undefined;
  const choose = (wanted: string) => {
    const price = reckonedPrice(draft, context.product, context.quotes);
    const entry = price && protectedEntry(draft, context, { price, qty: readSize(draft, context) });
    const first = (entry && protectionOutcome(PURPOSES[kind], draft[kind], entry)?.price) ?? '';
    onEdit({ do: 'limit-protection', kind, text: wanted === 'limit' ? first : undefined });
  };
  return (
    <select
      className={styles.unitSelect}
      aria-label={`${nameOf(kind)} order`}
      title="Once it is triggered: at market it closes in any case, a limit order may be passed by"
      value={isLimit ? 'limit' : 'market'}
      onChange={({ target }) => choose(target.value)}
    >
      <option value="market">Market</option>
      <option value="limit">Limit</option>
    </select>
  );
}

/** "83,500.0 · +12.50 USDT", and a warning where liquidation would come first. */
function Outcome(props: {
  readonly kind: ProtectionKind;
  readonly draft: Draft;
  readonly context: TicketContext;
}) {
  const { kind, draft, context } = props;
  const { product, quotes } = context;
  const price = reckonedPrice(draft, product, quotes);
  if (price === undefined) return null;
  const qty = readSize(draft, context);
  const entry = protectedEntry(draft, context, { price, qty });
  const outcome = protectionOutcome(PURPOSES[kind], draft[kind], entry);
  if (outcome === undefined) return null;
  const liquidation = qty && outcomeOf(draft, { qty, price }, context)?.position?.liquidation;
  const isTooLate =
    kind === 'stopLoss' &&
    liquidation !== undefined &&
    compare(outcome.price, liquidation) * (draft.side === 'Buy' ? 1 : -1) <= 0;
  if (isTooLate) {
    return (
      <span className={styles.warning} role="alert">
        Liquidation comes first, at {formatPrice(liquidation, product.tickSize)}
      </span>
    );
  }
  const warning =
    kind === 'stopLoss' && liquidation !== undefined
      ? stopWarning({ side: draft.side, liquidationPrice: liquidation }, product, {
          price: outcome.price,
          source: draft.protectionSource,
        })
      : undefined;
  return (
    <span className={warning === undefined ? styles.most : styles.warning} title={warning}>
      {formatPrice(outcome.price, product.tickSize)}
      {outcome.pnl !== undefined && ` · ${formatSigned(outcome.pnl)} ${product.settle}`}
    </span>
  );
}
