/** The label at the end of a line: what it is, how it stands, and the one thing to be done about it. */
import { memo, type PointerEvent } from 'react';
import { unrealisedPnl } from '#contract/cost.ts';
import { negate, quotient, sign, sub } from '#contract/decimal.ts';
import type { Position, Product } from '#contract/model.ts';
import { accountStore } from '../../account/account-store.ts';
import { legKey } from '../../account/apply-account.ts';
import { closeAtMarket } from '../../account/flatten.ts';
import { useLegState } from '../../account/leg-orders.ts';
import { cancelOpenOrder } from '../../account/order-actions.ts';
import { mayAsk } from '../../account/order-requests.ts';
import { kindOf, typeName } from '../../account/order-words.ts';
import { deriveRoi, deriveUPnl } from '../../account/pnl.ts';
import { distanceFrom } from '../../account/position-figures.ts';
import { purposeAt } from '../../account/protection.ts';
import { isBeyondLiquidation, stoppedBy } from '../../account/stop-warning.ts';
import {
  directionOf,
  formatPercent,
  formatPrice,
  formatQty,
  formatSigned,
  formatSignedPercent,
} from '../../lib/format.ts';
import { bestBidAsk } from '../../market/book-store.ts';
import { tickerNow, useTicker } from '../../market/ticker-store.ts';
import { CrossIcon } from '../../ui/icons.tsx';
import { type TradeLine, tradesAtOnce } from './trade-lines.ts';
import styles from './trade-overlay.module.css';
import { isDraggable } from './use-line-drag.ts';

interface LineLabelProps {
  readonly line: TradeLine;
  readonly product: Product;
  readonly isHeld: boolean;
  readonly onGrab: (event: PointerEvent<HTMLElement>, line: TradeLine) => void;
}

const TONES = {
  position: undefined,
  order: undefined,
  'break-even': 'muted',
  liquidation: 'warn',
  draft: 'accent',
  protection: 'accent',
};

const sideOf = (line: TradeLine) =>
  line.kind === 'order' ? line.order.side : line.kind === 'draft' ? line.side : line.position.side;

/** The same to look at: lines are made anew with every message of the account. */
const isAlike = (a: LineLabelProps, b: LineLabelProps): boolean =>
  a.product === b.product &&
  a.isHeld === b.isHeld &&
  !b.isHeld &&
  a.line.key === b.line.key &&
  a.line.kind !== 'draft' &&
  a.line.price === b.line.price &&
  subjectOf(a.line) === subjectOf(b.line) &&
  requestOf(a.line) === requestOf(b.line);
const subjectOf = (line: TradeLine) =>
  line.kind === 'order' ? line.order : line.kind === 'draft' ? undefined : line.position;
const requestOf = (line: TradeLine) => (line.kind === 'order' ? line.request : undefined);

export const LineLabel = memo(function LineLabel({ line, product, isHeld, onGrab }: LineLabelProps) {
  const isPending = line.kind === 'order' && line.request !== undefined;
  return (
    <div
      className={styles.label}
      data-line={line.key}
      data-kind={line.kind}
      data-tone={TONES[line.kind]}
      data-side={sideOf(line)}
      data-pending={isPending}
      data-held={isHeld}
      data-draggable={isDraggable(line)}
      data-price={line.price}
      onPointerDown={(event) => onGrab(event, line)}
    >
      <LabelContent line={line} product={product} />
      {isHeld && line.kind !== 'position' && <HeldPrice line={line} product={product} />}
    </div>
  );
}, isAlike);

/** Which of a hedged pair; one alone needs no name. */
const ofLeg = (word: string, { posSide }: Position): string =>
  posSide === 'Merged' ? word : `${posSide} ${word.toLowerCase()}`;

function LabelContent({ line, product }: { readonly line: TradeLine; readonly product: Product }) {
  switch (line.kind) {
    case 'position':
      return <PositionContent position={line.position} product={product} />;
    case 'break-even':
      return (
        <span title="Closing all of it here brings this position to zero, fees and funding included">
          {ofLeg('Break-even', line.position)}
        </span>
      );
    case 'liquidation':
      return <LiquidationContent position={line.position} at={line.price} />;
    case 'protection':
      return <ProtectionContent position={line.position} at={line.price} product={product} />;
    case 'order':
      return <OrderContent line={line} product={product} />;
    case 'draft':
      return (
        <span title="Of the order in the ticket, not sent yet. Drag to change its price.">
          {draftText(line, product)} · not sent
        </span>
      );
  }
}

function draftText({ part, side, qty }: TradeLine & { kind: 'draft' }, { qtyStep }: Product): string {
  const what = qty === undefined || sign(qty) === 0 ? side : `${side} ${formatQty(qty, qtyStep)}`;
  switch (part) {
    case 'limit':
      return what;
    case 'trigger':
      return `Trigger: ${what}`;
    case 'takeProfit':
      return 'Take profit';
    case 'stopLoss':
      return 'Stop loss';
  }
}

