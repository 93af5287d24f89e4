/** What can be done about one position, one click each; what needs a price or a quantity opens the form below. */
import type { Price } from '#contract/brand.ts';
import { compare, sign } from '#contract/decimal.ts';
import type { Order, Position, Product } from '#contract/model.ts';
import { useAccountFeed } from '../../account/account-feed.ts';
import { useOpenOrders } from '../../account/account-store.ts';
import { legKey } from '../../account/apply-account.ts';
import { breakEvenClose, marketClose, partOf, reversal } from '../../account/closing.ts';
import { closeAtMarket } from '../../account/flatten.ts';
import { reversalStop } from '../../account/leg-line.ts';
import { sendForLeg, useLegState } from '../../account/leg-orders.ts';
import { breakEvenPrice } from '../../account/position-figures.ts';
import { protect } from '../../account/protect.ts';
import { isStoppedAt, purposeAt } from '../../account/protection.ts';
import { useTakerFeeRate } from '../../account/use-fee-rates.ts';
import { formatQty } from '../../lib/format.ts';
import { tickerNow, useTickerFigure } from '../../market/ticker-store.ts';
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
  const { sending } = useLegState(leg);
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
            disabled={sending.has(name) || part === undefined || sign(part) === 0}
            onClick={() => part && sendForLeg(leg, name, marketClose(position, product, part))}
          >
            {shown}
          </Button>
        );
      })}
      <Button
        label="Close position"
        title="Close all of it at the market's price"
        disabled={sending.has('close')}
        onClick={() => closeAtMarket(position)}
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
      <Button
        label="TP/SL"
        title="Set, move or take back its take profit and stop loss"
        aria-expanded={form === 'protect'}
        disabled={product === undefined}
        onClick={({ currentTarget }) => onToggle('protect', currentTarget)}
      >
        TP/SL
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
  const state = useLegState(leg);
  const stop = reversalStop(state, useAccountFeed());
  return (
    <>
      <BreakEvenButton position={position} product={product} isBusy={state.sending.has('break-even')} />
      <Button
        kind="icon"
        label="Reverse position"
        title={
          stop ?? `Turn it round at market: ${position.side === 'Buy' ? 'short' : 'long'} of the same size`
        }
        disabled={stop !== undefined}
        onClick={() => sendForLeg(leg, 'reverse', reversal(position, product))}
      >
        <FlipIcon />
      </Button>
    </>
  );
}

/** Which way out with nothing lost there is now. */
type WayOut = 'rest' | 'stop' | 'stopped' | 'none';

function wayOut(position: Position, at: Price | undefined, openOrders: Iterable<Order>): WayOut {
  const { last, markPrice } = tickerNow(position.symbol) ?? {};
  if (at === undefined) return 'none';
  const isThere = last !== undefined && compare(last, at) * (position.side === 'Buy' ? 1 : -1) >= 0;
  if (!isThere) return 'rest';
  if (markPrice === undefined || purposeAt(position, at, markPrice) !== 'stop-loss') return 'none';
  return isStoppedAt(position, openOrders, at) ? 'stopped' : 'stop';
}

const WAY_OUT_TITLES: Readonly<Record<WayOut, (at: Price | undefined) => string>> = {
  rest: (at) => `Rest a closing order at ${at}, where nothing is lost`,
  stop: (at) => `Stop loss at ${at}, where nothing is lost`,
  stopped: (at) => `A stop loss stands at ${at} or better already`,
  none: () => 'The market is at break-even',
};

/** Out with nothing lost: a resting order while the position loses, a stop once it wins. */
function BreakEvenButton(props: {
  readonly position: Position;
  readonly product: Product;
  readonly isBusy: boolean;
}) {
  const { position, product, isBusy } = props;
  const takerFeeRate = useTakerFeeRate(product.symbol);
  const at = breakEvenPrice(position, product, takerFeeRate);
  const openOrders = useOpenOrders();
  const way = useTickerFigure(() => wayOut(position, at, openOrders.values()));
  return (
    <Button
      label={way === 'rest' ? 'Close at break-even' : 'Stop at break-even'}
      title={WAY_OUT_TITLES[way](at)}
      disabled={isBusy || way === 'none' || way === 'stopped'}
      onClick={() => {
        const market = tickerNow(position.symbol)?.last;
        const limits = breakEvenClose(position, product, { market, takerFeeRate });
        if (limits !== undefined) sendForLeg(legKey(position), 'break-even', limits);
        else if (wayOut(position, at, openOrders.values()) === 'stop')
          void protect(position, [{ purpose: 'stop-loss', do: 'set', price: at }]);
      }}
    >
      BE
    </Button>
  );
}
