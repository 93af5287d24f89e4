/**
 * REST requests in the exchange's words: what to ask and with which parameters, ready to be signed and sent.
 * Orders go by POST with a JSON body, everything else in the query.
 */
import type { ClOrdID, Money, OrderID, Price, ProductSymbol, Qty, Ratio } from '../brand.ts';
import { negate } from '../decimal.ts';
import type { Trail } from '../model.ts';
import type { ExchangeRoute } from '../routes.ts';
import type { MarginMode, PosMode, PosSide, Side, TimeInForce, TriggerSource } from '../vocabulary.ts';

export interface ExchangeRequest {
  readonly method: ExchangeRoute['method'];
  readonly path: string;
  /** Percent-encoded, without the question mark; '' for none. Sign and send exactly this. */
  readonly query: string;
  /** JSON text; '' for none. Sign and send exactly this. */
  readonly body: string;
}

type Parameters = Readonly<Record<string, string | number | boolean | undefined>>;

/** Absent parameters are left out; the order is kept, since the signature covers it. */
function queryText(parameters: Parameters): string {
  return Object.entries(parameters)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`]))
    .join('&');
}

const request = (
  method: ExchangeRequest['method'],
  path: string,
  parameters: Parameters = {},
): ExchangeRequest => ({
  method,
  path,
  query: queryText(parameters),
  body: '',
});

// Orders

/** What sets a new conditional order off; whether it waits for a rise or a fall follows from its type and side. */
export interface NewTrigger {
  readonly price: Price;
  readonly source: TriggerSource;
}

/** A take-profit or stop-loss for the position that an order opens. */
export interface NewProtection extends NewTrigger {
  /** Absent: closes at market. */
  readonly limit?: Price;
}

/** An order about to be placed: already snapped to tick and lot, with the leg that the symbol's position mode asks for. */
export type NewOrder = {
  readonly symbol: ProductSymbol;
  readonly clOrdID: ClOrdID;
  readonly side: Side;
  readonly posSide: PosSide;
  readonly qty: Qty;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
  readonly takeProfit?: NewProtection;
  readonly stopLoss?: NewProtection;
  /** How much of it the book shows at a time; absent: all. */
  readonly displayQty?: Qty;
} & (
  | { readonly ordType: 'Market'; readonly price?: undefined; readonly trigger?: undefined }
  | { readonly ordType: 'Limit'; readonly price: Price; readonly trigger?: undefined }
  | ({ readonly trigger: NewTrigger; readonly closeOnTrigger?: boolean } & (
      | { readonly ordType: 'Stop'; readonly price?: undefined; readonly trail?: NewTrail }
      | { readonly ordType: 'MarketIfTouched'; readonly price?: undefined }
      | { readonly ordType: 'StopLimit' | 'LimitIfTouched'; readonly price: Price }
    ))
);

/**
 * Makes a stop's trigger follow the best price seen: from now on, `trigger` being where it stands at first; or from
 * the moment that the market reaches `trigger`, the activation price.
 */
export interface NewTrail {
  readonly trail: Trail;
  readonly from: 'now' | 'activation';
}

/** The offset's sign: below the best price for a sell, above it for a buy. */
function trailFields(side: Side, { trail, from }: NewTrail) {
  const signed = (value: Price | Ratio) => (side === 'Sell' ? negate(value) : value);
  return {
    pegPriceType: from === 'now' ? 'TrailingStopPeg' : 'TrailingTakeProfitPeg',
    ...(trail.by === 'price'
      ? { pegOffsetValueRp: signed(trail.distance) }
      : { pegOffsetProportionRr: signed(trail.proportion) }),
  };
}

const triggerFields = (order: NewOrder) =>
  order.trigger === undefined
    ? {}
    : {
        stopPxRp: order.trigger.price,
        triggerType: order.trigger.source,
        ...('trail' in order && order.trail !== undefined ? trailFields(order.side, order.trail) : {}),
        ...(order.closeOnTrigger === true ? { closeOnTrigger: true } : {}),
      };

const protectionFields = ({ takeProfit, stopLoss }: NewOrder) => ({
  ...(takeProfit && { takeProfitRp: takeProfit.price, tpTrigger: takeProfit.source }),
  ...(takeProfit?.limit && { tpPxRp: takeProfit.limit }),
  ...(stopLoss && { stopLossRp: stopLoss.price, slTrigger: stopLoss.source }),
  ...(stopLoss?.limit && { slPxRp: stopLoss.limit }),
});

export const placeOrderBody = (order: NewOrder) => ({
  symbol: order.symbol,
  clOrdID: order.clOrdID,
  side: order.side,
  posSide: order.posSide,
  ordType: order.ordType,
  orderQtyRq: order.qty,
  ...(order.price === undefined ? {} : { priceRp: order.price }),
  ...triggerFields(order),
  ...protectionFields(order),
  ...(order.displayQty === undefined ? {} : { displayQtyRq: order.displayQty }),
  timeInForce: order.timeInForce,
  reduceOnly: order.reduceOnly,
});

export const placeOrderRequest = (order: NewOrder): ExchangeRequest => ({
  ...request('POST', '/g-orders'),
  body: JSON.stringify(placeOrderBody(order)),
});

/** Names one order, by the exchange's id or the client's. */
export type OrderRef = { readonly orderID: OrderID } | { readonly clOrdID: ClOrdID };

export interface OrderAmendment {
  readonly symbol: ProductSymbol;
  readonly order: OrderRef;
  readonly posSide: PosSide;
  readonly price?: Price;
  /** The new total, filled part included. */
  readonly qty?: Qty;
  readonly triggerPrice?: Price;
  readonly triggerSource?: TriggerSource;
}

export function amendOrderRequest(amendment: OrderAmendment): ExchangeRequest {
  const { symbol, order, posSide, price, qty, triggerPrice, triggerSource } = amendment;
  const id = 'orderID' in order ? { orderID: order.orderID } : { origClOrdID: order.clOrdID };
  return request('PUT', '/g-orders/replace', {
    symbol,
    ...id,
    posSide,
    priceRp: price,
    orderQtyRq: qty,
    stopPxRp: triggerPrice,
    triggerType: triggerSource,
  });
}

export interface OrderCancellation {
  readonly symbol: ProductSymbol;
  readonly order: OrderRef;
  readonly posSide: PosSide;
}

export function cancelOrderRequest({ symbol, order, posSide }: OrderCancellation): ExchangeRequest {
  const id = 'orderID' in order ? { orderID: order.orderID } : { clOrdID: order.clOrdID };
  return request('DELETE', '/g-orders/cancel', { symbol, ...id, posSide });
}

/** Cancel-all is two requests: the active orders first, then the conditional ones. */
export const cancelAllRequests = (symbol: ProductSymbol): readonly [ExchangeRequest, ExchangeRequest] => [
  request('DELETE', '/g-orders/all', { symbol, untriggered: false }),
  request('DELETE', '/g-orders/all', { symbol, untriggered: true }),
];

// Settings

export interface LegLeverage {
  readonly marginMode: MarginMode;
  /** Unsigned; zero is cross at the product's maximum. */
  readonly leverage: Ratio;
}

/** The sign is the margin mode: isolated is positive, cross is not. */
const signed = ({ marginMode, leverage }: LegLeverage): Ratio =>
  marginMode === 'cross' ? negate(leverage) : leverage;

export type LeverageChange = { readonly symbol: ProductSymbol } & (
  | { readonly posMode: 'OneWay'; readonly merged: LegLeverage }
  /** The exchange wants both legs at once. */
  | { readonly posMode: 'Hedged'; readonly long: LegLeverage; readonly short: LegLeverage }
);

export function leverageRequest(change: LeverageChange): ExchangeRequest {
  const parameters: Parameters =
    change.posMode === 'OneWay'
      ? { leverageRr: signed(change.merged) }
      : { longLeverageRr: signed(change.long), shortLeverageRr: signed(change.short) };
  return request('PUT', '/g-positions/leverage', { symbol: change.symbol, ...parameters });
}

export const posModeRequest = (symbol: ProductSymbol, target: PosMode): ExchangeRequest =>
  request('PUT', '/g-positions/switch-pos-mode-sync', { symbol, targetPosMode: target });

/** `balance` is what shall back the isolated position in all, not the difference. */
export interface MarginAssignment {
  readonly symbol: ProductSymbol;
  readonly posSide: PosSide;
  readonly balance: Money;
}

/** The one POST whose parameters stand in the query. */
export const assignMarginRequest = ({ symbol, posSide, balance }: MarginAssignment): ExchangeRequest =>
  request('POST', '/g-positions/assign', { posBalanceRv: balance, posSide, symbol });

// Reading

export const productsRequest = (): ExchangeRequest => request('GET', '/public/products');
export const serverTimeRequest = (): ExchangeRequest => request('GET', '/public/time');
export const tickersRequest = (): ExchangeRequest => request('GET', '/md/v3/ticker/24hr/all');

export const accountPositionsRequest = (currency: string): ExchangeRequest =>
  request('GET', '/g-accounts/accountPositions', { currency });

export const feeRatesRequest = (settleCurrency: string): ExchangeRequest =>
  request('GET', '/api-data/futures/fee-rate', { settleCurrency });

export const riskUnitsRequest = (): ExchangeRequest => request('GET', '/g-accounts/risk-unit');

export const activeOrdersRequest = (symbol: ProductSymbol): ExchangeRequest =>
  request('GET', '/g-orders/activeList', { symbol });

export const orderByIdRequest = (symbol: ProductSymbol, order: OrderRef): ExchangeRequest =>
  request('GET', '/api-data/g-futures/orders/by-order-id', { symbol, ...order });

export interface HistoryPage {
  readonly currency: string;
  readonly symbol?: ProductSymbol;
  readonly offset?: number;
  /** At most 200. */
  readonly limit?: number;
}

export const tradingListRequest = (page: HistoryPage): ExchangeRequest =>
  request('GET', '/exchange/order/v2/tradingList', historyParameters(page));

export const orderListRequest = (page: HistoryPage): ExchangeRequest =>
  request('GET', '/exchange/order/v2/orderList', historyParameters(page));

const historyParameters = ({ currency, symbol, offset = 0, limit = 200 }: HistoryPage): Parameters => ({
  symbol,
  currency,
  offset,
  limit,
});

/** Rows by the time they happened, newest first; without a start, the last two days. Both ends are included. */
export interface HistorySpan extends HistoryPage {
  readonly fromMs?: number;
  readonly toMs?: number;
}

const spanParameters = ({
  symbol,
  currency,
  fromMs,
  toMs,
  offset = 0,
  limit = 200,
}: HistorySpan): Parameters => ({
  symbol,
  currency,
  start: fromMs,
  end: toMs,
  offset,
  limit,
});

export const orderHistoryRequest = (span: HistorySpan): ExchangeRequest =>
  request('GET', '/api-data/g-futures/orders', spanParameters(span));

export const tradeHistoryRequest = (span: HistorySpan): ExchangeRequest =>
  request('GET', '/api-data/g-futures/trades', spanParameters(span));

/** Has no time window on the exchange: page until the rows are old enough. */
export const closedPositionsRequest = (page: HistoryPage): ExchangeRequest =>
  request('GET', '/api-data/g-futures/closedPosition', historyParameters(page));

/** One product at a time, no time window. */
export const fundingFeesRequest = (symbol: ProductSymbol, offset = 0, limit = 200): ExchangeRequest =>
  request('GET', '/api-data/g-futures/funding-fees', { symbol, offset, limit });

/** The newest candles: `limit` is 5, 10, 50, 100, 500 or 1000. */
export const lastKlineRequest = (
  symbol: ProductSymbol,
  resolutionSec: number,
  limit: number,
): ExchangeRequest =>
  request('GET', '/exchange/public/md/v2/kline/last', { symbol, resolution: resolutionSec, limit });

export interface KlineSpan {
  readonly symbol: ProductSymbol;
  readonly resolutionSec: number;
  /** Both aligned to the resolution; `toSec` is exclusive; fewer than 2,000 candles apart. */
  readonly fromSec: number;
  readonly toSec: number;
}

export const klineSpanRequest = ({ symbol, resolutionSec, fromSec, toSec }: KlineSpan): ExchangeRequest =>
  request('GET', '/exchange/public/md/v2/kline/list', {
    symbol,
    to: toSec,
    from: fromSec,
    resolution: resolutionSec,
  });
