/** Closes a position, or a share of it, at market or with a resting limit order; reduce-only. */
import { type FormEvent, useEffect, useState } from 'react';
import type { Price, Qty } from '#contract/brand.ts';
import { add, quotient, ratio, scale, sign, snapToStep, toNumberLossy } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { legKey } from '../../account/apply-account.ts';
import { limitClose, marketClose, partOf } from '../../account/closing.ts';
import { sendForLeg, useLegState } from '../../account/leg-orders.ts';
import { formatQty } from '../../lib/format.ts';
import { bestBidAsk } from '../../market/book-store.ts';
import { tickerNow } from '../../market/ticker-store.ts';
import { Button } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import controls from '../../ui/controls.module.css';
import table from '../../ui/data-table.module.css';
import { TextField } from '../../ui/text-field.tsx';
import { useStill } from '../../ui/use-still.ts';
import { WholeActions } from './position-actions.tsx';

/** Where the other side of the book begins, else the last price: a close that rests in front. */
function suggestedPrice({ symbol, side }: Position): Price | '' {
  const { bid, ask } = bestBidAsk(symbol);
  return (side === 'Buy' ? ask : bid) ?? tickerNow(symbol)?.last ?? '';
}

function stepped<D extends Price>(text: string, step: D, steps: number): string {
  if (!/^\d+(\.\d+)?$/.test(text)) return text;
  return add(snapToStep(text as D, step, 'nearest'), scale(step, ratio(String(steps))));
}

interface CloseFormProps {
  readonly position: Position;
  readonly product: Product;
  readonly onDone: () => void;
}

export function CloseForm({ position, product, onDone }: CloseFormProps) {
  const [ordType, setOrdType] = useState<'Limit' | 'Market'>('Limit');
  const [price, setPrice] = useState<string>(() => suggestedPrice(position));
  // All of it, whatever that becomes meanwhile, until something else is typed.
  const [typedQty, setQty] = useState<string>();
  const whole = useStill(position.size);
  const qty: string = typedQty ?? whole.text;
  const [isSent, setIsSent] = useState(false);
  const leg = legKey(position);
  const { latest, sending } = useLegState(leg);
  const isBusy = sending.has('form');
  const isMarket = ordType === 'Market';
  // At market the price is not asked for: any within the limits makes the quantity be judged alone.
  const close = limitClose(position, product, { price: isMarket ? position.avgEntryPrice : price, qty });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!close.ok || isBusy) return;
    const plans = isMarket ? marketClose(position, product, close.qty) : close.plans;
    setIsSent(sendForLeg(leg, 'form', plans));
  };
  const isTaken = isSent && latest.at === 'taken';
  useEffect(() => {
    if (isTaken) onDone();
  }, [isTaken, onDone]);
  const priceError = close.ok || isMarket ? undefined : close.priceError;
  return (
    <form
      className={table.inline}
      aria-label={`Close ${position.symbol}`}
      onSubmit={submit}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onDone();
      }}
    >
      <span className={table.problem} role="alert">
        {close.ok ? undefined : (close.priceError ?? close.qtyError)}
      </span>
      <Choice
        label="Closing order type"
        value={ordType}
        options={[
          { value: 'Limit', label: 'Limit' },
          { value: 'Market', label: 'Market' },
        ]}
        onChoose={setOrdType}
      />
      <span className={table.named}>
        <span className={table.muted}>Price</span>
        <TextField
          label="Close price"
          size="small"
          value={isMarket ? '' : price}
          placeholder={isMarket ? 'Market' : ''}
          isDisabled={isMarket}
          onChange={setPrice}
          onStep={(steps) => setPrice(stepped(price, product.tickSize, steps))}
          error={priceError}
        />
      </span>
      <span className={table.named}>
        <span className={table.muted}>Quantity</span>
        <TextField
          label="Close quantity"
          size="small"
          value={qty}
          onChange={setQty}
          onFocus={whole.onFocus}
          onBlur={whole.onBlur}
          error={close.ok ? undefined : close.qtyError}
        />
      </span>
      <Shares position={position} product={product} qty={close.ok ? close.qty : undefined} onTake={setQty} />
      <span className={table.actions} data-show="medium">
        <WholeActions position={position} product={product} />
      </span>
      <Button kind="main" type="submit" disabled={!close.ok || isBusy}>
        {isMarket ? 'Close at the market price' : 'Place closing order'}
      </Button>
      <Button kind="quiet" onClick={onDone}>
        Dismiss
      </Button>
    </form>
  );
}

const SHARES = [25, 50, 75, 100];

function Shares(props: {
  readonly position: Position;
  readonly product: Product;
  readonly qty: Qty | undefined;
  readonly onTake: (qty: Qty) => void;
}) {
  const { position, product, qty, onTake } = props;
  const share = qty === undefined ? 0 : Math.round(100 * toNumberLossy(quotient(qty, position.size, 4)));
  const take = (percent: number) => onTake(partOf(position, product, percent));
  return (
    <span className={table.shares}>
      <input
        type="range"
        min={0}
        max={100}
        className={controls.slider}
        aria-label="Share of the position, per cent"
        title={`${share}% of the position`}
        value={share}
        onChange={(event) => take(Number(event.target.value))}
      />
      {SHARES.map((percent) => {
        const part = partOf(position, product, percent);
        return (
          <Button
            key={percent}
            kind="quiet"
            aria-pressed={share === percent}
            title={`${formatQty(part, product.qtyStep)} ${product.base}`}
            disabled={sign(part) === 0}
            onClick={() => take(percent)}
          >
            {percent}%
          </Button>
        );
      })}
    </span>
  );
}
