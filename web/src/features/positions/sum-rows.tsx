/** Sums below positions: what a hedged pair comes to, and all of them together. */
import { compare, sub } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { SETTLE_CURRENCY } from '../../account/account-store.ts';
import { crossMarginRatioNow } from '../../account/margin-now.ts';
import { deriveTotals, type Totals } from '../../account/pnl.ts';
import {
  directionOf,
  formatMoney,
  formatPercent,
  formatQty,
  formatSigned,
  NO_VALUE,
} from '../../lib/format.ts';
import { tickerNow, useTickerFigure } from '../../market/ticker-store.ts';
import table from '../../ui/data-table.module.css';

const markOf = (symbol: Position['symbol']) => tickerNow(symbol)?.markPrice;

/** Re-renders only when one of the sums changes as it is shown. */
function useTotals(positions: readonly Position[]): Totals | undefined {
  useTickerFigure(() => {
    const totals = deriveTotals(positions, markOf);
    return totals === undefined ? '' : `${formatMoney(totals.notional)} ${formatMoney(totals.unrealisedPnl)}`;
  });
  return deriveTotals(positions, markOf);
}

export function TotalRow({ positions }: { readonly positions: readonly Position[] }) {
  const totals = useTotals(positions);
  const ratio = crossMarginRatioNow();
  return (
    <tr className={table.sum} data-sum={true}>
      <td data-align="start" data-span="all">
        Total {SETTLE_CURRENCY}
      </td>
      <td />
      <SumCell label="Value" hide="large" text={totals && formatMoney(totals.notional)} />
      <td />
      <td data-hide="large" />
      <td data-hide="large" />
      <td />
      <SumCell
        label="Margin"
        hide="medium"
        text={totals && formatMoney(totals.margin)}
        note={ratio && formatPercent(ratio)}
        title="Margin that positions tie up, and the cross positions' margin ratio: at 100 % they are liquidated"
      />
      <PnlCells totals={totals} />
      <td />
    </tr>
  );
}

/** Long less short: what is left of the pair when one is held against the other. */
export function PairRow(props: {
  readonly long: Position;
  readonly short: Position;
  readonly product: Product | undefined;
}) {
  const { long, short, product } = props;
  const totals = useTotals([long, short]);
  const isLong = compare(long.size, short.size) >= 0;
  const net = isLong ? sub(long.size, short.size) : sub(short.size, long.size);
  return (
    <tr className={table.sum} data-sum={true}>
      <td data-align="start" data-span="all">
        Net of the pair
        <span className={table.badge} data-side={isLong ? 'Buy' : 'Sell'}>
          {isLong ? 'Long' : 'Short'}
        </span>
      </td>
      <SumCell label="Size" text={product === undefined ? net : formatQty(net, product.qtyStep)} />
      <td data-hide="large" />
      <td />
      <td data-hide="large" />
      <td data-hide="large" />
      <td />
      <td data-hide="medium" />
      <PnlCells totals={totals} />
      <td />
    </tr>
  );
}

function SumCell(props: {
  readonly label: string;
  readonly text: string | undefined;
  readonly note?: string | undefined;
  readonly hide?: 'large' | 'medium';
  readonly title?: string;
}) {
  const { label, text = NO_VALUE, note, hide, title } = props;
  return (
    <td data-label={label} data-private={true} data-hide={hide} className={table.figure} title={title}>
      {text} {note !== undefined && <span className={table.muted}>{note}</span>}
    </td>
  );
}

function PnlCells({ totals }: { readonly totals: Totals | undefined }) {
  return (
    <>
      <td
        data-label="Unrealised PnL"
        data-private={true}
        className={table.figure}
        data-direction={totals && directionOf(totals.unrealisedPnl)}
      >
        {totals === undefined ? NO_VALUE : formatSigned(totals.unrealisedPnl)}
      </td>
      <td
        data-label="Realised PnL"
        data-private={true}
        data-hide="large"
        className={table.figure}
        data-direction={totals && directionOf(totals.realisedPnl)}
      >
        {totals === undefined ? NO_VALUE : formatSigned(totals.realisedPnl)}
      </td>
      <td data-label="Funding" data-hide="large" className={table.figure}>
        {totals === undefined ? NO_VALUE : formatSigned(totals.funding, 4)}
      </td>
      <td data-hide="large" />
    </>
  );
}
