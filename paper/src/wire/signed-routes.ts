/** Trading, the account, and the account's history: signed requests of one account. */
import type { WireJson } from '#contract/wire/write-json.ts';
import { riskUnits } from '../account/risk-unit.ts';
import type { AccountID, Command, CommandResult, OrderView } from '../commands.ts';
import { accountBody, positionRow, positionRowWithPnl } from './account-bodies.ts';
import { ackBody, activeOrderRow, orderByIdRow, orderListRow, tradingListRow } from './order-bodies.ts';
import {
  parseAmendOrder,
  parseBulkCancel,
  parseCancelOrder,
  parseSetLeverage,
  parseSwitchPosMode,
  parseSymbols,
} from './order-requests.ts';
import { parsePlaceOrder } from './place-request.ts';
import { parseAssignBalance } from './position-requests.ts';
import type { RateGroup } from './rate-limits.ts';
import {
  BAD_ARGUMENTS,
  missing,
  ORDER_NOT_FOUND,
  type Reply,
  refuse,
  SYMBOL_INVALID,
  succeed,
  TOO_MANY_ROWS,
} from './replies.ts';
import type { Params, Parsed } from './request-params.ts';
import { riskUnitRow } from './risk-bodies.ts';
import type { Route, SignedRoute } from './routes.ts';
import type { WireContext } from './wire-context.ts';

const HISTORY_LIMIT_DEFAULT = 20;
const HISTORY_LIMIT_MAX = 200;
const CURRENCY = 'USDT';
const NS_PER_MS = 1_000_000n;

const signed = (answer: SignedRoute['answer'], weight = 1, group: RateGroup = 'contract'): SignedRoute => ({
  access: 'signed',
  group,
  weight,
  answer,
});

/** Applies a parsed command; `print` makes the data of a success. */
function applied(
  { exchange }: WireContext,
  account: AccountID,
  parsed: Parsed<Command>,
  print: (result: CommandResult & { ok: true }) => WireJson,
): Reply {
  if ('refusal' in parsed) return refuse(parsed.refusal);
  const result = exchange.apply(account, parsed.command);
  return result.ok ? succeed(print(result)) : refuse(result.refusal);
}

function tradingRoutes(context: WireContext): [string, Route][] {
  const { catalogue } = context;
  const acked = (result: CommandResult & { ok: true }): WireJson => {
    const [order] = result.orders;
    return order === undefined ? null : ackBody(catalogue, order);
  };
  const place = signed((params, account) =>
    applied(context, account, parsePlaceOrder(catalogue, params), acked),
  );
  return [
    ['POST /g-orders', place],
    ['PUT /g-orders/create', place],
    [
      'PUT /g-orders/replace',
      signed((params, account) => applied(context, account, parseAmendOrder(catalogue, params), acked)),
    ],
    [
      'DELETE /g-orders/cancel',
      signed((params, account) => applied(context, account, parseCancelOrder(catalogue, params), acked)),
    ],
    ['DELETE /g-orders', signed((params, account) => bulkCancelReply(context, account, params))],
    ['DELETE /g-orders/all', signed((params, account) => cancelAllReply(context, account, params), 3)],
    [
      'PUT /g-positions/leverage',
      signed((params, account) => applied(context, account, parseSetLeverage(catalogue, params), () => 'OK')),
    ],
    [
      'POST /g-positions/assign',
      signed((params, account) =>
        applied(context, account, parseAssignBalance(catalogue, params), () => 'OK'),
      ),
    ],
    [
      'PUT /g-positions/switch-pos-mode-sync',
      signed((params, account) =>
        applied(context, account, parseSwitchPosMode(catalogue, params), () => 'OK'),
      ),
    ],
  ];
}

/** Cancels what it finds; refused only when it finds none of them. */
function bulkCancelReply(context: WireContext, account: AccountID, params: Params): Reply {
  const acks: WireJson[] = [];
  let refusal = ORDER_NOT_FOUND;
  for (const request of parseBulkCancel(context.catalogue, params)) {
    if ('refusal' in request) return refuse(request.refusal);
    const result = context.exchange.apply(account, request.command);
    if (result.ok) acks.push(...result.orders.map((order) => ackBody(context.catalogue, order)));
    else refusal = result.refusal;
  }
  return acks.length === 0 ? refuse(refusal) : succeed(acks);
}

/** The number of orders canceled; `untriggered=true` speaks of conditional ones only. */
function cancelAllReply(context: WireContext, account: AccountID, params: Params): Reply {
  const symbols = parseSymbols(context.catalogue, params);
  if ('code' in symbols) return refuse(symbols);
  const untriggered = params.untriggered === true || params.untriggered === 'true';
  let count = 0;
  for (const symbol of symbols) {
    const result = context.exchange.apply(account, { kind: 'cancel-all', symbol, untriggered });
    if (!result.ok) return refuse(result.refusal);
    count += result.orders.length;
  }
  return succeed(count);
}

