/**
 * An account's history: signed requests, answered from the store. The lists under /exchange are arrays (or rows with a
 * total, when a count is asked for) and have integers for enums; those under /api-data have rows and words.
 */
import type { ClOrdID, OrderID } from '#contract/brand.ts';
import { ORD_STATUS_CODES, ORD_TYPE_CODES } from '#contract/wire/history-codes.ts';
import type { WireJson } from '#contract/wire/write-json.ts';
import type { AccountID, OrderView } from '../commands.ts';
import type { HistoryPage } from '../store/history.ts';
import {
  closedPositionRow,
  fundingFeeRow,
  orderByIdRow,
  orderListRow,
  TRADE_TYPE_CODES,
  tradeRow,
  tradingListRow,
} from './history-bodies.ts';
import { CURRENCY, type HistoryRules, historyQuery, wordsOf } from './history-query.ts';
import { BAD_ARGUMENTS, MISSING_ORDER_ID, missing, type Reply, refuse, succeed } from './replies.ts';
import { flag, type Params, Refused, text } from './request-params.ts';
import { type Route, signed } from './routes.ts';
import type { WireContext } from './wire-context.ts';

/** "Available only from the last 2 months". */
const ORDER_LIST: HistoryRules = { reachDays: 60 };
/** "Limited for the last 90 days". */
const DATABASE: HistoryRules = { reachDays: 90 };
/** "Default 2 days ago from the end". */
const RECENT: HistoryRules = { reachDays: 90, windowDays: 2 };
const FUNDING_FEES: HistoryRules = { reachDays: 90, needsSymbol: true };

/** An array, or with `withCount=true` an object around it. */
const listed = <Row>(params: Params, page: HistoryPage<Row>, print: (row: Row) => WireJson): WireJson => {
  const rows = page.rows.map(print);
  return flag(params, 'withCount') ? { total: page.total(), rows } : rows;
};

const history = (read: (params: Params, account: AccountID) => WireJson) =>
  signed(
    (params, account): Reply => {
      try {
        return succeed(read(params, account), 'OK');
      } catch (error) {
        if (error instanceof Refused) return refuse(error.refusal);
        throw error;
      }
    },
    1,
    'others',
  );

/** Ids in one parameter, separated by commas. */
const idsOf = (params: Params, name: string): string[] =>
  (text(params, name) ?? '').split(',').filter((id) => id !== '');

/** Either id will do; an order that is still open is found too. */
function ordersNamed({ catalogue, exchange }: WireContext, params: Params, account: AccountID): OrderView[] {
  const symbol = text(params, 'symbol');
  if (symbol === undefined) throw new Refused(missing('symbol'));
  if (catalogue.find(symbol) === undefined) throw new Refused(BAD_ARGUMENTS);
  const names = {
    orderIDs: idsOf(params, 'orderID') as OrderID[],
    clOrdIDs: idsOf(params, 'clOrdID') as ClOrdID[],
  };
  if (names.orderIDs.length + names.clOrdIDs.length === 0) throw new Refused(MISSING_ORDER_ID);
  return exchange.history.ordersNamed(account, names).filter((order) => order.symbol === symbol);
}

/** What fills cost, for every product; integers of 10⁻⁸. */
function feeRates({ catalogue, exchange }: WireContext, params: Params, account: AccountID): WireJson {
  const currency = text(params, 'settleCurrency');
  if (currency === undefined) throw new Refused(missing('settleCurrency'));
  const { maker, taker } = exchange.bank.fees(account);
  const listings = currency === CURRENCY ? catalogue.listings : [];
  return {
    symbolFeeRates: listings.map(({ product }) => ({
      takerFeeRateEr: Number(taker),
      makerFeeRateEr: Number(maker),
      symbol: product.symbol,
    })),
  };
}

export function historyRoutes(context: WireContext): [string, Route][] {
  const { catalogue, exchange } = context;
  const past = exchange.history;
  const query = (params: Params, account: AccountID, rules: HistoryRules) =>
    historyQuery(context, params, account, rules);
  return [
    [
      'GET /exchange/order/v2/orderList',
      history((params, account) => {
        const page = past.orders({
          ...query(params, account, ORDER_LIST),
          statuses: wordsOf(ORD_STATUS_CODES, params.ordStatus) as OrderView['ordStatus'][] | undefined,
          types: wordsOf(ORD_TYPE_CODES, params.ordType) as OrderView['ordType'][] | undefined,
        });
        return listed(params, page, (order) =>
          orderListRow(
            catalogue,
            order,
            order.cumQty === 0 ? undefined : past.lastFill(account, order.orderID),
          ),
        );
      }),
    ],
    [
      'GET /exchange/order/v2/tradingList',
      history((params, account) => {
        const tradeTypes = wordsOf(TRADE_TYPE_CODES, params.execType);
        const page = past.fills({ ...query(params, account, DATABASE), tradeTypes });
        return listed(params, page, (fill) => tradingListRow(catalogue, fill));
      }),
    ],
    [
      'GET /api-data/g-futures/orders',
      history((params, account) => ({
        rows: past.orders(query(params, account, RECENT)).rows.map((order) => orderByIdRow(catalogue, order)),
      })),
    ],
    [
      'GET /api-data/g-futures/orders/by-order-id',
      history((params, account) => ({
        rows: ordersNamed(context, params, account).map((order) => orderByIdRow(catalogue, order)),
      })),
    ],
    [
      'GET /api-data/g-futures/trades',
      history((params, account) => ({
        rows: past.fills(query(params, account, RECENT)).rows.map((fill) => tradeRow(catalogue, fill)),
      })),
    ],
    [
      'GET /api-data/g-futures/funding-fees',
      history((params, account) => ({
        rows: past
          .fundingFees(query(params, account, FUNDING_FEES))
          .rows.map((fee) => fundingFeeRow(catalogue, fee)),
      })),
    ],
    [
      'GET /api-data/g-futures/closedPosition',
      history((params, account) =>
        listed(params, past.closedPositions(query(params, account, DATABASE)), (position) =>
          closedPositionRow(catalogue, position),
        ),
      ),
    ],
    ['GET /api-data/futures/fee-rate', history((params, account) => feeRates(context, params, account))],
  ];
}
