/** One position. It alone re-renders when its mark moves, about once a second. */
import { memo, useCallback, useRef, useState } from 'react';
import type { Money } from '#contract/brand.ts';
import { compare, notional } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { marketClose } from '../../account/closing.ts';
import type { Placement } from '../../account/placement.ts';
import { deriveRoi, deriveUPnl } from '../../account/pnl.ts';
import { effectiveLeverage } from '../../account/settings.ts';
import { usePlacer } from '../../account/use-placer.ts';
import {
  directionOf,
  formatMoney,
  formatPrice,
  formatQty,
  formatSigned,
  formatSignedPercent,
  NO_VALUE,
} from '../../lib/format.ts';
import { useProduct } from '../../market/products.ts';
import { useTicker } from '../../market/ticker-store.ts';
import { Button } from '../../ui/button.tsx';
import table from '../../ui/data-table.module.css';
import { selectSymbol } from '../../workspace/selected-symbol.ts';
import { LimitCloseForm } from './limit-close-form.tsx';

const COLUMNS = 10;

export const PositionRow = memo(function PositionRow({ position }: { readonly position: Position }) {
  const product = useProduct(position.symbol);
  const [isLimitOpen, setIsLimitOpen] = useState(false);
  const limitButton = useRef<HTMLButtonElement>(null);
  const placer = usePlacer();
  const isBusy = placer.placement.at === 'sending' || placer.placement.at === 'unknown';
  const closeLimit = useCallback(() => {
    setIsLimitOpen(false);
    limitButton.current?.focus();
  }, []);
  return (
    <>
      <tr>
        <SymbolCell position={position} product={product} />
        <SizeCells position={position} product={product} />
        <WorthCells position={position} product={product} />
        <td data-label="Close" data-span="all">
          <span className={table.actions}>
            <Button
              label="Close position"
              title="Close all of it at the market's price"
              disabled={product === undefined || isBusy}
              onClick={() => placer.send(marketClose(position))}
            >
              Market
            </Button>
            <Button
              ref={limitButton}
              label="Limit close"
              title="Close with a limit order"
              aria-expanded={isLimitOpen}
              disabled={product === undefined}
              onClick={() => setIsLimitOpen(!isLimitOpen)}
            >
              Limit
            </Button>
          </span>
        </td>
      </tr>
      <PlacementRow placement={placer.placement} />
      {isLimitOpen && product !== undefined && (
        <tr>
          <td colSpan={COLUMNS} data-span="all">
            <LimitCloseForm position={position} product={product} onDone={closeLimit} />
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
      <span className={table.badge}>
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
        <span className={table.muted} data-hide="medium">
          {product?.base}
        </span>
      </td>
      <NotionalCell position={position} product={product} />
      <td data-label="Entry" className={table.figure}>
        {product === undefined ? avgEntryPrice : formatPrice(avgEntryPrice, product.tickSize)}
      </td>
    </>
  );
}

function NotionalCell({ position }: CellsProps) {
  const mark = useTicker(position.symbol, ({ markPrice }) => markPrice) ?? position.markPrice;
  return (
    <td data-label="Value" data-hide="medium" className={table.figure}>
      {formatMoney(mark === undefined ? position.value : notional(mark, position.size))}
    </td>
  );
}

/** One tick (the price limit, of a short) is how the exchange says that no price liquidates a well-backed position. */
function isLiquidatable({ side, liquidationPrice }: Position, product: Product | undefined): boolean {
  if (liquidationPrice === undefined) return false;
  if (product === undefined) return true;
  return compare(liquidationPrice, side === 'Buy' ? product.tickSize : product.priceMax) !== 0;
}

function WorthCells({ position, product }: CellsProps) {
  const mark = useTicker(position.symbol, ({ markPrice }) => markPrice) ?? position.markPrice;
  const { liquidationPrice, positionMargin, usedBalance, marginMode, termRealisedPnl } = position;
  const canEnd = isLiquidatable(position, product);
  const price = (value: Position['liquidationPrice']) =>
    value === undefined ? NO_VALUE : product === undefined ? value : formatPrice(value, product.tickSize);
  return (
    <>
      <td data-label="Mark" className={table.figure} data-testid="position-mark">
        {price(mark)}
      </td>
      <td
        data-label="Liquidation"
        className={table.figure}
        title={canEnd ? undefined : 'The balance backs it at any price'}
      >
        {price(canEnd ? liquidationPrice : undefined)}
      </td>
      <td
        data-label="Margin"
        data-hide="medium"
        className={table.figure}
        title="Balance that the position ties up"
      >
        {formatMoney(marginMode === 'cross' ? usedBalance : positionMargin)}
      </td>
      <PnlCell position={position} product={product} pnl={deriveUPnl(position, mark)} />
      <td
        data-label="Realised PnL"
        data-hide="medium"
        className={table.figure}
        data-direction={directionOf(termRealisedPnl)}
        title="Of this position since it was opened, fees and funding included"
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
function PlacementRow({ placement }: { readonly placement: Placement }) {
  const text =
    placement.at === 'refused'
      ? `${placement.sentence}${placement.code === undefined ? '' : ` (${placement.code})`}`
      : placement.at === 'unknown'
        ? 'Outcome unknown: checking with the exchange'
        : placement.at === 'never-arrived'
          ? 'The order never reached the exchange: nothing was closed'
          : undefined;
  if (text === undefined) return null;
  return (
    <tr>
      <td colSpan={COLUMNS} data-span="all">
        <span className={placement.at === 'unknown' ? table.pending : table.problem} role="alert">
          {text}
        </span>
      </td>
    </tr>
  );
}
