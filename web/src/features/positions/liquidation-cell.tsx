/** Where a position ends: the exchange's price, how far mark is from it, and where our own arithmetic would put it. */
import { useMemo } from 'react';
import type { Price, Ratio } from '#contract/brand.ts';
import { sub } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { accountStore, SETTLE_CURRENCY } from '../../account/account-store.ts';
import {
  distanceFrom,
  liquidationGap,
  modelLiquidation,
  readLiquidation,
} from '../../account/position-figures.ts';
import { useTakerFeeRate } from '../../account/use-fee-rates.ts';
import { formatPercent, formatPrice, NO_VALUE } from '../../lib/format.ts';
import { tickerNow } from '../../market/ticker-store.ts';
import table from '../../ui/data-table.module.css';
import { LiveText } from './live-figure.tsx';

export interface CellsProps {
  readonly position: Position;
  readonly product: Product | undefined;
}

export const markNow = ({ symbol, markPrice }: Position): Price | undefined =>
  tickerNow(symbol)?.markPrice ?? markPrice;

export const priceText = (value: Price | undefined, product: Product | undefined): string =>
  value === undefined ? NO_VALUE : product === undefined ? value : formatPrice(value, product.tickSize);

function modelNow(position: Position, product: Product | undefined, takerFeeRate: Ratio): Price | undefined {
  const wallet = accountStore.getState().wallets.get(SETTLE_CURRENCY);
  if (product === undefined || wallet === undefined) return undefined;
  const available = sub(wallet.balance, wallet.used);
  return modelLiquidation(position, product, { available, takerFeeRate });
}

const WITHOUT_PRICE = {
  none: { text: 'None', title: 'The balance backs it at any price' },
  unknown: { text: NO_VALUE, title: 'The exchange has not told a liquidation price' },
} as const;

export function LiquidationCell({ position, product }: CellsProps) {
  const liquidation = readLiquidation(position, product);
  if (liquidation.at === 'price') {
    return <PriceCell position={position} product={product} at={liquidation.price} />;
  }
  const { text, title } = WITHOUT_PRICE[liquidation.at];
  return (
    <td data-label="Liquidation" className={table.figure} title={title}>
      {text}
    </td>
  );
}

function PriceCell({ position, product, at }: CellsProps & { readonly at: Price }) {
  // Against what the account had free when the exchange told: only then do the two speak of the same moment.
  const takerFeeRate = useTakerFeeRate(position.symbol);
  const model = useMemo(() => modelNow(position, product, takerFeeRate), [position, product, takerFeeRate]);
  const gap = model && product && liquidationGap(at, model, product);
  return (
    <td
      data-label="Liquidation"
      className={table.figure}
      title={`The exchange's price, and how far mark is from it. Our own arithmetic: ${priceText(model, product)}${gap === undefined ? '' : `, ${gap.text} from it`}`}
    >
      {priceText(at, product)}{' '}
      <LiveText
        className={table.muted}
        figure={() => {
          const mark = markNow(position);
          const away = mark && distanceFrom(mark, at);
          return { text: away === undefined ? '' : formatPercent(away, 1) };
        }}
      />
      {gap?.isWide && (
        <span className={table.warning} data-testid="liquidation-apart">
          {' '}
          {gap.text}
        </span>
      )}
    </td>
  );
}
