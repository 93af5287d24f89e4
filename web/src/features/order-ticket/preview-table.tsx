/** What the order on the ticket would cost, in the settlement currency. */
import type { ReactNode } from 'react';
import type { Price } from '#contract/brand.ts';
import { quotient, sub } from '#contract/decimal.ts';
import { formatMoney, formatPercent, formatPrice, NO_VALUE } from '../../lib/format.ts';
import { type Draft, hasLimitPrice, isConditional, timeInForceOf } from './draft.ts';
import styles from './order-ticket.module.css';
import { isMarketable, type Preview, type TicketContext } from './preview.ts';

export interface PreviewTableProps {
  readonly draft: Draft;
  readonly context: TicketContext | undefined;
  readonly preview: Preview | undefined;
  readonly price: Price | undefined;
}

const FEE_PLACES = 4;

export function PreviewTable({ draft, context, preview, price }: PreviewTableProps) {
  const settle = context?.product.settle ?? '';
  const crossesNow = price !== undefined && context && isMarketable(draft.side, price, context.quotes);
  const isTaker = !hasLimitPrice(draft) || (!isConditional(draft) && crossesNow === true);
  const isMaker = timeInForceOf(draft) === 'PostOnly' || !isTaker;
  return (
    <dl className={styles.preview} aria-label="Order preview">
      <Row label="Available">
        {context === undefined ? NO_VALUE : `${formatMoney(context.available)} ${settle}`}
      </Row>
      <Row label="Order value">
        {preview === undefined ? NO_VALUE : `${formatMoney(preview.value)} ${settle}`}
      </Row>
      <Row label="Cost" title="Margin that the opening part locks, with the fees to open and close it">
        {preview === undefined ? NO_VALUE : `${formatMoney(preview.cost)} ${settle}`}
      </Row>
      <Row label="Fee maker / taker" title="Maker if it rests in the book first, taker if it trades at once">
        {preview === undefined || context === undefined ? (
          NO_VALUE
        ) : (
          <>
            <span data-likely={isMaker}>{formatMoney(preview.makerFee, FEE_PLACES)}</span>
            {' / '}
            <span data-likely={!isMaker}>{formatMoney(preview.takerFee, FEE_PLACES)}</span>
          </>
        )}
      </Row>
      <Row
        label="Liquidation"
        title="Estimate for the position this order would make, and how far from mark it lies"
      >
        {liquidationText(preview, context)}
      </Row>
    </dl>
  );
}

function liquidationText(preview: Preview | undefined, context: TicketContext | undefined): string {
  if (preview?.liquidation === undefined || context === undefined) return NO_VALUE;
  const text = formatPrice(preview.liquidation, context.product.tickSize);
  const { mark } = context.quotes;
  if (mark === undefined) return text;
  return `${text} (${formatPercent(quotient(sub(preview.liquidation, mark), mark), 1)})`;
}

function Row(props: { readonly label: string; readonly title?: string; readonly children: ReactNode }) {
  return (
    <div className={styles.row} title={props.title}>
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
