/** Take-profit and stop-loss that an entry brings along: by price, by per cent, by ROI or by profit. */
import { compare } from '#contract/decimal.ts';
import { PROTECTION_UNITS, type ProtectionUnit } from '../../account/protection-entry.ts';
import { stopWarning } from '../../account/stop-warning.ts';
import { formatPrice, formatSigned } from '../../lib/format.ts';
import controls from '../../ui/controls.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { type Draft, type DraftAction, isProtecting, type ProtectionKind } from './draft.ts';
import type { TicketContext } from './facts.ts';
import styles from './order-ticket.module.css';
import { outcomeOf } from './outcome.ts';
import { PURPOSES, protectionOutcome } from './protection.ts';
import { reckonedPrice } from './reading.ts';
import { protectedEntry, readSize } from './sizing.ts';
import type { TicketErrors } from './validate.ts';

const NAMES: Readonly<Record<ProtectionKind, string>> = { takeProfit: 'Take profit', stopLoss: 'Stop loss' };

const UNITS: Readonly<Record<ProtectionUnit, readonly [short: string, title: string]>> = {
  price: ['Price', 'A price'],
  percent: ['%', 'Per cent away from the entry'],
  roi: ['ROI %', 'Return on the margin, in per cent'],
  pnl: ['PnL', 'Profit or loss in money, before fees'],
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
        label={NAMES[kind]}
        value={meant.text}
        placeholder="None"
        unit={
          <select
            className={controls.select}
            aria-label={`${NAMES[kind]} by`}
            title={UNITS[meant.unit][1]}
            value={meant.unit}
            onChange={({ target }) => {
              const unit = PROTECTION_UNITS.find((one) => one === target.value);
              if (unit !== undefined) onEdit({ do: 'enter-protection', kind, entry: { text: '', unit } });
            }}
          >
            {PROTECTION_UNITS.map((unit) => (
              <option key={unit} value={unit} title={UNITS[unit][1]}>
                {UNITS[unit][0]}
              </option>
            ))}
          </select>
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
          label={`${NAMES[kind]} limit`}
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
      aria-label={`${NAMES[kind]} order`}
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
