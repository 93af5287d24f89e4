/**
 * Take-profit and stop-loss of one position, in the unit that its trader thinks in; set, moved or taken back at once.
 * A field that is not touched shows the order that stands, as it changes, and asks for nothing.
 */
import type { Price } from '#contract/brand.ts';
import type { Position, Product } from '#contract/model.ts';
import { breakEvenPrice } from '../../account/position-figures.ts';
import { purposeAt } from '../../account/protection.ts';
import { PROTECTION_UNITS, type ProtectionUnit } from '../../account/protection-entry.ts';
import { changeWords, PURPOSE_NAMES } from '../../account/protection-words.ts';
import { useTakerFeeRate } from '../../account/use-fee-rates.ts';
import { tickerNow } from '../../market/ticker-store.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { Select } from '../../ui/select.tsx';
import { PurposeLine } from './purpose-line.tsx';
import { type ProtectFormProps, useProtecting } from './use-protecting.ts';

const UNIT_NAMES: Readonly<Record<ProtectionUnit, string>> = {
  price: 'Price',
  percent: '% of entry',
  roi: 'ROI %',
  pnl: 'PnL USDT',
};
export function ProtectForm(props: ProtectFormProps) {
  const { position, product, onDone } = props;
  const form = useProtecting(props);
  const { changes, problem, undone, isSending } = form;
  const warning = form.readings.find((reading) => reading.warning !== undefined)?.warning;
  const told =
    undone.length > 0
      ? `${undone.map((purpose) => PURPOSE_NAMES[purpose]).join(' and ')}: not done`
      : undefined;
  const removesStop = changes.some(({ purpose, do: wish }) => purpose === 'stop-loss' && wish === 'remove');
  return (
    <form
      className={table.lines}
      aria-label={`Protect ${position.symbol}`}
      onSubmit={(event) => void form.submit(event)}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onDone();
      }}
    >
      {form.readings.map((reading) => {
        const { purpose } = reading;
        return (
          <PurposeLine
            key={purpose}
            reading={reading}
            count={form.orders[purpose].length}
            position={position}
            product={product}
            isNew={form.draft.of[purpose]?.isNew === true}
            percent={form.draft.of[purpose]?.percent ?? 100}
            onEnter={(entered) => form.enter(purpose, entered)}
            onAnother={() => form.another(purpose)}
          />
        );
      })}
      <div className={table.inline}>
        <span
          className={problem === undefined && told === undefined ? table.warning : table.problem}
          role="alert"
        >
          {problem ?? told ?? warning}
        </span>
        <Select
          label="Unit"
          title="What take profit and stop loss are entered in"
          value={form.unit}
          names={UNIT_NAMES}
          options={PROTECTION_UNITS}
          onChoose={form.chooseUnit}
        />
        <BreakEvenStop
          position={position}
          product={product}
          onTake={(price) => form.enterPrice('stop-loss', price)}
        />
        <Button
          kind={removesStop ? 'danger' : 'main'}
          type="submit"
          title={changes.length === 0 ? 'Nothing is changed' : undefined}
          disabled={problem !== undefined || changes.length === 0 || isSending}
        >
          {isSending ? 'Sending…' : changeWords(changes)}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          Dismiss
        </Button>
      </div>
    </form>
  );
}

/** Puts the stop where nothing is lost, once the market is beyond that. */
function BreakEvenStop(props: {
  readonly position: Position;
  readonly product: Product;
  readonly onTake: (price: Price) => void;
}) {
  const { position, product, onTake } = props;
  const at = breakEvenPrice(position, product, useTakerFeeRate(product.symbol));
  const mark = tickerNow(position.symbol)?.markPrice;
  const isPossible = at !== undefined && mark !== undefined && purposeAt(position, at, mark) === 'stop-loss';
  return (
    <Button
      kind="quiet"
      label="Stop at break-even"
      title={isPossible ? `Stop at ${at}, where nothing is lost` : 'Mark is not beyond break-even yet'}
      disabled={!isPossible}
      onClick={() => at !== undefined && onTake(at)}
    >
      BE
    </Button>
  );
}
