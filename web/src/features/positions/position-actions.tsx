/** What can be done about one position, one click each; what needs a price or a quantity opens the form below. */
import type { Ref } from 'react';
import { sign } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { legKey } from '../../account/apply-account.ts';
import { breakEvenClose, marketClose, partOf, reversal } from '../../account/closing.ts';
import { sendForLeg, useLegPlacement } from '../../account/leg-orders.ts';
import { formatQty } from '../../lib/format.ts';
import { useTicker } from '../../market/ticker-store.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { FlipIcon } from '../../ui/icons.tsx';

const PARTS = [
  { percent: 25, shown: '¼', name: 'a quarter' },
  { percent: 50, shown: '½', name: 'half' },
] as const;

export function PositionActions(props: {
  readonly position: Position;
  readonly product: Product | undefined;
  readonly formButton: Ref<HTMLButtonElement>;
  readonly isFormOpen: boolean;
  readonly onToggleForm: () => void;
}) {
  const { position, product, formButton, isFormOpen, onToggleForm } = props;
  const leg = legKey(position);
  const placement = useLegPlacement(leg);
  const isBusy = product === undefined || placement.at === 'sending' || placement.at === 'unknown';
  return (
    <span className={table.actions}>
      {PARTS.map(({ percent, shown, name }) => {
        const part = product && partOf(position, product, percent);
        return (
          <Button
            key={percent}
            label={`Close ${name} of it`}
            title={
              product && part ? `Close ${formatQty(part, product.qtyStep)} ${product.base} at market` : name
            }
            disabled={isBusy || part === undefined || sign(part) === 0}
            onClick={() => part && sendForLeg(leg, [marketClose(position, part)])}
          >
            {shown}
          </Button>
        );
      })}
      <Button
        label="Close position"
        title="Close all of it at the market's price"
        disabled={isBusy}
        onClick={() => sendForLeg(leg, [marketClose(position)])}
      >
        Close
      </Button>
      <Button
        ref={formButton}
        label="Limit close"
        title="Close a share of it, at a price"
        aria-expanded={isFormOpen}
        disabled={product === undefined}
        onClick={onToggleForm}
      >
        Limit
      </Button>
      <span className={table.actions} data-hide="medium">
        {product !== undefined && <WholeActions position={position} product={product} />}
      </span>
    </span>
  );
}

/** Break-even and reverse; where the row has no room for them they stand in the form below it. */
export function WholeActions({
  position,
  product,
}: {
  readonly position: Position;
  readonly product: Product;
}) {
  const leg = legKey(position);
  const placement = useLegPlacement(leg);
  const isBusy = placement.at === 'sending' || placement.at === 'unknown';
  return (
    <>
      <BreakEvenButton position={position} product={product} isBusy={isBusy} />
      <Button
        kind="icon"
        label="Reverse position"
        title={`Turn it round at market: ${position.side === 'Buy' ? 'short' : 'long'} of the same size`}
        disabled={isBusy}
        onClick={() => sendForLeg(leg, reversal(position, product))}
      >
        <FlipIcon />
      </Button>
    </>
  );
}

function BreakEvenButton(props: {
  readonly position: Position;
  readonly product: Product;
  readonly isBusy: boolean;
}) {
  const { position, product, isBusy } = props;
  const last = useTicker(position.symbol, (ticker) => ticker.last);
  const plan = breakEvenClose(position, product, last);
  return (
    <Button
      label="Close at break-even"
      title={
        plan === undefined
          ? 'The market is at break-even or better already: closing now wins'
          : `Rest a closing order at ${plan.price}, where nothing is lost`
      }
      disabled={isBusy || plan === undefined}
      onClick={() => plan && sendForLeg(legKey(position), [plan])}
    >
      BE
    </Button>
  );
}
