/** Closes a position with a limit order: price and quantity, reduce-only. */
import { type FormEvent, useEffect, useState } from 'react';
import type { Price } from '#contract/brand.ts';
import { add, ratio, scale, snapToStep } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { limitClose } from '../../account/closing.ts';
import { usePlacer } from '../../account/use-placer.ts';
import { bestBidAsk } from '../../market/book-store.ts';
import { tickerNow } from '../../market/ticker-store.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { TextField } from '../../ui/text-field.tsx';

/** Where the other side of the book begins, else the last price: a close that rests in front. */
function suggestedPrice({ symbol, side }: Position): Price | '' {
  const { bid, ask } = bestBidAsk(symbol);
  return (side === 'Buy' ? ask : bid) ?? tickerNow(symbol)?.last ?? '';
}

function stepped<D extends Price>(text: string, step: D, steps: number): string {
  if (!/^\d+(\.\d+)?$/.test(text)) return text;
  return add(snapToStep(text as D, step, 'nearest'), scale(step, ratio(String(steps))));
}

export function LimitCloseForm(props: {
  readonly position: Position;
  readonly product: Product;
  readonly onDone: () => void;
}) {
  const { position, product, onDone } = props;
  const [price, setPrice] = useState<string>(() => suggestedPrice(position));
  const [qty, setQty] = useState<string>(position.size);
  const placer = usePlacer();
  const close = limitClose(position, product, { price, qty });
  const { placement } = placer;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (close.ok) placer.send(close.plan);
  };
  const isTaken = placement.at === 'taken';
  useEffect(() => {
    if (isTaken) onDone();
  }, [isTaken, onDone]);
  const problem =
    placement.at === 'refused'
      ? placement.sentence
      : close.ok
        ? undefined
        : (close.priceError ?? close.qtyError);
  return (
    <form
      className={table.inline}
      aria-label={`Limit close ${position.symbol}`}
      onSubmit={submit}
      onKeyDown={({ key }) => {
        if (key === 'Escape') onDone();
      }}
    >
      <span className={table.problem} role="alert">
        {problem}
      </span>
      {placement.at === 'unknown' && <span className={table.pending}>Outcome unknown: checking</span>}
      <span className={table.muted}>Price</span>
      <TextField
        label="Close price"
        size="small"
        value={price}
        onChange={setPrice}
        onStep={(steps) => setPrice(stepped(price, product.tickSize, steps))}
        error={close.ok ? undefined : close.priceError}
      />
      <span className={table.muted}>Quantity</span>
      <TextField
        label="Close quantity"
        size="small"
        value={qty}
        onChange={setQty}
        error={close.ok ? undefined : close.qtyError}
      />
      <Button
        kind="main"
        type="submit"
        disabled={!close.ok || placement.at === 'sending' || placement.at === 'unknown'}
      >
        Place closing order
      </Button>
      <Button kind="quiet" onClick={onDone}>
        Dismiss
      </Button>
    </form>
  );
}
