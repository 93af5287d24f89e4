/** Where a position ends: the exchange's price, how far mark is from it, and where our own arithmetic would put it. */
import { useMemo } from 'react';
import type { Price, Ratio } from '#contract/brand.ts';
import { compare, ratio, sub } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { accountStore, SETTLE_CURRENCY } from '../../account/account-store.ts';
import { distanceFrom, liquidationOf, modelLiquidation } from '../../account/position-figures.ts';
import { useTakerFeeRate } from '../../account/use-fee-rates.ts';
import { formatPercent, formatPrice, formatSigned, NO_VALUE } from '../../lib/format.ts';
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

/** Further from the exchange's price than this part of it, our own arithmetic is shown beside it. */
const MODEL_APART = ratio('0.001');

function modelNow(position: Position, product: Product | undefined, takerFeeRate: Ratio): Price | undefined {
  const wallet = accountStore.getState().wallets.get(SETTLE_CURRENCY);
  if (product === undefined || wallet === undefined) return undefined;
  const available = sub(wallet.balance, wallet.used);
  return modelLiquidation(position, product, { available, takerFeeRate });
}

export function LiquidationCell({ position, product }: CellsProps) {
  const liquidation = liquidationOf(position, product);
  // Against what the account had free when the exchange told: only then do the two speak of the same moment.
  const takerFeeRate = useTakerFeeRate(position.symbol);
  const model = useMemo(() => modelNow(position, product, takerFeeRate), [position, product, takerFeeRate]);
  const apart = model && liquidation && sub(model, liquidation);
  const part = liquidation && model && distanceFrom(liquidation, model);
  const isApart = part !== undefined && compare(part, MODEL_APART) > 0;
  const title =
    liquidation === undefined
      ? 'The balance backs it at any price'
      : `The exchange's price, and how far mark is from it. Our own arithmetic: ${priceText(model, product)}${apart === undefined ? '' : `, ${formatSigned(apart)} from it`}`;
  return (
    <td data-label="Liquidation" className={table.figure} title={title}>
      {priceText(liquidation, product)}{' '}
      {liquidation !== undefined && (
        <LiveText
          className={table.muted}
          figure={() => {
            const mark = markNow(position);
            const away = mark && distanceFrom(mark, liquidation);
            return { text: away === undefined ? '' : formatPercent(away, 1) };
          }}
        />
      )}
      {isApart && apart !== undefined && (
        <span className={table.warning} data-testid="liquidation-apart">
          {' '}
          {formatSigned(apart, 0)}
        </span>
      )}
    </td>
  );
}
