/** Take-profit and stop-loss of one position, in the unit that its trader thinks in; set, moved or taken back at once. */
import { type FormEvent, useState } from 'react';
import type { Price } from '#contract/brand.ts';
import { unrealisedPnl } from '#contract/cost.ts';
import type { Position, Product } from '#contract/model.ts';
import { TRIGGER_SOURCES, type TriggerSource } from '#contract/vocabulary.ts';
import { useOpenOrders } from '../../account/account-store.ts';
import { breakEvenPrice } from '../../account/position-figures.ts';
import { protect } from '../../account/protect.ts';
import { protectionProblem, protectionsOf, purposeAt } from '../../account/protection.ts';
import {
  entryOfPosition,
  PROTECTION_UNITS,
  type ProtectionUnit,
  type Purpose,
  protectionPrice,
} from '../../account/protection-entry.ts';
import { stopWarning } from '../../account/stop-warning.ts';
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
const NAMES: Readonly<Record<Purpose, string>> = { 'take-profit': 'Take profit', 'stop-loss': 'Stop loss' };

interface ProtectFormProps {
  readonly position: Position;
  readonly product: Product;
  readonly onDone: () => void;
}

interface Reading {
  readonly purpose: Purpose;
  /** Absent: nothing is entered, so that none is wanted. */
  readonly price?: Price;
  readonly problem?: string;
}

export function ProtectForm({ position, product, onDone }: ProtectFormProps) {
  const known = protectionsOf(position, useOpenOrders().values());
  const [unit, setUnit] = useState<ProtectionUnit>('price');
  const [source, setSource] = useState<TriggerSource>('ByMarkPrice');
  const [texts, setTexts] = useState<Readonly<Record<Purpose, string>>>({
    'take-profit': known['take-profit']?.trigger?.price ?? '',
    'stop-loss': known['stop-loss']?.trigger?.price ?? '',
  });
  const mark = useTicker(position.symbol, ({ markPrice }) => markPrice);
  const entry = entryOfPosition(position, product);
  const read = (purpose: Purpose): Reading => {
    const text = texts[purpose];
    if (text.trim() === '') return { purpose };
    const price = protectionPrice(purpose, { unit, text }, entry);
    if (price === undefined) return { purpose, problem: 'Not a number' };
    const problem = protectionProblem(position, product, { purpose, price, mark });
    return problem === undefined ? { purpose, price } : { purpose, price, problem };
  };
  const readings = PURPOSES.map(read);
  const problem = readings.find((reading) => reading.problem !== undefined)?.problem;
  const stop = readings.find(({ purpose }) => purpose === 'stop-loss')?.price;
  const warning = stop && stopWarning(position, product, { price: stop, source });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (problem !== undefined) return;
    protect(position, readings, source);
    onDone();
  };
  /** The text means the same price in the unit before: it is written anew. */
  const chooseUnit = (next: ProtectionUnit) => {
    setUnit(next);
    setTexts(next === 'price' ? textsOf(readings) : { 'take-profit': '', 'stop-loss': '' });
  };
  return (
    <form
      className={table.inline}
      aria-label={`Protect ${position.symbol}`}
      onSubmit={submit}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onDone();
      }}
    >
      <span className={problem === undefined ? table.warning : table.problem} role="alert">
        {problem ?? warning}
      </span>
      <Select
        label="Unit"
        title="What take profit and stop loss are entered in"
        value={unit}
        names={UNIT_NAMES}
        options={PROTECTION_UNITS}
        onChoose={chooseUnit}
      />
      {readings.map((reading) => (
        <PurposeField
          key={reading.purpose}
          reading={reading}
          position={position}
          product={product}
          text={texts[reading.purpose]}
          onChange={(text) => setTexts({ ...texts, [reading.purpose]: text })}
        />
      ))}
      <BreakEvenStop
        position={position}
        product={product}
        onTake={(price) => {
          setUnit('price');
          setTexts({ ...textsOf(readings), 'stop-loss': price });
        }}
      />
      <Select
        label="Trigger"
        title="Which price sets it off; liquidation goes by mark"
        value={source}
        names={SOURCE_NAMES}
        options={TRIGGER_SOURCES}
        onChoose={setSource}
      />
      <Button kind="main" type="submit" disabled={problem !== undefined}>
        Set TP/SL
      </Button>
      <Button kind="quiet" onClick={onDone}>
        Dismiss
      </Button>
    </form>
  );
}

const textsOf = (readings: readonly Reading[]): Readonly<Record<Purpose, string>> => ({
  'take-profit': readings.find(({ purpose }) => purpose === 'take-profit')?.price ?? '',
  'stop-loss': readings.find(({ purpose }) => purpose === 'stop-loss')?.price ?? '',
});

/** The field, and what it would come to: at which price, with what gain or loss before fees. */
function PurposeField(props: {
  readonly reading: Reading;
  readonly position: Position;
  readonly product: Product;
  readonly text: string;
  readonly onChange: (text: string) => void;
}) {
  const { reading, position, product, text, onChange } = props;
  const { purpose, price, problem } = reading;
  const pnl = price && unrealisedPnl(position, price);
  return (
    <>
      <span className={table.muted}>{NAMES[purpose]}</span>
      <TextField label={NAMES[purpose]} size="small" value={text} onChange={onChange} error={problem} />
      <span className={table.outcome} data-direction={pnl && directionOf(pnl)} title="Before fees">
        {price && pnl ? `${formatPrice(price, product.tickSize)}: ${formatSigned(pnl)}` : ''}
      </span>
    </>
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
  readonly value: T;
  readonly names: Readonly<Record<T, string>>;
  readonly options: readonly T[];
  readonly onChoose: (value: T) => void;
}) {
  const { label, title, value, names, options, onChoose } = props;
  return (
    <select
      className={controls.select}
      aria-label={label}
      title={title}
      value={value}
      onChange={(event) => onChoose(event.target.value as T)}
    >
      {options.map((option) => (
        <option key={option} value={option}>
          {names[option]}
        </option>
      ))}
    </select>
  );
}
