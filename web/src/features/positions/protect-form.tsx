/**
 * Take-profit and stop-loss of one position, in the unit that its trader thinks in; set, moved or taken back at once.
 * A field that is not touched shows the order that stands, as it changes, and asks for nothing.
 */
import { type FormEvent, useState } from 'react';
import type { Price } from '#contract/brand.ts';
import { unrealisedPnl } from '#contract/cost.ts';
import type { Position, Product } from '#contract/model.ts';
import { TRIGGER_SOURCES, type TriggerSource } from '#contract/vocabulary.ts';
import { useOpenOrders } from '../../account/account-store.ts';
import { breakEvenPrice } from '../../account/position-figures.ts';
import { protect } from '../../account/protect.ts';
import { protectingOrders, purposeAt } from '../../account/protection.ts';
import {
  changeWords,
  edited,
  inUnit,
  NO_DRAFT,
  type Protected,
  type PurposeReading,
  readPurpose,
  without,
} from '../../account/protection-draft.ts';
import {
  entryOfPosition,
  PROTECTION_UNITS,
  type ProtectionUnit,
  type Purpose,
  protectionText,
} from '../../account/protection-entry.ts';
import { PURPOSE_NAMES } from '../../account/protector.ts';
import { useTakerFeeRate } from '../../account/use-fee-rates.ts';
import { directionOf, formatPrice, formatSigned } from '../../lib/format.ts';
import { tickerNow, useTicker } from '../../market/ticker-store.ts';
import { Button } from '../../ui/button.tsx';
import controls from '../../ui/controls.module.css';
import table from '../../ui/data-table.module.css';
import { TextField } from '../../ui/text-field.tsx';

const UNIT_NAMES: Readonly<Record<ProtectionUnit, string>> = {
  price: 'Price',
  percent: '% of entry',
  roi: 'ROI %',
  pnl: 'PnL USDT',
};
const SOURCE_NAMES: Readonly<Record<TriggerSource, string>> = {
  ByMarkPrice: 'by mark',
  ByLastPrice: 'by last',
  ByIndexPrice: 'by index',
};
const PURPOSES = ['take-profit', 'stop-loss'] as const;

interface ProtectFormProps {
  readonly position: Position;
  readonly product: Product;
  readonly onDone: () => void;
}

/** What stands, what is entered over it, and the way to ask for the difference. */
function useProtecting({ position, product, onDone }: ProtectFormProps) {
  const orders = protectingOrders(position, useOpenOrders().values());
  const [draft, setDraft] = useState(NO_DRAFT);
  const [undone, setUndone] = useState<readonly Purpose[]>([]);
  const [isSending, setIsSending] = useState(false);
  const { symbol } = position;
  useTicker(symbol, ({ markPrice, last, indexPrice }) => `${markPrice} ${last} ${indexPrice}`);
  const over: Protected = {
    position,
    product,
    standing: { 'take-profit': orders['take-profit'][0], 'stop-loss': orders['stop-loss'][0] },
    ticker: tickerNow(symbol),
  };
  const readings = PURPOSES.map((purpose) => readPurpose(purpose, draft, over));
  const changes = readings.flatMap(({ change }) => (change === undefined ? [] : [change]));
  const problem = readings.find((reading) => reading.problem !== undefined)?.problem;
  const edit = (next: typeof draft) => {
    setDraft(next);
    setUndone([]);
  };
  return {
    orders,
    readings,
    changes,
    problem,
    undone,
    isSending,
    unit: draft.unit,
    chooseUnit: (unit: ProtectionUnit) => edit(inUnit(draft, unit, over)),
    enter: (purpose: Purpose, text: string) => edit(edited(draft, purpose, { text })),
    chooseSource: (purpose: Purpose, source: TriggerSource) => edit(edited(draft, purpose, { source })),
    /** As entered in the unit of the texts. */
    enterPrice: (purpose: Purpose, price: Price) => {
      const entry = entryOfPosition(position, product);
      const text = protectionText(purpose, price, { unit: draft.unit, entry });
      edit(
        text === undefined
          ? edited({ ...draft, unit: 'price' }, purpose, { text: price })
          : edited(draft, purpose, { text }),
      );
    },
    submit: async (event: FormEvent) => {
      event.preventDefault();
      if (problem !== undefined || changes.length === 0 || isSending) return;
      setIsSending(true);
      const failed = await protect(position, changes);
      setIsSending(false);
      if (failed.length === 0) return onDone();
      setUndone(failed);
      setDraft(
        without(
          draft,
          changes.map(({ purpose }) => purpose).filter((purpose) => !failed.includes(purpose)),
        ),
      );
    },
  };
}

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
            onText={(text) => form.enter(purpose, text)}
            onSource={(source) => form.chooseSource(purpose, source)}
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

