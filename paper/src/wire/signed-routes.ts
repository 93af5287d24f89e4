/** Trading and the account: signed requests of one account. */
import type { WireJson } from '#contract/wire/write-json.ts';
import { riskUnits } from '../account/risk-unit.ts';
import type { AccountID, Command, CommandResult } from '../commands.ts';
import { accountBody, positionRow, positionRowWithPnl } from './account-bodies.ts';
import { CURRENCY } from './history-query.ts';
import { historyRoutes } from './history-routes.ts';
import { ackBody, activeOrderRow } from './order-bodies.ts';
import {
  parseAmendOrder,
  parseBulkCancel,
  parseCancelOrder,
  parsePlaceOrder,
  parseSymbols,
} from './order-requests.ts';
import { parseAssignBalance, parseSetLeverage, parseSwitchPosMode } from './position-requests.ts';
import {
  MISSING_ORDER_ID,
  missing,
  ORDER_NOT_FOUND,
  type Reply,
  refuse,
  SYMBOL_INVALID,
  succeed,
} from './replies.ts';
import type { Params, Parsed } from './request-params.ts';
import { riskUnitRow } from './risk-bodies.ts';
import { type Route, signed } from './routes.ts';
import type { WireContext } from './wire-context.ts';

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
  const active = (params: Params, account: AccountID): Reply => {
    if (params.symbol === undefined) return refuse(missing('symbol'));
    const listing = catalogue.find(String(params.symbol));
    if (listing === undefined) return refuse(SYMBOL_INVALID);
    const { orderID, clOrdID } = params;
    if (orderID === undefined && clOrdID === undefined) return refuse(MISSING_ORDER_ID);
    const order = exchange
      .openOrders(account, listing.product.symbol)
      .find((open) => open.orderID === orderID || (clOrdID !== undefined && open.clOrdID === clOrdID));
    return order === undefined ? refuse(ORDER_NOT_FOUND) : succeed(activeOrderRow(catalogue, order));
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
    ['GET /g-orders/active', signed(active)],
  ];
}

export const signedRoutes = (context: WireContext): [string, Route][] => [
  ...tradingRoutes(context),
  ...accountRoutes(context),
  ...historyRoutes(context),
];
