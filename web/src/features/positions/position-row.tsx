/** One position. It alone re-renders when its mark moves, about once a second. */
import { memo, type ReactNode, useCallback, useRef, useState } from 'react';
import type { Price, Ratio } from '#contract/brand.ts';
import { negate, notional, toNumberLossy } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { legKey } from '../../account/apply-account.ts';
import { legProblems } from '../../account/leg-line.ts';
import { useLegState } from '../../account/leg-orders.ts';
import { crossMarginRatioNow } from '../../account/margin-now.ts';
import {
  deriveIsolatedMarginRatio,
  deriveRoi,
  deriveUPnl,
  effectiveLeverage,
  tiedUpBy,
} from '../../account/pnl.ts';
import { breakEvenPrice } from '../../account/position-figures.ts';
import { useTakerFeeRate } from '../../account/use-fee-rates.ts';
import {
  directionOf,
  formatMoney,
  formatPercent,
  formatQty,
  formatSigned,
  formatSignedPercent,
  NO_VALUE,
} from '../../lib/format.ts';
import { useProduct } from '../../market/products.ts';
import { tickerNow } from '../../market/ticker-store.ts';
import table from '../../ui/data-table.module.css';
import { selectSymbol } from '../../workspace/selected-symbol.ts';
import { CloseForm } from './close-form.tsx';
import { type CellsProps, LiquidationCell, markNow, priceText } from './liquidation-cell.tsx';
import { LiveCell, LiveText } from './live-figure.tsx';
import { MarginForm } from './margin-form.tsx';
import { PositionActions, type PositionForm } from './position-actions.tsx';
import { ProtectForm } from './protect-form.tsx';
import { ProtectionRow } from './protection-row.tsx';

const COLUMNS = 13;

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
        <SymbolCell position={position} product={product}>
          <MarginButton
            position={position}
            product={product}
            isOpen={form === 'margin'}
            onToggle={(button) => toggle('margin', button)}
          />
        </SymbolCell>
        <SizeCells position={position} product={product} />
        <MarkCells position={position} product={product} />
        <MarginCell position={position} product={product} />
        <WorthCells position={position} product={product} />
        <td data-label="Close" data-span="all">
          <PositionActions position={position} product={product} form={form} onToggle={toggle} />
        </td>
      </tr>
      {form !== 'protect' && <ProtectionRow position={position} product={product} columns={COLUMNS} />}
      <ProblemRow position={position} />
      {form !== undefined && product !== undefined && (
        <tr data-sum={true} ref={intoView}>
          <td colSpan={COLUMNS} data-span="all">
            {/* What was typed for a long is not meant for the short that it has turned into. */}
            <FormOf
              key={position.side}
              form={form}
              position={position}
              product={product}
              onDone={closeForm}
            />
          </td>
        </tr>
      )}
    </>
  );
});

/** A form that opens below the last row that there is room for is not left out of sight. */
const intoView = (row: HTMLElement | null): void => row?.scrollIntoView({ block: 'nearest' });

const FORMS = { close: CloseForm, protect: ProtectForm, margin: MarginForm } as const;

function FormOf({
  form,
  ...props
}: {
  readonly form: PositionForm;
  readonly position: Position;
  readonly product: Product;
  readonly onDone: () => void;
}) {
  const Form = FORMS[form];
  return <Form {...props} />;
}

function SymbolCell({ position, children }: CellsProps & { readonly children: ReactNode }) {
  const { symbol, side } = position;
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
      {children}
    </td>
  );
}

/** Says how it is margined, and opens what changes that. */
function MarginButton({
  position: { marginMode, leverage },
  product,
  isOpen,
  onToggle,
}: CellsProps & { readonly isOpen: boolean; readonly onToggle: (button: HTMLButtonElement) => void }) {
  const figure = product === undefined ? leverage : effectiveLeverage(leverage, product);
  const mode = marginMode === 'cross' ? 'Cross' : 'Isolated';
  return (
    <button
      type="button"
      className={table.badge}
      aria-label={`Margin: ${mode} ${figure}x`}
      title={`${mode} ${figure}x: change margin mode, leverage${marginMode === 'isolated' ? ', margin' : ''}`}
      aria-expanded={isOpen}
      disabled={product === undefined}
      onClick={({ currentTarget }) => onToggle(currentTarget)}
    >
      <span data-hide="medium">{mode}</span> {figure}x
    </button>
  );
}