/** The field, what it goes by, and what it would come to: at which price, with what gain or loss before fees. */
function PurposeLine(props: {
  readonly reading: PurposeReading;
  /** How many orders there are for it. */
  readonly count: number;
  readonly position: Position;
  readonly product: Product;
  readonly onText: (text: string) => void;
  readonly onSource: (source: TriggerSource) => void;
}) {
  const { reading, count, position, product, onText, onSource } = props;
  const { purpose, text, price, problem, source, standing, change } = reading;
  const name = PURPOSE_NAMES[purpose];
  const isTrailing = standing?.trail !== undefined;
  return (
    <div className={table.inline}>
      {count > 1 && <span className={table.muted}>The nearest of {count}</span>}
      <span className={table.muted}>{name}</span>
      <TextField
        label={name}
        size="small"
        value={text}
        placeholder="None"
        onChange={onText}
        error={problem}
      />
      <Select
        label={`${name} trigger`}
        title={
          isTrailing
            ? 'A trailing stop keeps to the price that it has followed'
            : 'Which price sets it off; liquidation goes by mark'
        }
        value={source}
        isDisabled={isTrailing}
        names={SOURCE_NAMES}
        options={TRIGGER_SOURCES}
        onChoose={onSource}
      />
      {change?.do === 'remove' ? (
        <Removal standing={standing?.trigger?.price} product={product} />
      ) : (
        <Outcome price={price} position={position} product={product} />
      )}
    </div>
  );
}

function Outcome(props: {
  readonly price: Price | undefined;
  readonly position: Position;
  readonly product: Product;
}) {
  const { price, position, product } = props;
  const pnl = price && unrealisedPnl(position, price);
  return (
    <span className={table.outcome} data-direction={pnl && directionOf(pnl)} title="Before fees">
      {price && pnl ? `${formatPrice(price, product.tickSize)}: ${formatSigned(pnl)}` : ''}
    </span>
  );
}

/** An emptied field takes back the order that stands: it says so before it is sent. */
function Removal({ standing, product }: { readonly standing: Price | undefined; readonly product: Product }) {
  return (
    <span className={`${table.outcome} ${table.warning}`} role="status">
      {standing === undefined ? '' : `${formatPrice(standing, product.tickSize)} is removed`}
    </span>
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

function Select<T extends string>(props: {
  readonly label: string;
  readonly title: string;
  /** Absent: something else than the options. */
  readonly value: T | undefined;
  readonly isDisabled?: boolean;
  readonly names: Readonly<Record<T, string>>;
  readonly options: readonly T[];
  readonly onChoose: (value: T) => void;
}) {
  const { label, title, value, isDisabled, names, options, onChoose } = props;
  return (
    <select
      className={controls.select}
      aria-label={label}
      title={title}
      value={value ?? ''}
      disabled={isDisabled}
      onChange={({ target }) => {
        const chosen = options.find((option) => option === target.value);
        if (chosen !== undefined) onChoose(chosen);
      }}
    >
      {value === undefined && <option value="">as placed</option>}
      {options.map((option) => (
        <option key={option} value={option}>
          {names[option]}
        </option>
      ))}
    </select>
  );
}