function accountRoutes(context: WireContext): [string, Route][] {
  const { catalogue, exchange } = context;
  const positionsReply = (
    params: Params,
    account: AccountID,
    print: typeof positionRow | typeof positionRowWithPnl,
  ): Reply => {
    if (params.currency === undefined) return refuse(missing('currency'));
    if (params.currency !== CURRENCY) return refuse({ code: 11028, msg: 'TE_CURRENCY_INVALID' });
    const legs = exchange
      .positions(account)
      .filter(({ symbol }) => params.symbol === undefined || params.symbol === symbol);
    return succeed({
      account: accountBody(exchange.wallet(account)),
      positions: legs.map((leg) => print(catalogue, leg)),
    });
  };
  const activeList = (params: Params, account: AccountID): Reply => {
    if (params.symbol === undefined) return refuse(missing('symbol'));
    const listing = catalogue.find(String(params.symbol));
    if (listing === undefined) return refuse(SYMBOL_INVALID);
    const orders = exchange.openOrders(account, listing.product.symbol);
    if (orders.length === 0) return refuse(ORDER_NOT_FOUND);
    return succeed({ rows: orders.map((order) => activeOrderRow(catalogue, order)), nextPageArg: '' });
  };
  return [
    [
      'GET /g-accounts/accountPositions',
      signed((params, account) => positionsReply(params, account, positionRow)),
    ],
    [
      'GET /g-accounts/positions',
      signed((params, account) => positionsReply(params, account, positionRowWithPnl), 25),
    ],
    [
      'GET /g-accounts/risk-unit',
      // Not in the documents' list of the contract group.
      signed(
        (_params, account) =>
          succeed(
            riskUnits(exchange.wallet(account), exchange.positions(account)).map((unit) =>
              riskUnitRow(account, unit),
            ),
          ),
        1,
        'others',
      ),
    ],
    ['GET /g-orders/activeList', signed(activeList)],
  ];
}

/** One page of rows: an array, or with `withCount=true` an object around it. */
function pageReply<Row>(params: Params, rows: readonly Row[], print: (row: Row) => WireJson): Reply {
  const offset = Number(params.offset ?? 0);
  const limit = Number(params.limit ?? HISTORY_LIMIT_DEFAULT);
  if (!Number.isInteger(offset) || !Number.isInteger(limit) || offset < 0 || limit < 0) {
    return refuse(BAD_ARGUMENTS);
  }
  if (limit > HISTORY_LIMIT_MAX) return refuse(TOO_MANY_ROWS);
  const page = rows.slice(offset, offset + limit).map(print);
  return succeed(params.withCount === 'true' ? { total: rows.length, rows: page } : page, 'OK');
}

/** The `start` and `end` of a history request, in ms; undefined when they are not numbers. */
function timeRange(params: Params): ((ns: bigint) => boolean) | undefined {
  const start = Number(params.start ?? 0);
  const end = Number(params.end ?? Number.MAX_SAFE_INTEGER);
  if (Number.isNaN(start) || Number.isNaN(end)) return undefined;
  return (ns) => Number(ns / NS_PER_MS) >= start && Number(ns / NS_PER_MS) <= end;
}

/** A filter such as "5,6": every code that is listed, or everything when nothing is. */
const codeFilter = (given: unknown) => {
  const codes = String(given ?? '')
    .split(',')
    .filter((code) => code !== '');
  return (code: unknown): boolean => codes.length === 0 || codes.includes(String(code));
};

const isOfSymbol =
  ({ symbol }: Params) =>
  (order: OrderView): boolean =>
    symbol === undefined || symbol === '' || order.symbol === symbol;

function historyRoutes(context: WireContext): [string, Route][] {
  const { catalogue, exchange } = context;
  const ordersOf = (account: AccountID): OrderView[] =>
    [...exchange.openOrders(account), ...exchange.recentOrders(account)].sort((a, b) =>
      a.actionNs > b.actionNs ? -1 : 1,
    );

  const orderList = (params: Params, account: AccountID): Reply => {
    const isInRange = timeRange(params);
    if (isInRange === undefined) return refuse(BAD_ARGUMENTS);
    const fills = new Map(
      [...exchange.recentFills(account)].reverse().map((fill) => [fill.order.orderID, fill]),
    );
    const hasStatus = codeFilter(params.ordStatus);
    const hasType = codeFilter(params.ordType);
    const rows = ordersOf(account)
      .filter((order) => isOfSymbol(params)(order) && isInRange(order.actionNs))
      .map((order) => orderListRow(catalogue, order, fills.get(order.orderID)))
      .filter((row) => hasStatus(row.ordStatus) && hasType(row.ordType));
    return pageReply(params, rows, (row) => row);
  };

  const tradingList = (params: Params, account: AccountID): Reply => {
    const isInRange = timeRange(params);
    if (isInRange === undefined) return refuse(BAD_ARGUMENTS);
    const fills = exchange
      .recentFills(account)
      .filter(({ order }) => isOfSymbol(params)(order) && isInRange(order.transactNs));
    return pageReply(params, fills, (fill) => tradingListRow(catalogue, fill));
  };

  const orderById = (params: Params, account: AccountID): Reply => {
    const { orderID, clOrdID } = params;
    if (orderID === undefined && clOrdID === undefined)
      return refuse({ code: 11111, msg: 'TE_MISSING_ORDER_ID' });
    const ids = (given: unknown) =>
      String(given ?? '')
        .split(',')
        .filter((id) => id !== '');
    const rows = ordersOf(account)
      .filter(isOfSymbol(params))
      .filter((order) => ids(orderID).includes(order.orderID) || ids(clOrdID).includes(order.clOrdID))
      .map((order) => orderByIdRow(catalogue, order));
    return succeed({ rows }, 'OK');
  };

  return [
    ['GET /exchange/order/v2/orderList', signed(orderList, 1, 'others')],
    ['GET /exchange/order/v2/tradingList', signed(tradingList, 1, 'others')],
    ['GET /api-data/g-futures/orders/by-order-id', signed(orderById, 1, 'others')],
  ];
}

export const signedRoutes = (context: WireContext): [string, Route][] => [
  ...tradingRoutes(context),
  ...accountRoutes(context),
  ...historyRoutes(context),
];