function SizeCells({ position, product }: CellsProps) {
  const { symbol, size, side, avgEntryPrice } = position;
  const takerFeeRate = useTakerFeeRate(symbol);
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
        {priceText(product && breakEvenPrice(position, product, takerFeeRate), product)}
      </td>
    </>
  );
}

function NotionalCell({ position }: CellsProps) {
  return (
    <LiveCell
      data-label="Value"
      data-private={true}
      data-hide="large"
      className={table.figure}
      figure={() => {
        const mark = markNow(position);
        return { text: formatMoney(mark === undefined ? position.value : notional(mark, position.size)) };
      }}
    />
  );
}

function MarkCells({ position, product }: CellsProps) {
  return (
    <>
      <LiveCell
        data-label="Mark"
        data-hide="large"
        className={table.figure}
        data-testid="position-mark"
        figure={() => ({ text: priceText(markNow(position), product) })}
      />
      <LiquidationCell position={position} product={product} />
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
  const whose = position.marginMode === 'cross' ? 'the account’s cross positions' : 'this position';
  return (
    <td
      data-label="Margin"
      data-private={true}
      data-hide="medium"
      className={table.figure}
      title={`Balance that the position ties up, and the margin ratio of ${whose}: at 100 % it is liquidated`}
    >
      {formatMoney(tiedUpBy(position))}{' '}
      <LiveText
        className={table.muted}
        figure={() => {
          const ratio = marginRatioNow(position, product);
          return { text: ratio === undefined ? NO_VALUE : formatPercent(ratio) };
        }}
      />
    </td>
  );
}

function WorthCells({ position, product }: CellsProps) {
  const { termRealisedPnl, cumFundingFee } = position;
  return (
    <>
      <PnlCell position={position} product={product} />
      <td
        data-label="Realised PnL"
        data-private={true}
        data-hide="large"
        className={table.figure}
        data-direction={directionOf(termRealisedPnl)}
        title="Of this position since it was opened, fees and funding included"
      >
        {formatSigned(termRealisedPnl)}
      </td>
      <td
        data-label="Funding"
        data-hide="large"
        className={table.figure}
        data-testid="position-funding"
        title="Funding of this leg so far: received above zero, paid below"
      >
        {formatSigned(negate(cumFundingFee), 4)}
      </td>
      <RankCell position={position} />
    </>
  );
}

const LIGHTS = [1, 2, 3, 4, 5] as const;

/** Its place in the queue of auto-deleveraging, as five lights. */
function RankCell({ position: { deleverageRank } }: { readonly position: Position }) {
  const rank = deleverageRank === undefined ? undefined : Math.ceil(toNumberLossy(deleverageRank) * 5);
  const title =
    rank === undefined
      ? 'The exchange does not say'
      : `Auto-deleveraging: ${rank} of 5${rank === 5 ? ', among the first to be closed' : ''}`;
  return (
    <td data-label="ADL" data-hide="large" title={title}>
      <span role="img" aria-label={title} className={table.lights} data-rank={rank}>
        {LIGHTS.map((light) => (
          <span key={light} data-on={rank !== undefined && light <= rank} />
        ))}
      </span>
    </td>
  );
}

function PnlCell({ position, product }: CellsProps) {
  return (
    <LiveCell
      data-label="Unrealised PnL"
      data-private={true}
      className={`${table.figure} ${table.lively}`}
      data-testid="position-pnl"
      figure={() => {
        const pnl = deriveUPnl(position, markNow(position));
        if (pnl === undefined) return { text: NO_VALUE };
        const roi = formatSignedPercent(deriveRoi(position, pnl, product));
        return { text: `${formatSigned(pnl)} (${roi})`, direction: directionOf(pnl) };
      }}
    />
  );
}

/** Says so when a close was refused, or when nobody knows. */
function ProblemRow({ position }: { readonly position: Position }) {
  const state = useLegState(legKey(position));
  const problems = legProblems(state);
  if (problems.length === 0) return null;
  return (
    <tr>
      <td colSpan={COLUMNS} data-span="all">
        <span className={state.latest.at === 'refused' ? table.problem : table.pending} role="alert">
          {problems.join('. ')}
        </span>
      </td>
    </tr>
  );
}