function OrderContent({ line, product }: { line: TradeLine & { kind: 'order' }; product: Product }) {
  const { order, request } = line;
  const isWaiting = kindOf(order) === 'conditional';
  // Nothing of a waiting order is open yet; one for the whole position may have no quantity of its own.
  const open = isWaiting ? order.qty : order.leavesQty;
  const qty = sign(open) === 0 ? 'all' : formatQty(open, product.qtyStep);
  const state =
    request === undefined
      ? ''
      : request.at === 'unknown'
        ? ' · unknown'
        : request.kind === 'cancel'
          ? ' · canceling'
          : ' · amending';
  const name = isWaiting ? `${typeName(order)} ${order.side.toLowerCase()}` : order.side;
  const what = `${name} ${qty} at ${formatPrice(line.price, product.tickSize)}`;
  return (
    <>
      <span title={`${what}. Drag to change its price.`}>
        {name} {qty}
        {order.reduceOnly && ' R'}
        {state}
      </span>
      <button
        type="button"
        tabIndex={-1}
        className={styles.action}
        aria-label={`Cancel ${what}`}
        title="Cancel order"
        disabled={!mayAsk('cancel', request)}
        onClick={() => void cancelOpenOrder(order)}
      >
        <CrossIcon />
      </button>
    </>
  );
}

const PositionContent = memo(function PositionContent(props: { position: Position; product: Product }) {
  const { position, product } = props;
  const { symbol, side, size } = position;
  const mark = useTicker(symbol, ({ markPrice }) => markPrice);
  const { sending } = useLegState(legKey(position));
  const pnl = deriveUPnl(position, mark);
  const what = `${side === 'Buy' ? 'Long' : 'Short'} ${formatQty(size, product.qtyStep)}`;
  return (
    <>
      <span title="Drag to set a take profit or a stop loss">{what}</span>
      {pnl !== undefined && (
        <span
          className={styles.pnl}
          data-private={true}
          data-direction={directionOf(pnl)}
          title="Unrealised PnL at the mark price"
        >
          {formatSigned(pnl)} ({formatSignedPercent(deriveRoi(position, pnl, product))})
        </span>
      )}
      <button
        type="button"
        tabIndex={-1}
        className={styles.action}
        aria-label={`Close ${what} at market`}
        title="Close all of it at the market's price"
        disabled={sending.has('close')}
        onClick={() => closeAtMarket(position)}
      >
        Close
      </button>
    </>
  );
});

function LiquidationContent({
  position,
  at,
}: {
  readonly position: Position;
  readonly at: TradeLine['price'];
}) {
  const mark = useTicker(position.symbol, ({ markPrice }) => markPrice) ?? position.markPrice;
  const away = mark && distanceFrom(mark, at);
  return (
    <span title="Where the exchange liquidates the position, by mark">
      {ofLeg('Liquidation', position)}
      {away && ` ${formatPercent(away)}`}
    </span>
  );
}

/** What letting go here would set, and what that would come to. */
function ProtectionContent(props: {
  readonly position: Position;
  readonly at: TradeLine['price'];
  readonly product: Product;
}) {
  const { position, at, product } = props;
  const mark = tickerNow(product.symbol)?.markPrice;
  const purpose = mark && purposeAt(position, at, mark);
  const pnl = unrealisedPnl(position, at);
  const isTooLate = purpose === 'stop-loss' && isBeyondLiquidation(position, product, at);
  return (
    <span className={styles.heldPrice} data-crossing={isTooLate}>
      {purpose === 'take-profit' ? 'Take profit' : 'Stop loss'} {formatPrice(at, product.tickSize)} (
      {formatSigned(pnl)}){isTooLate && ' beyond liquidation'}
    </span>
  );
}

/** While the line is held: the price it would get, how far from the last one that is, and if it would trade at once. */
function HeldPrice({ line, product }: { readonly line: TradeLine; readonly product: Product }) {
  const last = tickerNow(product.symbol)?.last;
  const away = last === undefined || sign(last) === 0 ? undefined : quotient(sub(line.price, last), last, 6);
  const isCrossing = tradesAtOnce(line, bestBidAsk(product.symbol));
  const isPostOnly = line.kind === 'order' && line.order.timeInForce === 'PostOnly';
  const stopped =
    line.kind === 'order' ? stoppedBy(line.order, accountStore.getState().positions) : undefined;
  const isTooLate = stopped !== undefined && isBeyondLiquidation(stopped, product, line.price);
  return (
    <span className={styles.heldPrice} data-crossing={isCrossing || isTooLate}>
      {formatPrice(line.price, product.tickSize)}
      {away !== undefined &&
        ` (${sign(away) < 0 ? `-${formatPercent(negate(away))}` : `+${formatPercent(away)}`})`}
      {isCrossing && (isPostOnly ? ' would be canceled: post-only' : ' trades at once')}
      {isTooLate && ' beyond liquidation'}
    </span>
  );
}
