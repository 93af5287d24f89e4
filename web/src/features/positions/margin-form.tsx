/** Margin mode and leverage of a held leg, and how much backs it while it is isolated; each with what it would do. */
import { type FormEvent, useRef, useState } from 'react';
import type { Price } from '#contract/brand.ts';
import { liquidationPrice, positionCost } from '#contract/cost.ts';
import { sub, toNumberLossy, ZERO_MONEY } from '#contract/decimal.ts';
import type { Position, Product, Wallet } from '#contract/model.ts';
import type { MarginMode } from '#contract/vocabulary.ts';
import { useWallet } from '../../account/account-store.ts';
import {
  leverageChange,
  type MarginMove,
  marginAfter,
  marginRoom,
  readLeverage,
} from '../../account/leverage.ts';
import { deriveUPnl, effectiveLeverage } from '../../account/pnl.ts';
import { backingOf } from '../../account/position-figures.ts';
import { refetchSettings, useSettings } from '../../account/settings.ts';
import { useTakerFeeRate } from '../../account/use-fee-rates.ts';
import { type Answer, assignMargin, setLeverage } from '../../exchange/commands.ts';
import { faultSentence } from '../../exchange/rest.ts';
import { formatMoney, formatPrice, NO_VALUE } from '../../lib/format.ts';
import { useTicker } from '../../market/ticker-store.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import controls from '../../ui/controls.module.css';
import table from '../../ui/data-table.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { useStill } from '../../ui/use-still.ts';

interface FormProps {
  readonly position: Position;
  readonly product: Product;
  readonly onDone: () => void;
}

export function MarginForm({ position, product, onDone }: FormProps) {
  const wallet = useWallet();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape leaves whichever of the two forms has the focus.
    <div
      onKeyDown={({ key }) => {
        if (key === 'Escape') onDone();
      }}
    >
      <LeverageForm position={position} product={product} wallet={wallet} onDone={onDone} />
      {position.marginMode === 'isolated' && wallet !== undefined && (
        <AssignForm position={position} product={product} wallet={wallet} />
      )}
    </div>
  );
}

/** One request at a time, and why the last one changed nothing. */
function useAsking() {
  const [problem, setProblem] = useState<string>();
  const [isAsking, setIsAsking] = useState(false);
  const ask = async (answer: Answer<undefined>): Promise<boolean> => {
    setProblem(undefined);
    setIsAsking(true);
    const told = await answer;
    setIsAsking(false);
    if (!told.ok) setProblem(faultSentence(told.problem));
    return told.ok;
  };
  return { problem, isAsking, ask };
}

function Effect({ at, product }: { readonly at: Price | undefined; readonly product: Product }) {
  return (
    <span
      className={table.outcome}
      title="By Perpdeck's own arithmetic; the exchange's word stands in the row once it is set"
    >
      Liquidation ≈ {at === undefined ? NO_VALUE : formatPrice(at, product.tickSize)}
    </span>
  );
}

