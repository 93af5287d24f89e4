/** What can be done about one position, one click each; what needs a price or a quantity opens the form below. */
import { useStore } from 'zustand';
import { sign } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { accountStore } from '../../account/account-store.ts';
import { legKey } from '../../account/apply-account.ts';
import { breakEvenClose, marketClose, partOf, reversal } from '../../account/closing.ts';
import { sendForLeg, useLegPlacement } from '../../account/leg-orders.ts';
import { breakEvenPrice } from '../../account/position-figures.ts';
import { protect } from '../../account/protect.ts';
import { protectionsOf, purposeAt } from '../../account/protection.ts';
import type { Purpose } from '../../account/protection-entry.ts';
import { stopWarning } from '../../account/stop-warning.ts';
import { formatPrice, formatQty } from '../../lib/format.ts';
import { useTicker } from '../../market/ticker-store.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { FlipIcon } from '../../ui/icons.tsx';

const PARTS = [
  { percent: 25, shown: '¼', name: 'a quarter' },
  { percent: 50, shown: '½', name: 'half' },
] as const;

/** What stands open below a position's row. */
export type PositionForm = 'close' | 'protect' | 'margin';

export function PositionActions(props: {
  readonly position: Position;
  readonly product: Product | undefined;
  readonly form: PositionForm | undefined;
  readonly onToggle: (form: PositionForm, button: HTMLButtonElement) => void;
}) {
  const { position, product, form, onToggle } = props;
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
            onClick={() => part && sendForLeg(leg, name, [marketClose(position, part)])}
          >
            {shown}
          </Button>
        );
      })}
      <Button
        label="Close position"
        title="Close all of it at the market's price"
        disabled={isBusy}
        onClick={() => sendForLeg(leg, 'close', [marketClose(position)])}
      >
        Close
      </Button>
      <Button
        label="Limit close"
        title="Close a share of it, at a price"
        aria-expanded={form === 'close'}
        disabled={product === undefined}
        onClick={({ currentTarget }) => onToggle('close', currentTarget)}
      >
        Limit
      </Button>
      <ProtectButton position={position} product={product} form={form} onToggle={onToggle} />
      <span className={table.actions} data-hide="medium">
        {product !== undefined && <WholeActions position={position} product={product} />}
      </span>
    </span>
  );
}

/** Says at a glance what protects the position. */
function ProtectButton(props: {
  readonly position: Position;
  readonly product: Product | undefined;
  readonly form: PositionForm | undefined;
  readonly onToggle: (form: PositionForm, button: HTMLButtonElement) => void;
}) {
  const { position, product, form, onToggle } = props;
  // As text, so that a hundred other orders may change without a word about this position.
  const standing = useStore(accountStore, ({ openOrders }) => {
    const known = protectionsOf(position, openOrders.values());
    const text = (purpose: Purpose) => {
      const price = known[purpose]?.trigger?.price;
      return price === undefined || product === undefined ? 'none' : formatPrice(price, product.tickSize);
    };
    const stop = known['stop-loss']?.trigger;
    const warning = stop && product && stopWarning(position, product, stop);
    const told = `Take profit: ${text('take-profit')}, stop loss: ${text('stop-loss')}`;
    return warning === undefined ? told : `${told}\n${warning}`;
  });
  const isProtected = /\d/.test(standing);
  return (
    <Button
      label="TP/SL"
      title={standing}
      aria-expanded={form === 'protect'}
      data-set={isProtected}
      data-warns={standing.includes('\n')}
      disabled={product === undefined}
      onClick={({ currentTarget }) => onToggle('protect', currentTarget)}
    >
      TP/SL
    </Button>
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
        onClick={() => sendForLeg(leg, 'reverse', reversal(position, product))}
      >
        <FlipIcon />
      </Button>
    </>
  );
}

/** Out with nothing lost: a resting order while the position loses, a stop once it wins. */
function BreakEvenButton(props: {
  readonly position: Position;
  readonly product: Product;
  readonly isBusy: boolean;
}) {
  const { position, product, isBusy } = props;
  const last = useTicker(position.symbol, (ticker) => ticker.last);
  const mark = useTicker(position.symbol, (ticker) => ticker.markPrice);
  const limit = breakEvenClose(position, product, last);
  const at = breakEvenPrice(position, product);
  const canStop = limit === undefined && at && mark && purposeAt(position, at, mark) === 'stop-loss';
  const title =
    limit !== undefined
      ? `Rest a closing order at ${limit.price}, where nothing is lost`
      : canStop
        ? `Stop loss at ${at}, where nothing is lost`
        : 'The market is at break-even';
  return (
    <Button
      label={limit === undefined ? 'Stop at break-even' : 'Close at break-even'}
      title={title}
      disabled={isBusy || (limit === undefined && !canStop)}
      onClick={() => {
        if (limit !== undefined) sendForLeg(legKey(position), 'break-even', [limit]);
        else if (canStop) protect(position, [{ purpose: 'stop-loss', price: at }]);
      }}
    >
      BE
    </Button>
  );
}
