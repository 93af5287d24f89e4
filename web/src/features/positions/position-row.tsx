/** One position. It alone re-renders when its mark moves, about once a second. */
import { memo, useCallback, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { Money, Price, Ratio } from '#contract/brand.ts';
import { notional } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { accountStore } from '../../account/account-store.ts';
import { legKey } from '../../account/apply-account.ts';
import { placementProblem, useLegPlacement } from '../../account/leg-orders.ts';
import { crossMarginRatioNow } from '../../account/margin-now.ts';
import {
  deriveIsolatedMarginRatio,
  deriveRoi,
  deriveUPnl,
  effectiveLeverage,
  tiedUpBy,
} from '../../account/pnl.ts';
import { breakEvenPrice, distanceFrom, liquidationOf } from '../../account/position-figures.ts';
import {
  directionOf,
  formatMoney,
  formatPercent,
  formatPrice,
  formatQty,
  formatSigned,
  formatSignedPercent,
  NO_VALUE,
} from '../../lib/format.ts';
import { useProduct } from '../../market/products.ts';
import { tickerNow, useTicker, useTickerFigure } from '../../market/ticker-store.ts';
import table from '../../ui/data-table.module.css';
import { selectSymbol } from '../../workspace/selected-symbol.ts';
import { CloseForm } from './close-form.tsx';
import { PositionActions, type PositionForm } from './position-actions.tsx';
import { ProtectForm } from './protect-form.tsx';

const COLUMNS = 11;

export const PositionRow = memo(function PositionRow({ position }: { readonly position: Position }) {
  const product = useProduct(position.symbol);
  const [form, setForm] = useState<PositionForm>();
  const opener = useRef<HTMLButtonElement>(null);
  const closeForm = useCallback(() => {
    setForm(undefined);
    opener.current?.focus();
  }, []);
  const toggle = (next: PositionForm, button: HTMLButtonElement) => {
    opener.current = button;
    setForm(form === next ? undefined : next);
  };
  return (
    <>
      <tr>
        <SymbolCell position={position} product={product} />
        <SizeCells position={position} product={product} />
        <MarkCells position={position} product={product} />
        <MarginCell position={position} product={product} />
        <WorthCells position={position} product={product} />
        <td data-label="Close" data-span="all">
          <PositionActions position={position} product={product} form={form} onToggle={toggle} />
        </td>
      </tr>
      <ProblemRow position={position} />
      {form !== undefined && product !== undefined && (
        <tr data-sum={true}>
          <td colSpan={COLUMNS} data-span="all">
            {form === 'close' ? (
              <CloseForm position={position} product={product} onDone={closeForm} />
            ) : (
              <ProtectForm position={position} product={product} onDone={closeForm} />
            )}
          </td>
        </tr>
      )}
    </>
  );
});

interface CellsProps {
  readonly position: Position;
  readonly product: Product | undefined;
}

const useMark = ({ symbol, markPrice }: Position): Price | undefined =>
  useTicker(symbol, (ticker) => ticker.markPrice) ?? markPrice;

const priceText = (value: Price | undefined, product: Product | undefined): string =>
  value === undefined ? NO_VALUE : product === undefined ? value : formatPrice(value, product.tickSize);

function SymbolCell({ position, product }: CellsProps) {
  const { symbol, side, marginMode, leverage } = position;
  const figure = product === undefined ? leverage : effectiveLeverage(leverage, product);
  return (
    <td data-align="start" data-span="all">
      <button
        type="button"
        className={table.symbol}
        title={`Show ${symbol}`}
        onClick={() => selectSymbol(symbol)}
      >
        {symbol}
      </button>
      <span className={table.badge} data-side={side}>
        {side === 'Buy' ? 'Long' : 'Short'}
      </span>
      <span className={table.badge} data-hide="medium">
        {marginMode === 'cross' ? 'Cross' : 'Isolated'} {figure}x
      </span>
    </td>
  );
}

function SizeCells({ position, product }: CellsProps) {
  const { size, side, avgEntryPrice } = position;
  const shownSize = product === undefined ? size : formatQty(size, product.qtyStep);
  return (
    <>
      <td data-label="Size" className={table.figure}>
        <span data-testid="position-size" data-direction={side === 'Buy' ? 'up' : 'down'}>
          {shownSize}
        </span>{' '}
        <span className={table.muted} data-hide="large">
          {product?.base}
        </span>
      </td>
      <NotionalCell position={position} product={product} />
      <td data-label="Entry" className={table.figure}>
        {priceText(avgEntryPrice, product)}
      </td>
      <td
        data-label="Break-even"
        data-hide="large"
        className={table.figure}
        data-testid="position-break-even"
        title="Closing all of it here brings the position, from its opening on, to zero: fees and funding included"
      >
        {priceText(product && breakEvenPrice(position, product), product)}
      </td>
    </>
  );
}

function NotionalCell({ position }: CellsProps) {
  const mark = useMark(position);
  return (
    <td data-label="Value" data-hide="large" className={table.figure}>
      {formatMoney(mark === undefined ? position.value : notional(mark, position.size))}
    </td>
  );
}

function MarkCells({ position, product }: CellsProps) {
  const mark = useMark(position);
  const liquidation = liquidationOf(position, product);
  const away = mark && liquidation && distanceFrom(mark, liquidation);
  return (
    <>
      <td data-label="Mark" data-hide="large" className={table.figure} data-testid="position-mark">
        {priceText(mark, product)}
      </td>
      <td
        data-label="Liquidation"
        className={table.figure}
        title={
          liquidation === undefined ? 'The balance backs it at any price' : 'And how far mark is from it'
        }
      >
        {priceText(liquidation, product)}{' '}
        {away !== undefined && <span className={table.muted}>{formatPercent(away, 1)}</span>}
      </td>
    </>
  );
}

const markOf = (symbol: Position['symbol']): Price | undefined => tickerNow(symbol)?.markPrice;

function marginRatioNow(position: Position, product: Product | undefined): Ratio | undefined {
  if (position.marginMode === 'isolated') {
    return product && deriveIsolatedMarginRatio(position, product, markOf(position.symbol));
  }
  return crossMarginRatioNow();
}

function MarginCell({ position, product }: CellsProps) {
  // Of cross positions it is the whole account's: a change of any of them counts.
  useStore(accountStore, ({ positions }) => positions);
  const ratio = useTickerFigure(() => {
    const now = marginRatioNow(position, product);
    return now === undefined ? NO_VALUE : formatPercent(now);
  });
  const whose = position.marginMode === 'cross' ? 'the account’s cross positions' : 'this position';
  return (
    <td
      data-label="Margin"
      data-hide="medium"
      className={table.figure}
      title={`Balance that the position ties up, and the margin ratio of ${whose}: at 100 % it is liquidated`}
    >
      {formatMoney(tiedUpBy(position))} <span className={table.muted}>{ratio}</span>
    </td>
  );
}

function WorthCells({ position, product }: CellsProps) {
  const mark = useMark(position);
  const { termRealisedPnl, cumFundingFee } = position;
  return (
    <>
      <PnlCell position={position} product={product} pnl={deriveUPnl(position, mark)} />
      <td
        data-label="Realised PnL"
        data-hide="large"
        className={table.figure}
        data-direction={directionOf(termRealisedPnl)}
        title={`Of this position since it was opened, fees and funding included. Funding paid on this leg so far: ${formatMoney(cumFundingFee, 4)}`}
      >
        {formatSigned(termRealisedPnl)}
      </td>
    </>
  );
}

function PnlCell({ position, product, pnl }: CellsProps & { readonly pnl: Money | undefined }) {
  return (
    <td
      data-label="Unrealised PnL"
      className={`${table.figure} ${table.lively}`}
      data-testid="position-pnl"
      data-direction={pnl && directionOf(pnl)}
    >
      {pnl === undefined
        ? NO_VALUE
        : `${formatSigned(pnl)} (${formatSignedPercent(deriveRoi(position, pnl, product))})`}
    </td>
  );
}

/** Says so when a close was refused, or when nobody knows. */
function ProblemRow({ position }: { readonly position: Position }) {
  const placement = useLegPlacement(legKey(position));
  const problem = placementProblem(placement);
  if (problem === undefined) return null;
  return (
    <tr>
      <td colSpan={COLUMNS} data-span="all">
        <span className={placement.at === 'unknown' ? table.pending : table.problem} role="alert">
          {problem}
        </span>
      </td>
    </tr>
  );
}
