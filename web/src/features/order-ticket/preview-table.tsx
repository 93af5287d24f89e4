/** What the exchange would make of the ticket's order now, in the settlement currency. */
import type { ReactNode } from 'react';
import type { Money, Price } from '#contract/brand.ts';
import { negate, sign } from '#contract/decimal.ts';
import {
  formatMoney,
  formatPercent,
  formatPrice,
  formatQty,
  formatSignedPercent,
  NO_VALUE,
} from '../../lib/format.ts';
import type { Draft } from './draft.ts';
import { availableOf, type TicketContext } from './facts.ts';
import styles from './order-ticket.module.css';
import { distanceToMark, type Outcome, wouldCross } from './outcome.ts';

export interface PreviewTableProps {
  readonly draft: Draft;
  readonly context: TicketContext | undefined;
  readonly outcome: Outcome | undefined;
  readonly price: Price | undefined;
}

const FEE_PLACES = 4;

export function PreviewTable({ draft, context, outcome, price }: PreviewTableProps) {
  const settle = context?.product.settle ?? '';
  const money = (value: Money | undefined) =>
    value === undefined ? NO_VALUE : `${formatMoney(value)} ${settle}`;
  const isFreeing = outcome !== undefined && sign(outcome.cost) < 0;
  const shown = { draft, context, outcome, price };
  return (
    <dl className={styles.preview} aria-label="Order preview">
      <Row label="Available">{money(context && availableOf(context))}</Row>
      <Row label="Order value">{money(outcome?.value)}</Row>
      <Row
        label={isFreeing ? 'Sets free' : 'Cost'}
        title="What it takes from the available balance: margin, and the fees to open and close. Closing sets margin free"
      >
        {money(outcome && (isFreeing ? negate(outcome.cost) : outcome.cost))}
      </Row>
      <Row
        label="Fee"
        title="As a taker for what trades at once, as a maker for what rests in the book first"
      >
        {outcome === undefined ? NO_VALUE : feeText(outcome, settle)}
      </Row>
      <Row
        label="Average fill"
        title="Walked through the book as it stands, and how much worse that is than its best price"
      >
        {fillText(shown)}
      </Row>
      <Row label="Liquidation" title="Of the position once all is filled, and how far from mark that is">
        {liquidationText(shown)}
      </Row>
      <Row label="Margin ratio" title="Once all is filled: at 100% the position is liquidated">
        {outcome?.position?.marginRatio === undefined
          ? NO_VALUE
          : formatPercent(outcome.position.marginRatio)}
      </Row>
    </dl>
  );
}

function feeText({ fees: { maker, taker } }: Outcome, settle: string): string {
  const [made, taken] = [formatMoney(maker, FEE_PLACES), formatMoney(taker, FEE_PLACES)];
  if (sign(maker) > 0 && sign(taker) > 0) return `${made} maker + ${taken} taker`;
  return sign(maker) > 0 ? `${made} ${settle} maker` : `${taken} ${settle} taker`;
}

type Shown = PreviewTableProps;

function fillText({ draft, context, outcome, price }: Shown): string {
  if (outcome === undefined || context === undefined || price === undefined) return NO_VALUE;
  const { product } = context;
  if (wouldCross(draft, price, context)) return 'Post-only would cross';
  if (outcome.averagePrice === undefined) return sign(outcome.restQty) > 0 ? 'Rests in the book' : 'Nothing';
  const average = formatPrice(outcome.averagePrice, product.tickSize);
  if (outcome.isPastBook) return `${average} and beyond`;
  const isPart = sign(outcome.restQty) > 0 || sign(outcome.canceledQty) > 0;
  if (isPart) return `${formatQty(outcome.takenQty, product.qtyStep)} at ${average}`;
  return outcome.slippage === undefined ? average : `${average} slip ${formatPercent(outcome.slippage, 3)}`;
}

function liquidationText({ context, outcome }: Shown): string {
  const position = outcome?.position;
  if (position === undefined || context === undefined) return NO_VALUE;
  if (position.liquidation === undefined) return 'None';
  const text = formatPrice(position.liquidation, context.product.tickSize);
  const away = distanceToMark(position.liquidation, context.quotes.mark);
  return away === undefined ? text : `${text} (${formatSignedPercent(away, 1)})`;
}

function Row(props: { readonly label: string; readonly title?: string; readonly children: ReactNode }) {
  return (
    <div className={styles.row} title={props.title}>
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
