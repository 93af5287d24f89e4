/** What a conditional order waits for: its kind, the price it watches, and the trigger or the distance of a trail. */
import { ratio } from '#contract/decimal.ts';
import { SOURCE_NAMES, TYPE_NAMES } from '../../account/order-words.ts';
import { Select } from '../../ui/select.tsx';
import { TextField } from '../../ui/text-field.tsx';
import { CONDITIONAL_TYPES, type Draft, type DraftAction, isConditional } from './draft.ts';
import type { TicketContext } from './facts.ts';
import styles from './order-ticket.module.css';
import { readTickPrice, stepValue } from './reading.ts';
import { SourceSelect } from './source-select.tsx';
import { waitsFor } from './trigger.ts';
import type { TicketErrors } from './validate.ts';

export interface ConditionalFieldsProps {
  readonly draft: Draft;
  readonly context: TicketContext | undefined;
  readonly errors: TicketErrors;
  readonly onEdit: (action: DraftAction) => void;
}

export function ConditionalFields({ draft, context, errors, onEdit }: ConditionalFieldsProps) {
  if (!isConditional(draft)) return null;
  const isTrailing = draft.ordType === 'TrailingStop';
  return (
    <>
      <div className={styles.conditional}>
        <Select<Draft['ordType']>
          label="Conditional type"
          title="What becomes of it once it is triggered"
          value={draft.ordType}
          names={TYPE_NAMES}
          options={CONDITIONAL_TYPES}
          onChoose={(ordType) => onEdit({ do: 'choose-type', ordType })}
        />
        <SourceSelect
          label="Trigger source"
          title="Which price sets it off"
          source={draft.triggerSource}
          onChoose={(source) => onEdit({ do: 'choose-trigger-source', source })}
        />
      </div>
      {isTrailing && <TrailField draft={draft} context={context} error={errors.trail} onEdit={onEdit} />}
      <TriggerField draft={draft} context={context} error={errors.trigger} onEdit={onEdit} />
    </>
  );
}

type FieldProps = Omit<ConditionalFieldsProps, 'errors'> & { readonly error: string | undefined };

function TriggerField({ draft, context, error, onEdit }: FieldProps) {
  const product = context?.product;
  const isTrailing = draft.ordType === 'TrailingStop';
  const enter = (text: string | undefined) => {
    if (text !== undefined) onEdit({ do: 'enter-trigger', text });
  };
  const name = isTrailing ? 'Activation price' : 'Trigger price';
  const sign = waitsFor(draft) === 'rise' ? '≥' : '≤';
  return (
    <div className={styles.entry}>
      <TextField
        label={name}
        value={draft.triggerText}
        placeholder={isTrailing ? 'At once' : ''}
        unit={product?.quote}
        error={error}
        onChange={enter}
        onBlur={() => enter(product && readTickPrice(draft.triggerText, product))}
        onStep={(steps) => enter(product && stepValue(draft.triggerText, product.tickSize, steps))}
      />
      <p className={styles.hint}>
        <span className={styles.error} role="alert">
          {error}
        </span>
        {error === undefined && draft.triggerText !== '' && (
          <span className={styles.most}>
            {isTrailing ? 'Follows once' : 'When'} {SOURCE_NAMES[draft.triggerSource]} {sign} it
          </span>
        )}
      </p>
    </div>
  );
}

/** One step of a distance in per cent. */
const PERCENT_STEP = ratio('0.1');

function TrailField({ draft, context, error, onEdit }: FieldProps) {
  const product = context?.product;
  const isPercent = draft.trailUnit === 'percent';
  const step = (steps: number) => {
    const size = isPercent ? PERCENT_STEP : product?.tickSize;
    const text = size && stepValue(draft.trailText, size, steps);
    if (text !== undefined) onEdit({ do: 'enter-trail', text });
  };
  const other = isPercent ? (product?.quote ?? 'price') : 'per cent';
  return (
    <div className={styles.entry}>
      <TextField
        label="Trail distance"
        value={draft.trailText}
        placeholder="0"
        unit={
          <button
            type="button"
            className={styles.unit}
            aria-label={`Change the unit of the distance to ${other}`}
            title={`Enter it in ${other} instead`}
            onClick={() => onEdit({ do: 'choose-trail-unit', unit: isPercent ? 'price' : 'percent' })}
          >
            {isPercent ? '%' : product?.quote} <span aria-hidden="true">⇄</span>
          </button>
        }
        error={error}
        onChange={(text) => onEdit({ do: 'enter-trail', text })}
        onStep={step}
      />
      <p className={styles.hint}>
        <span className={styles.error} role="alert">
          {error}
        </span>
        {error === undefined && (
          <span className={styles.most}>
            {draft.side === 'Sell' ? 'Below the highest' : 'Above the lowest'}{' '}
            {SOURCE_NAMES[draft.triggerSource]} seen
          </span>
        )}
      </p>
    </div>
  );
}
