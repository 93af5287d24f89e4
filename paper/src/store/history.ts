/**
 * What an account has behind it: orders, fills, funding fees and closed positions, newest first, by page and time. It
 * stays in the database; memory holds no more of it than a page. Times are epoch milliseconds, both ends included.
 *
 * Kept: 90 days, as the exchange does, and at most 200,000 rows of each kind for an account (our choice).
 */
import type { ClOrdID, OrderID, ProductSymbol } from '#contract/brand.ts';
import type { AccountID, OrderView } from '../commands.ts';
import type { ClosedPositionEvent, Execution, FundingFeeEvent, OrderEvent } from '../events.ts';

export interface Retention {
  readonly days: number;
  /** Rows of one kind that one account keeps. */
  readonly rowsMax: number;
}

export const RETENTION: Retention = { days: 90, rowsMax: 200_000 };

export interface HistoryQuery {
  readonly account: AccountID;
  /** Absent: every product. */
  readonly symbols?: readonly ProductSymbol[] | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
  readonly offset: number;
  readonly limit: number;
}

export interface OrderQuery extends HistoryQuery {
  readonly statuses?: readonly OrderView['ordStatus'][] | undefined;
  readonly types?: readonly OrderView['ordType'][] | undefined;
}

export interface FillQuery extends HistoryQuery {
  readonly tradeTypes?: readonly ('Trade' | NonNullable<Execution['tradeType']>)[] | undefined;
}

export interface HistoryPage<Row> {
  readonly rows: readonly Row[];
  /** How many rows there are on all pages. */
  total(): number;
}

/** An order's names; either will do. */
export interface OrderNames {
  readonly orderIDs: readonly OrderID[];
  readonly clOrdIDs: readonly ClOrdID[];
}

export interface History {
  /** By the time they were placed; those still open are among them. */
  orders(query: OrderQuery): HistoryPage<OrderView>;
  ordersNamed(account: AccountID, names: OrderNames): readonly OrderView[];
  fills(query: FillQuery): HistoryPage<OrderEvent>;
  lastFill(account: AccountID, orderID: OrderID): OrderEvent | undefined;
  fundingFees(query: HistoryQuery): HistoryPage<FundingFeeEvent>;
  /** By the time they were closed. */
  closedPositions(query: HistoryQuery): HistoryPage<ClosedPositionEvent>;
}