function LeverageForm({
  position,
  product,
  wallet,
  onDone,
}: FormProps & { readonly wallet: Wallet | undefined }) {
  const settings = useSettings(position.symbol);
  const takerFeeRate = useTakerFeeRate(position.symbol);
  // Only what was chosen here: the other one is as the position has it by then, whoever has changed it.
  const [chosenMode, setMarginMode] = useState<MarginMode>();
  const [typed, setText] = useState<string>();
  const marginMode = chosenMode ?? position.marginMode;
  const held = effectiveLeverage(position.leverage, product);
  const current = useStill(held);
  const { problem, isAsking, ask } = useAsking();
  // What stands still under the caret is only shown: untyped it is no wish to go back to it.
  const leverage = readLeverage(typed ?? held, product);
  const isSame = marginMode === position.marginMode && leverage === held;
  const change =
    settings && leverage && !isSame
      ? leverageChange(settings, position.posSide, { marginMode, leverage })
      : undefined;
  const free = wallet && sub(wallet.balance, wallet.used);
  const backing =
    leverage && marginMode === 'isolated'
      ? positionCost(position, leverage, takerFeeRate)
      : free && backingOf({ ...position, marginMode }, free);
  const at =
    leverage && backing && liquidationPrice(product, { ...position, marginMode, backing, takerFeeRate });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (change === undefined || isAsking || !(await ask(setLeverage(change)))) return;
    void refetchSettings();
    onDone();
  };
  return (
    <form
      className={table.inline}
      aria-label={`Leverage of ${position.symbol}`}
      onSubmit={(event) => void submit(event)}
    >
      <span className={table.problem} role="alert">
        {problem}
      </span>
      <Choice
        label="Margin mode"
        value={marginMode}
        options={[
          { value: 'cross', label: 'Cross' },
          { value: 'isolated', label: 'Isolated' },
        ]}
        onChoose={setMarginMode}
      />
      <TextField
        label="Leverage"
        size="small"
        unit="x"
        value={typed ?? current.text}
        onChange={setText}
        onFocus={current.onFocus}
        onBlur={current.onBlur}
        error={leverage === undefined ? `1 to ${product.leverageMax}` : undefined}
      />
      <span className={table.slide}>
        <input
          type="range"
          className={controls.slider}
          aria-label="Leverage, slider"
          title={`1x to ${product.leverageMax}x`}
          min={1}
          max={product.leverageMax}
          value={leverage === undefined ? 1 : toNumberLossy(leverage)}
          onChange={(event) => setText(event.target.value)}
        />
      </span>
      <Effect at={at} product={product} />
      <Button kind="main" type="submit" disabled={change === undefined || isAsking}>
        Set leverage
      </Button>
      <Button kind="quiet" onClick={onDone}>
        Dismiss
      </Button>
    </form>
  );
}

/** Adds to what backs an isolated position, or takes back what was added. */
function AssignForm({ position, product, wallet }: Omit<FormProps, 'onDone'> & { readonly wallet: Wallet }) {
  const [move, setMove] = useState<MarginMove>('add');
  const [text, setText] = useState('');
  const amount = useRef<HTMLInputElement>(null);
  const { problem, isAsking, ask } = useAsking();
  const mark = useTicker(position.symbol, ({ markPrice }) => markPrice);
  const available = sub(wallet.balance, wallet.used);
  const room = marginRoom(position, deriveUPnl(position, mark) ?? ZERO_MONEY, available);
  const balance = marginAfter(text, move, room);
  const most = move === 'add' ? room.addable : room.removable;
  const { symbol, posSide } = position;
  const takerFeeRate = useTakerFeeRate(symbol);
  const at = balance && liquidationPrice(product, { ...position, backing: balance, takerFeeRate });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (balance === undefined || isAsking) return;
    if (!(await ask(assignMargin({ symbol, posSide, balance })))) return;
    setText('');
    // The button has nothing to do now: who came by the keyboard goes on from the field.
    amount.current?.focus();
  };
  return (
    <form
      className={table.inline}
      aria-label={`Margin of ${symbol}`}
      onSubmit={(event) => void submit(event)}
    >
      <span className={table.problem} role="alert">
        {problem}
      </span>
      <Choice
        label="Margin"
        value={move}
        options={[
          { value: 'add', label: 'Add' },
          { value: 'remove', label: 'Remove' },
        ]}
        onChoose={setMove}
      />
      <TextField
        label="Margin amount"
        inputRef={amount}
        size="small"
        unit={product.settle}
        value={text}
        onChange={setText}
        error={text !== '' && balance === undefined ? `At most ${formatMoney(most)}` : undefined}
      />
      <Button kind="quiet" title="The most there is room for" onClick={() => setText(most)}>
        Max {formatMoney(most)}
      </Button>
      <Effect at={at} product={product} />
      <Button kind="main" type="submit" disabled={balance === undefined || isAsking}>
        {move === 'add' ? 'Add margin' : 'Remove margin'}
      </Button>
    </form>
  );
}
