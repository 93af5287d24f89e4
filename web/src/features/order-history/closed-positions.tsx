/** Positions that are over: in and out, what came of them, and what it cost. */
import { negate, snapToStep } from '#contract/decimal.ts';
import type { ClosedPosition } from '#contract/model.ts';
import { useClosedPositions } from '../../account/past-positions.ts';
import {
  directionOf,
  formatMoney,
  formatPrice,
  formatQty,
  formatSigned,
  formatSignedPercent,
  NO_VALUE,
} from '../../lib/format.ts';
import { formatDayAndClock } from '../../lib/time-format.ts';
import { useProduct } from '../../market/products.ts';
import table from '../../ui/data-table.module.css';
import { PastTable } from './past-table.tsx';

/** Fees are small: cents would show most of them as nothing. */
const FEE_PLACES = 4;

const keyOf = ({ symbol, side, closedAtMs, qty }: ClosedPosition): string =>
  `${symbol} ${side} ${closedAtMs} ${qty}`;

export function ClosedPositions() {
  const past = useClosedPositions();
  return (
    <PastTable
      label="Closed PnL"
      none="No closed positions yet"
      past={past}
      head={
        <tr>
          <th data-align="start">Symbol</th>
          <th data-align="start">Side</th>
          <th>Closed</th>
          <th>Entry</th>
          <th>Exit</th>
          <th data-hide="medium" title="Paid above zero, a rebate below">
            Fees
          </th>
          <th data-hide="medium" title="Received above zero, paid below">
            Funding
          </th>
          <th>Realised PnL</th>
          <th data-hide="medium">Return</th>
          <th>Time</th>
        </tr>
      }
      row={(position) => <ClosedRow key={keyOf(position)} position={position} />}
    />
  );
}

function ClosedRow({ position }: { readonly position: ClosedPosition }) {
  const { symbol, side, qty, openPrice, closePrice, fee, fundingFee, realisedPnl, roi } = position;
  const product = useProduct(symbol);
  const price = (value: ClosedPosition['openPrice']) =>
    product === undefined
      ? value
      : formatPrice(snapToStep(value, product.tickSize, 'nearest'), product.tickSize);
  return (
    <tr>
      <td data-align="start" data-label="Symbol" className={table.symbol}>
        {symbol}
      </td>
      <td data-align="start" data-label="Side">
        <span data-direction={side === 'Buy' ? 'up' : 'down'}>{side === 'Buy' ? 'Long' : 'Short'}</span>
        <span className={table.badge}>
          {position.marginMode === 'cross' ? 'Cross' : 'Isolated'} {position.leverage}x
        </span>
      </td>
      <td data-label="Closed" className={table.figure}>
        {product === undefined ? qty : formatQty(qty, product.qtyStep)}
      </td>
      <td data-label="Entry" className={table.figure}>
        {price(openPrice)}
      </td>
      <td data-label="Exit" className={table.figure}>
        {price(closePrice)}
      </td>
      <td data-label="Fees" data-hide="medium" className={table.figure}>
        {formatMoney(fee, FEE_PLACES)}
      </td>
      <td data-label="Funding" data-hide="medium" className={table.figure}>
        {formatSigned(negate(fundingFee), FEE_PLACES)}
      </td>
      <td
        data-label="Realised PnL"
        data-private={true}
        className={table.figure}
        data-direction={directionOf(realisedPnl)}
      >
        {formatSigned(realisedPnl)}
      </td>
      <td data-label="Return" data-hide="medium" className={table.figure}>
        {roi === undefined ? NO_VALUE : formatSignedPercent(roi)}
      </td>
      <td data-label="Time" className={table.muted}>
        {formatDayAndClock(position.closedAtMs)}
      </td>
    </tr>
  );
}
