/** What funding cost in the selected product, settlement by settlement; the exchange tells it of one at a time. */
import { useStore } from 'zustand';
import { negate, snapToStep } from '#contract/decimal.ts';
import type { FundingFee } from '#contract/model.ts';
import { useFundingFees } from '../../account/past-positions.ts';
import {
  directionOf,
  formatMoney,
  formatPrice,
  formatQty,
  formatSigned,
  formatSignedPercent,
} from '../../lib/format.ts';
import { formatDayAndClock } from '../../lib/time-format.ts';
import { useProduct } from '../../market/products.ts';
import table from '../../ui/data-table.module.css';
import { selectedSymbolStore } from '../../workspace/selected-symbol.ts';
import { PastTable } from './past-table.tsx';

const FEE_PLACES = 4;
const RATE_PLACES = 4;

export function FundingFees() {
  const symbol = useStore(selectedSymbolStore, (state) => state.symbol);
  const past = useFundingFees(symbol);
  return (
    <PastTable
      label="Funding"
      none={`No funding paid or received in ${symbol} yet`}
      past={past}
      head={
        <tr>
          <th data-align="start">Symbol</th>
          <th data-align="start">Side</th>
          <th>Quantity</th>
          <th data-hide="medium">Mark</th>
          <th>Value</th>
          <th>Rate</th>
          <th title="Received above zero, paid below">Funding</th>
          <th>Time</th>
        </tr>
      }
      row={(fee) => <FeeRow key={`${fee.atMs} ${fee.side}`} fee={fee} />}
    />
  );
}

function FeeRow({
  fee: { symbol, side, qty, markPrice, value, rate, fee, atMs },
}: {
  readonly fee: FundingFee;
}) {
  const product = useProduct(symbol);
  // Received is a gain, so the sign turns.
  const gain = negate(fee);
  return (
    <tr>
      <td data-align="start" data-label="Symbol" className={table.symbol}>
        {symbol}
      </td>
      <td data-align="start" data-label="Side">
        <span data-direction={side === 'Buy' ? 'up' : 'down'}>{side === 'Buy' ? 'Long' : 'Short'}</span>
      </td>
      <td data-label="Quantity" className={table.figure}>
        {product === undefined ? qty : formatQty(qty, product.qtyStep)}
      </td>
      <td data-label="Mark" data-hide="medium" className={table.figure}>
        {product === undefined
          ? markPrice
          : formatPrice(snapToStep(markPrice, product.tickSize, 'nearest'), product.tickSize)}
      </td>
      <td data-label="Value" className={table.figure}>
        {formatMoney(value)}
      </td>
      <td data-label="Rate" className={table.figure}>
        {formatSignedPercent(rate, RATE_PLACES)}
      </td>
      <td data-label="Funding" className={table.figure} data-direction={directionOf(gain)}>
        {formatSigned(gain, FEE_PLACES)}
      </td>
      <td data-label="Time" className={table.muted}>
        {formatDayAndClock(atMs)}
      </td>
    </tr>
  );
}
